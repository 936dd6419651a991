# `cpack` in the build directory makes a .deb and a .tar.gz of what is installed. The preset `static` is meant for it:
# the package then needs nothing but libc.
set(SLSAUDIT_MAINTAINER "slsaudit maintainers <slsaudit@localhost>" CACHE STRING "Whom the packages name")
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_PACKAGE_NAME slsaudit)
set(CPACK_PACKAGE_CONTACT "${SLSAUDIT_MAINTAINER}")
set(CPACK_PACKAGE_VENDOR slsaudit)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION "Reads CloudFormation, AWS SAM and Serverless Framework templates, works out the system
they describe, and tells what is risky: fan-out and loops, concurrency, permissions,
tracing, cost, lock-in. Offline; it runs nothing that a template names.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_FILE_NAME slsaudit-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# Loaded where they are installed: revisions for `diff`, drawings for `graph --format svg`.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libgit2-1.5 | libgit2-1.7 | libgit2-1.9, libgvc6")
set(CPACK_SET_DESTDIR OFF)
include(CPack)
