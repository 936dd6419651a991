// SPDX-License-Identifier: Apache-2.0
// The pieces of JSON text: strings, numbers, blanks. Internal to this folder.
#pragma once

#include "syntax/tree_builder.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace slsaudit::syntax {

/// A string as read. `text` is a view of the source where nothing was escaped, else of the caller's buffer.
struct JsonString {
  std::string_view text;
  std::size_t end = 0; ///< After the closing quote.
  bool closed = false; ///< False when its line or the file ended first; the error is told.
};

/// Reads the string whose opening quote is at `begin`. Escapes that are wrong are told and left as they
/// stand; lone surrogates become U+FFFD.
[[nodiscard]] JsonString read_json_string(TreeBuilder& builder, std::string_view text, std::size_t begin,
                                          std::string& buffer);

/// Does the text match JSON's grammar of numbers?
[[nodiscard]] bool is_json_number(std::string_view text);

/// Length of the run of letters, digits and signs at `begin`: a number, literal or misspelt one.
[[nodiscard]] std::size_t json_word_length(std::string_view text, std::size_t begin);

} // namespace slsaudit::syntax
