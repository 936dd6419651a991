// SPDX-License-Identifier: Apache-2.0
// Sets of characters as patterns name them.
#pragma once

#include "cel/regex.hpp"

#include <optional>
#include <string_view>

namespace slsaudit::cel {

constexpr char32_t last_code_point = 0x10FFFF;

/// Pairs of ASCII characters, first and last: "09AZaz".
[[nodiscard]] Regex::Set from_pairs(std::string_view pairs);
/// Ascending, and no two ranges that touch.
[[nodiscard]] Regex::Set normalized(Regex::Set set);
[[nodiscard]] Regex::Set complement(const Regex::Set& set);
/// With the other case of each ASCII letter.
[[nodiscard]] Regex::Set folded(Regex::Set set);
/// "alpha" as in `[[:alpha:]]`; nothing of a name that there isn't.
[[nodiscard]] std::optional<Regex::Set> posix_set(std::string_view name);

} // namespace slsaudit::cel
