# One static library a floor of the house (docs/architecture.md). A floor links only the floors below it.

# slsaudit_precompiled(TARGET HEADERS...): where the build wants that, precompiles for TARGET the standard library's headers
# that most files include, and HEADERS. For few files it doesn't pay.
function(slsaudit_precompiled target)
  get_target_property(sources ${target} SOURCES)
  list(LENGTH sources count)
  if(SLSAUDIT_PRECOMPILED AND count GREATER 4)
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <functional> <map> <memory> <optional> <set> <span>
      <sstream> <string> <string_view> <unordered_map> <utility> <variant> <vector> ${ARGN})
  endif()
endfunction()

# slsaudit_layer(NAME DIRECTORY [LINKS...] [FAST] [COMMON HEADERS...]): every .cpp of src/DIRECTORY (not of its
# subfolders). FAST is what most of the time goes into; COMMON are headers that most of them include.
function(slsaudit_layer name directory)
  cmake_parse_arguments(PARSE_ARGV 2 layer "FAST" "" COMMON)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${directory}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main(_[a-z]+)?\\.cpp$") # of programs
  if(NOT sources)
    add_library(slsaudit_${name} INTERFACE)
    target_include_directories(slsaudit_${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(slsaudit_${name} INTERFACE ${layer_UNPARSED_ARGUMENTS})
    return()
  endif()
  add_library(slsaudit_${name} STATIC ${sources})
  set_property(GLOBAL APPEND PROPERTY SLSAUDIT_LAYERS slsaudit_${name})
  target_include_directories(slsaudit_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(slsaudit_${name} PUBLIC ${layer_UNPARSED_ARGUMENTS} PRIVATE $<BUILD_INTERFACE:slsaudit_settings>)
  # Most code runs a few times in a run, which has to load it: it is made short, and what runs for each
  # character, value and step of an expression is made fast.
  if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_CXX_FLAGS_RELEASE MATCHES "-O3" AND NOT layer_FAST)
    target_compile_options(slsaudit_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang>:-O2>)
  endif()
  list(TRANSFORM layer_COMMON PREPEND ${PROJECT_SOURCE_DIR}/src/)
  slsaudit_precompiled(slsaudit_${name} ${layer_COMMON})
endfunction()

# slsaudit_unit_tests(FOLDER LINKS...): tests/unit/FOLDER/*.cpp as one executable and one ctest entry.
function(slsaudit_unit_tests folder)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  string(REPLACE "/" "_" name ${folder})
  add_executable(test_${name} ${sources})
  target_link_libraries(test_${name} PRIVATE slsaudit_test_support slsaudit_settings ${ARGN})
  slsaudit_precompiled(test_${name} ${PROJECT_SOURCE_DIR}/tests/support/catch.hpp)
  # Tests run for seconds and are compiled for minutes.
  if(SLSAUDIT_SANITIZERS)
    target_compile_options(test_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang>:-O0>)
  elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(test_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang>:-O1>)
  endif()
  add_test(NAME unit.${name} COMMAND test_${name})
  set_tests_properties(unit.${name} PROPERTIES
    ENVIRONMENT "SLSAUDIT_SOURCE_DIR=${PROJECT_SOURCE_DIR};LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/leaks.txt"
    FAIL_REGULAR_EXPRESSION "No tests ran"
    TIMEOUT 600)
endfunction()

# slsaudit_build_info(TARGET): which commit is built, for TARGET to include; see Commit.cmake.
function(slsaudit_build_info target)
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/build_info)
  set(write ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUTPUT=${directory}/build_info.inc
    -DCOMMIT=${SLSAUDIT_COMMIT} -P ${PROJECT_SOURCE_DIR}/cmake/Commit.cmake)
  execute_process(COMMAND ${write})
  add_custom_target(slsaudit_build_info COMMAND ${write} BYPRODUCTS ${directory}/build_info.inc VERBATIM)
  add_dependencies(${target} slsaudit_build_info)
  target_include_directories(${target} PRIVATE ${directory})
endfunction()

# slsaudit_list(OUTPUT FILES…): a file that lists others, to depend on: it changes when one is added or taken away.
function(slsaudit_list output)
  list(JOIN ARGN "\n" names)
  file(CONFIGURE OUTPUT ${output} CONTENT "${names}\n" @ONLY)
endfunction()

# slsaudit_knowledge_tables(TARGET): rules/knowledge/ compiled into read-only tables that TARGET includes.
function(slsaudit_knowledge_tables target)
  set(rows ${PROJECT_SOURCE_DIR}/rules/knowledge)
  set(tables ${CMAKE_CURRENT_BINARY_DIR}/knowledge/knowledge_tables.inc)
  file(GLOB files CONFIGURE_DEPENDS ${rows}/*)
  slsaudit_list(${CMAKE_CURRENT_BINARY_DIR}/knowledge/rows.txt ${files})
  file(GLOB tool CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/tools/knowledge/*.cpp)
  add_executable(slsaudit_compile_knowledge ${PROJECT_SOURCE_DIR}/src/tools/compile_knowledge.cpp ${tool})
  target_link_libraries(slsaudit_compile_knowledge PRIVATE slsaudit_knowledge_rows slsaudit_settings)
  add_custom_command(OUTPUT ${tables}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/knowledge
    COMMAND slsaudit_compile_knowledge ${rows} ${tables}
    DEPENDS slsaudit_compile_knowledge ${files} ${CMAKE_CURRENT_BINARY_DIR}/knowledge/rows.txt
    COMMENT "Compiling rules/knowledge" VERBATIM)
  target_sources(${target} PRIVATE ${tables})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/knowledge)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/src/knowledge/tables.cpp PROPERTIES
    OBJECT_DEPENDS ${tables} COMPILE_OPTIONS -Wno-overlength-strings)
endfunction()

# slsaudit_rule_table(TARGET): the rule files of rules/<GROUP>/, checked and packed, for TARGET to include.
function(slsaudit_rule_table target)
  set(table ${CMAKE_CURRENT_BINARY_DIR}/rules/builtin_rules.inc)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/rules/[A-Z]*/*.yaml)
  slsaudit_list(${CMAKE_CURRENT_BINARY_DIR}/rules/rules.txt ${files})
  add_executable(slsaudit_compile_rules ${PROJECT_SOURCE_DIR}/src/tools/compile_rules.cpp
    ${PROJECT_SOURCE_DIR}/src/tools/rule_tables.cpp)
  target_link_libraries(slsaudit_compile_rules PRIVATE slsaudit_rule_engine slsaudit_settings)
  add_custom_command(OUTPUT ${table}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/rules
    COMMAND slsaudit_compile_rules ${PROJECT_SOURCE_DIR}/rules ${table}
    DEPENDS slsaudit_compile_rules ${files} ${CMAKE_CURRENT_BINARY_DIR}/rules/rules.txt
    COMMENT "Compiling rules" VERBATIM)
  target_sources(${target} PRIVATE ${table})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/rules)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/src/rules/builtin/builtin.cpp PROPERTIES OBJECT_DEPENDS ${table})
endfunction()
