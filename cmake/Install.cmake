# `cmake --install`: the command, and where its libraries come from the system, the library and its CMake package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS slsaudit RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# A library that was fetched is built in, and can't be found again by those who use ours.
if(NOT fmt_FOUND OR NOT yaml-cpp_FOUND OR NOT LIBYAML_LIBRARY)
  return()
endif()
set_target_properties(slsaudit_library PROPERTIES EXCLUDE_FROM_ALL OFF)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/slsaudit)
install(TARGETS slsaudit_library EXPORT slsaudit-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT slsaudit-targets NAMESPACE slsaudit:: DESTINATION ${package})
install(FILES ${PROJECT_SOURCE_DIR}/include/slsaudit/audit.hpp ${PROJECT_BINARY_DIR}/include/slsaudit/version.hpp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/slsaudit)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/slsaudit-config.cmake.in
  ${PROJECT_BINARY_DIR}/slsaudit-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/slsaudit-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/slsaudit-config.cmake ${PROJECT_BINARY_DIR}/slsaudit-config-version.cmake
  DESTINATION ${package})
