// SPDX-License-Identifier: Apache-2.0
// Patterns in which `*` stands for any text.
#pragma once

#include <cstddef>
#include <string_view>

namespace slsaudit::text {

/// `same(wanted, c)` says whether a character of the pattern that is no `*` stands for that one of the text.
/// Takes time by the product of both lengths at worst, and no memory.
template <class Same>
[[nodiscard]] bool fits_stars(std::string_view pattern, std::string_view text, Same same) {
  // On a mismatch only the last `*` needs to take more: what an earlier one took stays right.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && same(pattern[p], text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

} // namespace slsaudit::text
