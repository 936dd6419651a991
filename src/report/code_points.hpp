// SPDX-License-Identifier: Apache-2.0
// The characters of untrusted text, one by one, and which of them no medium may get as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace slsaudit::report {

struct CodePoint {
  char32_t value = 0; ///< Of a byte that is no UTF-8: that byte.
  std::size_t bytes = 1;
  bool valid = true;
};

[[nodiscard]] CodePoint decode(std::string_view text, std::size_t at);

/// Control characters (line feeds and tabs too), marks that reorder text, blanks and fillers without width,
/// line separators, tags, noncharacters, and bytes that are no UTF-8.
[[nodiscard]] bool is_hidden(CodePoint c);

/// `\u{202e}`: how a person sees such a character.
[[nodiscard]] std::string visible_escape(CodePoint c);

/// Terminal cells: 0, 1 or 2.
[[nodiscard]] std::uint32_t cells(CodePoint c);

/// Whether the `#` at this byte is the second of `##[`, `##vso[` and their like: build servers take what
/// follows for a command wherever it stands in a line.
[[nodiscard]] bool opens_log_command(std::string_view text, std::size_t at);

/// How many bytes from this one on are printable ASCII that nothing takes for the start of a command: most of
/// what is printed, so it is worth a look before each character is.
[[nodiscard]] std::size_t plain_bytes(std::string_view text, std::size_t at);

} // namespace slsaudit::report
