// SPDX-License-Identifier: Apache-2.0
// The one translation unit that compiles Catch2's runner (version 3 brings its own).
#if SLSAUDIT_CATCH2_VERSION < 3
#define CATCH_CONFIG_MAIN
#endif
#include "support/catch.hpp"
