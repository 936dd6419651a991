// SPDX-License-Identifier: Apache-2.0
// How published kinds of keys and tokens look. Rows: rules/knowledge/key-formats.csv.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace slsaudit::knowledge {

struct KeyFormat {
  std::string_view prefix; ///< "ghp_", or the beginning of an address
  std::size_t least = 0;   ///< Characters behind the prefix.
  std::size_t most = 0;
  std::string_view what; ///< "a GitHub token"
  bool exposed = false;  ///< Clients often have to see it, or it opens nothing alone.

  [[nodiscard]] bool is_address() const { return prefix.starts_with("https://"); }
};

/// In the order of the file: where several fit, the first is meant.
[[nodiscard]] const std::vector<KeyFormat>& key_formats();

/// Letters, digits, '_' and '-': what keys consist of behind their prefix.
[[nodiscard]] constexpr bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Whether a key may begin anywhere in a text: most texts take one look. None begins within a word.
[[nodiscard]] bool may_hold_key(std::string_view text);

} // namespace slsaudit::knowledge
