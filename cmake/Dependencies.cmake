# Each library is taken from the system where it is installed; otherwise a pinned release is fetched and built.
include(FetchContent)
set(FETCHCONTENT_QUIET ON)

# slsaudit_dependency(name, package, url, sha256-free tag): find_package first, FetchContent second.
macro(slsaudit_fetch name repository tag)
  message(STATUS "slsaudit: ${name} is not installed; fetching ${tag}")
  FetchContent_Declare(${name} GIT_REPOSITORY ${repository} GIT_TAG ${tag} GIT_SHALLOW ON)
  FetchContent_MakeAvailable(${name})
endmacro()

find_package(Threads REQUIRED)

find_package(fmt QUIET)
if(NOT fmt_FOUND)
  slsaudit_fetch(fmt https://github.com/fmtlib/fmt 10.2.1)
endif()

find_package(spdlog QUIET)
if(NOT spdlog_FOUND)
  set(SPDLOG_FMT_EXTERNAL ON)
  slsaudit_fetch(spdlog https://github.com/gabime/spdlog v1.14.1)
endif()

find_package(nlohmann_json 3.9 QUIET)
if(NOT nlohmann_json_FOUND)
  slsaudit_fetch(nlohmann_json https://github.com/nlohmann/json v3.11.3)
endif()

find_package(CLI11 2 QUIET)
if(NOT CLI11_FOUND)
  slsaudit_fetch(CLI11 https://github.com/CLIUtils/CLI11 v2.4.2)
endif()

find_package(yaml-cpp QUIET)
if(NOT yaml-cpp_FOUND)
  set(YAML_CPP_BUILD_TOOLS OFF)
  set(YAML_CPP_BUILD_TESTS OFF)
  slsaudit_fetch(yaml-cpp https://github.com/jbeder/yaml-cpp 0.8.0)
endif()
if(NOT TARGET yaml-cpp::yaml-cpp) # before 0.8 the target had no namespace
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

include(${CMAKE_CURRENT_LIST_DIR}/Static.cmake)

# toml++ is used as headers alone and without exceptions, whatever the distribution's library was built with.
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h)
add_library(slsaudit_tomlplusplus INTERFACE)
if(NOT TOMLPLUSPLUS_INCLUDE_DIR)
  slsaudit_fetch(tomlplusplus https://github.com/marzer/tomlplusplus v3.4.0)
  FetchContent_GetProperties(tomlplusplus SOURCE_DIR TOMLPLUSPLUS_SOURCE_DIR)
  set(TOMLPLUSPLUS_INCLUDE_DIR ${TOMLPLUSPLUS_SOURCE_DIR}/include CACHE PATH "Directory of toml++/toml.h" FORCE)
endif()
target_include_directories(slsaudit_tomlplusplus SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE_DIR})

# Only its header: the library is loaded when a revision is asked for. Without it `slsaudit diff` compares directories
# only: too large to fetch for one command.
if(SLSAUDIT_GIT AND NOT SLSAUDIT_STATIC STREQUAL "FULL")
  find_path(LIBGIT2_INCLUDE_DIR git2.h)
  if(LIBGIT2_INCLUDE_DIR)
    add_library(slsaudit_libgit2 INTERFACE)
    target_include_directories(slsaudit_libgit2 SYSTEM INTERFACE ${LIBGIT2_INCLUDE_DIR})
  else()
    message(STATUS "slsaudit: libgit2 is not installed; `slsaudit diff` will read directories, no revisions")
  endif()
endif()

if(SLSAUDIT_BUILD_TESTS)
  find_package(Catch2 QUIET) # version 2 or 3
  if(NOT Catch2_FOUND)
    slsaudit_fetch(Catch2 https://github.com/catchorg/Catch2 v3.6.0)
  endif()
endif()
