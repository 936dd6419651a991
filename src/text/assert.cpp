// SPDX-License-Identifier: Apache-2.0
#include "text/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace slsaudit::text {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "slsaudit: internal error: expected %s at %s:%d. Please report this with the input.\n",
               expression, file, line);
  std::abort();
}

} // namespace slsaudit::text
