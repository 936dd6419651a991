# Writes which commit is built, as the last two members of cli/build.hpp's Build. Run at every build, so that a
# commit made after configuring counts; the file changes only when what it says does.
#
#   cmake -DSOURCE=DIR -DOUTPUT=FILE [-DCOMMIT=ID] -P Commit.cmake
#
# The commit is the one given, else that of the checkout, else that of the archive which git made. The date is that
# of SOURCE_DATE_EPOCH, else the commit's.
set(seconds "")
if(NOT COMMIT AND EXISTS ${SOURCE}/.git)
  find_package(Git QUIET)
  if(Git_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} log -1 --format=%H:%ct
      OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(head MATCHES "^([0-9a-f]+):([0-9]+)$")
      set(COMMIT ${CMAKE_MATCH_1})
      set(seconds ${CMAKE_MATCH_2})
      string(SUBSTRING ${COMMIT} 0 12 COMMIT)
      execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE} diff --quiet HEAD -- RESULT_VARIABLE modified ERROR_QUIET)
      if(modified EQUAL 1)
        string(APPEND COMMIT "-modified")
      endif()
    endif()
  endif()
endif()
if(EXISTS ${SOURCE}/.git_archival.txt)
  file(READ ${SOURCE}/.git_archival.txt archival)
  if(archival MATCHES "commit: ([0-9a-f]+)\ntime: ([0-9]+)") # what git archive puts there
    if(NOT COMMIT)
      string(SUBSTRING ${CMAKE_MATCH_1} 0 12 COMMIT)
    endif()
    if(seconds STREQUAL "")
      set(seconds ${CMAKE_MATCH_2})
    endif()
  endif()
endif()

set(date "")
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  set(seconds $ENV{SOURCE_DATE_EPOCH})
endif()
if(NOT seconds STREQUAL "")
  set(ENV{SOURCE_DATE_EPOCH} ${seconds}) # which string(TIMESTAMP) takes for now
  string(TIMESTAMP date "%Y-%m-%d" UTC)
endif()

set(text "\"${COMMIT}\", \"${date}\"\n")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT "${before}" STREQUAL "${text}")
  file(WRITE ${OUTPUT} "${text}")
endif()
