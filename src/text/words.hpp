// SPDX-License-Identifier: Apache-2.0
// Letters and words, ASCII only: no locale has a say in what a template means.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::text {

[[nodiscard]] constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string upper(std::string_view text);

/// The words of a name, in lower case: "IsNonProd", "IS_NON_PROD" and "is-non-prod" are is, non, prod;
/// "HTTPServer2" is http, server.
[[nodiscard]] std::vector<std::string> words_of(std::string_view name);

/// Levenshtein's distance, letter case aside: how many edits turn one word into the other. Takes time and
/// memory by the product of both lengths.
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right);

} // namespace slsaudit::text
