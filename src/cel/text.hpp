// SPDX-License-Identifier: Apache-2.0
// Text as CEL sees it: UTF-8 in memory, code points in meaning, numbers without locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slsaudit::cel {

/// The code point at `offset`, which moves behind it. A byte that starts no valid sequence is U+FFFD, one
/// byte long.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& offset);
void append_code_point(std::string& out, char32_t code_point);
[[nodiscard]] std::size_t count_code_points(std::string_view text);
/// The byte offset of a code point; text.size() when there are not that many.
[[nodiscard]] std::size_t byte_offset(std::string_view text, std::size_t code_points);
[[nodiscard]] bool is_valid_utf8(std::string_view text);
[[nodiscard]] std::string reversed_code_points(std::string_view text);

/// The shortest text that reads back as the same number; NaN, Infinity and -Infinity by these names.
[[nodiscard]] std::string shortest(double number);
[[nodiscard]] std::optional<std::int64_t> read_integer(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> read_unsigned(std::string_view text);
/// Decimal numbers, and the names that shortest() writes.
[[nodiscard]] std::optional<double> read_double(std::string_view text);
/// Whether writing the number that `text` reads as would change the text: "012", "1.10", "+5".
[[nodiscard]] bool rewrites_number(std::string_view text);

/// The text in double quotes with escapes; `unicode` keeps valid UTF-8 as it is, else bytes above 127 are
/// escaped.
[[nodiscard]] std::string quoted(std::string_view text, bool unicode);

} // namespace slsaudit::cel
