# `cmake --install`: the command, and where its libraries come from the system, the library and its CMake package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS slsaudit RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The manual page and the completions are what the program prints.
if(NOT CMAKE_CROSSCOMPILING)
  set(shell_files ${PROJECT_BINARY_DIR}/shell)
  set(files ${shell_files}/slsaudit.1 ${shell_files}/slsaudit.bash ${shell_files}/_slsaudit ${shell_files}/slsaudit.fish)
  add_custom_command(OUTPUT ${files}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${shell_files}
    COMMAND slsaudit man > ${shell_files}/slsaudit.1
    COMMAND slsaudit completions bash > ${shell_files}/slsaudit.bash
    COMMAND slsaudit completions zsh > ${shell_files}/_slsaudit
    COMMAND slsaudit completions fish > ${shell_files}/slsaudit.fish
    DEPENDS slsaudit COMMENT "Writing the manual page and completions" VERBATIM)
  add_custom_target(slsaudit_shell_files ALL DEPENDS ${files})
  install(FILES ${shell_files}/slsaudit.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${shell_files}/slsaudit.bash RENAME slsaudit
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${shell_files}/_slsaudit DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(FILES ${shell_files}/slsaudit.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${CMAKE_CURRENT_LIST_DIR}/packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs ${PROJECT_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

# A library that was fetched is built in, and can't be found again by those who use ours.
if(SLSAUDIT_STATIC STREQUAL "FULL" OR NOT fmt_FOUND OR NOT yaml-cpp_FOUND OR NOT LIBYAML_LIBRARY)
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
