// SPDX-License-Identifier: Apache-2.0
// Bugs end the process, in release builds too: a wrong audit is worse than none.
#pragma once

namespace slsaudit::text {

/// Prints what was expected and where, then aborts. Never returns.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

} // namespace slsaudit::text

#define SLSAUDIT_ASSERT(expression)                                                                                    \
  ((expression) ? static_cast<void>(0) : ::slsaudit::text::assertion_failed(#expression, __FILE__, __LINE__))
