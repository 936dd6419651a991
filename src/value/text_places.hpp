// SPDX-License-Identifier: Apache-2.0
// Where the characters of a text stand that was written in a block, in quotes or with Fn::Sub.
#pragma once

#include "value/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::value {

/// A string, each of its references as one mark: private-use characters round its number among the parts, in
/// quotes where none stand round it (a number, mostly), so that JSON stays JSON.
struct MarkedText {
  std::string text;
  /// Of each byte of the text, and of its end, the offset in what was written; empty where that is made of
  /// pieces (Fn::Join, a parameter's default), so that nobody can tell.
  std::vector<std::uint32_t> places;
};

constexpr std::string_view mark_begin = "\xEE\x80\x80";
constexpr std::string_view mark_end = "\xEE\x80\x81";

/// `written` is a known string or a symbolic one whose first character but for blanks is `{`; `source` is
/// what its author wrote there, tag, quotes and indentation included. Linear in both.
[[nodiscard]] MarkedText marked_text(const Value& written, std::string_view source);

} // namespace slsaudit::value
