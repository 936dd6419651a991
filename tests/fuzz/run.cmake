# One fuzzer for some seconds, from the committed inputs. What it finds is written to FOLDER/NAME/found-….
#
# The same build executes the same inputs each time, so that what is found once is found again: the seed is fixed,
# nothing is kept from one run to the next, inputs have an order, there is one thread, and addresses are fixed, by which
# the sanitizers' own tables (which are measured, too) are filled; so is the length of all paths, which moves the heap.
set(dictionary ${NAME}.dict)
if(NOT EXISTS ${SOURCE}/dictionaries/${dictionary})
  set(dictionary templates.dict)
endif()
set(here ${FOLDER}/${NAME})
file(REMOVE_RECURSE ${here})
file(MAKE_DIRECTORY ${here})
file(COPY ${SOURCE}/dictionaries/${dictionary} DESTINATION ${here})
foreach(kind seeds regressions)
  if(EXISTS ${SOURCE}/${kind}/${NAME})
    file(COPY ${SOURCE}/${kind}/${NAME}/ DESTINATION ${here}/${kind})
  endif()
endforeach()
file(GLOB inputs RELATIVE ${here} ${here}/seeds/* ${here}/regressions/*) # sorted
string(REPLACE ";" "," inputs "${inputs}")
file(CREATE_LINK ${FUZZER} ${here}/fuzzer SYMBOLIC)
set(fixed_addresses setarch -R)
execute_process(COMMAND ${fixed_addresses} ${CMAKE_COMMAND} -E true RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
if(NOT result EQUAL 0) # no Linux, or a container that forbids it
  set(fixed_addresses ${CMAKE_COMMAND} -E env)
endif()
set(ENV{SLSAUDIT_FUZZ_ONE_THREAD} 1)
# Weighing inputs by how rare what they reach is (-entropic) takes longer than running the large targets does.
execute_process(
  COMMAND ${fixed_addresses} ./fuzzer -seed=1 -seed_inputs=${inputs} -shuffle=0 -entropic=0 -max_len=4000
    -max_total_time=${SECONDS} -timeout=60 -rss_limit_mb=2000 -print_final_stats=1 -verbosity=1 -dict=${dictionary}
    -artifact_prefix=found-
  WORKING_DIRECTORY ${here}
  OUTPUT_FILE ${FOLDER}/${NAME}.log ERROR_FILE ${FOLDER}/${NAME}.log RESULT_VARIABLE result)
file(STRINGS ${FOLDER}/${NAME}.log last REGEX "number_of_executed_units|average_exec_per_sec")
message(STATUS "${NAME}: ${last}")
if(NOT result EQUAL 0)
  file(READ ${FOLDER}/${NAME}.log log)
  string(LENGTH "${log}" length)
  if(length GREATER 20000)
    math(EXPR start "${length} - 20000")
    string(SUBSTRING "${log}" ${start} -1 log)
  endif()
  message(FATAL_ERROR "${NAME} found something (its input is in ${here}):\n${log}")
endif()
