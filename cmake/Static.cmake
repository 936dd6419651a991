# What the floors link: slsaudit_fmt, slsaudit_spdlog, slsaudit_yaml_cpp, slsaudit_libyaml. For a static program these are headers,
# and the archives that distributions ship beside the shared libraries; who links the installed library takes their own.
#
# A program that loads no C++ library starts in half the time, and runs where none is installed.
set(slsaudit_fmt fmt::fmt)
set(slsaudit_spdlog spdlog::spdlog)
set(slsaudit_yaml_cpp yaml-cpp::yaml-cpp)

find_path(LIBYAML_INCLUDE_DIR yaml.h)
find_library(LIBYAML_LIBRARY yaml)
find_library(LIBYAML_ARCHIVE NAMES libyaml.a)
find_library(YAML_CPP_ARCHIVE NAMES libyaml-cpp.a)
find_path(YAML_CPP_ARCHIVE_INCLUDE_DIR yaml-cpp/yaml.h)

set(slsaudit_has_archives OFF)
if(fmt_FOUND AND spdlog_FOUND AND yaml-cpp_FOUND AND LIBYAML_ARCHIVE AND LIBYAML_INCLUDE_DIR AND YAML_CPP_ARCHIVE
    AND YAML_CPP_ARCHIVE_INCLUDE_DIR)
  set(slsaudit_has_archives ON)
endif()
# A program of others that this is part of takes their libraries.
if(SLSAUDIT_STATIC STREQUAL "AUTO" AND (NOT slsaudit_has_archives OR NOT CMAKE_SYSTEM_NAME STREQUAL "Linux" OR SLSAUDIT_SANITIZERS
    OR CMAKE_BUILD_TYPE STREQUAL "Debug" OR NOT PROJECT_IS_TOP_LEVEL))
  set(SLSAUDIT_STATIC OFF)
endif()
if(SLSAUDIT_STATIC AND fmt_FOUND AND NOT DEFINED SLSAUDIT_FMT_COMPILES)
  get_target_property(directories fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
  set(sources ${CMAKE_CURRENT_LIST_DIR}/static)
  try_compile(compiles ${PROJECT_BINARY_DIR}/try_fmt SOURCES ${sources}/try_fmt.cpp ${sources}/fmt.cpp
    CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${directories}" LINK_OPTIONS -static-libgcc -static-libstdc++
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
  set(SLSAUDIT_FMT_COMPILES ${compiles} CACHE INTERNAL "Whether cmake/static/fmt.cpp is all of this version of fmt")
endif()
if(SLSAUDIT_STATIC STREQUAL "AUTO")
  set(SLSAUDIT_STATIC ${SLSAUDIT_FMT_COMPILES})
endif()

if(SLSAUDIT_STATIC STREQUAL "FULL")
  add_link_options(-static)
elseif(SLSAUDIT_STATIC)
  add_link_options(-static-libgcc -static-libstdc++)
endif()

if(SLSAUDIT_STATIC AND fmt_FOUND AND NOT SLSAUDIT_FMT_COMPILES)
  set(slsaudit_fmt fmt::fmt-header-only)
elseif(SLSAUDIT_STATIC AND fmt_FOUND)
  get_target_property(directories fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
  add_library(slsaudit_fmt STATIC ${PROJECT_SOURCE_DIR}/cmake/static/fmt.cpp)
  target_include_directories(slsaudit_fmt SYSTEM PUBLIC ${directories})
  target_link_libraries(slsaudit_fmt PRIVATE slsaudit_settings)
  set(slsaudit_fmt $<BUILD_INTERFACE:slsaudit_fmt> $<INSTALL_INTERFACE:fmt::fmt>)
endif()
if(SLSAUDIT_STATIC AND spdlog_FOUND)
  get_target_property(directories spdlog::spdlog INTERFACE_INCLUDE_DIRECTORIES)
  add_library(slsaudit_spdlog INTERFACE)
  target_include_directories(slsaudit_spdlog SYSTEM INTERFACE ${directories})
  target_compile_definitions(slsaudit_spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
  target_link_libraries(slsaudit_spdlog INTERFACE ${slsaudit_fmt})
  set(slsaudit_spdlog slsaudit_spdlog)
endif()
if(SLSAUDIT_STATIC AND yaml-cpp_FOUND)
  add_library(slsaudit_yaml_cpp INTERFACE)
  target_include_directories(slsaudit_yaml_cpp SYSTEM INTERFACE ${YAML_CPP_ARCHIVE_INCLUDE_DIR})
  target_link_libraries(slsaudit_yaml_cpp INTERFACE ${YAML_CPP_ARCHIVE})
  set(slsaudit_yaml_cpp $<BUILD_INTERFACE:slsaudit_yaml_cpp> $<INSTALL_INTERFACE:yaml-cpp::yaml-cpp>)
endif()

# libyaml has no CMake package in distributions.
add_library(slsaudit_libyaml INTERFACE)
if(SLSAUDIT_STATIC AND LIBYAML_ARCHIVE AND LIBYAML_INCLUDE_DIR)
  target_include_directories(slsaudit_libyaml SYSTEM INTERFACE ${LIBYAML_INCLUDE_DIR})
  target_link_libraries(slsaudit_libyaml INTERFACE ${LIBYAML_ARCHIVE})
elseif(LIBYAML_LIBRARY AND LIBYAML_INCLUDE_DIR AND NOT SLSAUDIT_STATIC)
  target_include_directories(slsaudit_libyaml SYSTEM INTERFACE ${LIBYAML_INCLUDE_DIR})
  target_link_libraries(slsaudit_libyaml INTERFACE ${LIBYAML_LIBRARY})
else()
  slsaudit_fetch(libyaml https://github.com/yaml/libyaml 0.2.5)
  target_link_libraries(slsaudit_libyaml INTERFACE yaml)
endif()
