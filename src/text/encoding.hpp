// SPDX-License-Identifier: Apache-2.0
// Bytes of a file to the UTF-8 text that a SourceMap owns. Whoever fills a SourceMap calls to_utf8 first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace slsaudit::text {

enum class Encoding : std::uint8_t { utf8, utf16_little_endian, utf16_big_endian };

/// `text` is always valid UTF-8 without byte-order mark: each byte (UTF-16: code unit) that can't be decoded
/// stands there as U+FFFD, so that a bad byte in one comment doesn't keep the rest from being read.
struct Decoded {
  std::string text;
  Encoding encoding = Encoding::utf8;
  std::size_t bad_count = 0; ///< How many replacements were made.
  std::size_t first_bad = 0; ///< Offset in `text` of the first one; meaningless when there is none.
};

/// UTF-8 with or without mark; UTF-16 in either order, told by its mark or by the zero bytes of its first two
/// characters. Never fails.
[[nodiscard]] Decoded to_utf8(std::string bytes);

/// Offset of the first byte at or after `offset` that is no printable ASCII, tab, line feed or carriage
/// return; the size where there is none.
[[nodiscard]] std::size_t plain_ascii_end(std::string_view text, std::size_t offset);

/// Length of the well-formed UTF-8 sequence at `offset`, 1 to 4; 0 where the bytes there are none (overlong
/// forms, surrogates and values above U+10FFFF are not well-formed). `offset` must be below the size.
[[nodiscard]] std::size_t sequence_length(std::string_view text, std::size_t offset);

/// At most that many bytes from the beginning of a text, without the parts of a character that would be cut
/// in two: what messages show of texts of any length.
[[nodiscard]] std::string_view beginning(std::string_view text, std::size_t most_bytes);

/// The code point of the well-formed sequence at `offset`.
[[nodiscard]] char32_t code_point(std::string_view text, std::size_t offset);

/// Appends a code point; surrogates and values above U+10FFFF become U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

} // namespace slsaudit::text
