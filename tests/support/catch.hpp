// SPDX-License-Identifier: Apache-2.0
// Catch2 of either version that distributions ship.
#pragma once

#if SLSAUDIT_CATCH2_VERSION >= 3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
