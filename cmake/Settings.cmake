# How everything here is compiled. Presets set these options; a plain `cmake ..` gives an optimised build with tests.
option(SLSAUDIT_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(SLSAUDIT_BUILD_FUZZERS "Build the libFuzzer targets (clang)" OFF)
option(SLSAUDIT_WERROR "Treat warnings as errors" OFF)
option(SLSAUDIT_LTO "Link-time optimisation" OFF)
option(SLSAUDIT_TIDY "Run clang-tidy while compiling" OFF)
option(SLSAUDIT_STATIC "Link libraries into the program where they can be had so" OFF)
set(SLSAUDIT_COMMIT "" CACHE STRING "Commit that is built; empty: that of the checkout or the archive")
set(SLSAUDIT_SANITIZERS "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set_property(GLOBAL PROPERTY USE_FOLDERS ON)

add_library(slsaudit_settings INTERFACE)
target_compile_options(slsaudit_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-align -Woverloaded-virtual
  -Wconversion -Wsign-conversion -Wnull-dereference -Wformat=2 -Wimplicit-fallthrough -Wno-missing-field-initializers)
# Two builds of one commit are the same, wherever they are made. Not while developing: working copies share a cache.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_options(slsaudit_settings INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=
    -ffile-prefix-map=${PROJECT_BINARY_DIR}/=build/)
endif()
if(SLSAUDIT_WERROR)
  target_compile_options(slsaudit_settings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12's flow analysis reports these inside the standard library at -O2 and above.
  target_compile_options(slsaudit_settings INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized -Wno-restrict)
endif()
if(SLSAUDIT_SANITIZERS)
  target_compile_options(slsaudit_settings INTERFACE -fsanitize=${SLSAUDIT_SANITIZERS} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(slsaudit_settings INTERFACE -fsanitize=${SLSAUDIT_SANITIZERS})
endif()
if(SLSAUDIT_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
if(SLSAUDIT_TIDY)
  find_program(SLSAUDIT_CLANG_TIDY NAMES clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY ${SLSAUDIT_CLANG_TIDY} --warnings-as-errors=*)
endif()
find_program(SLSAUDIT_CCACHE ccache)
if(SLSAUDIT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SLSAUDIT_CCACHE})
endif()
