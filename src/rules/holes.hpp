// SPDX-License-Identifier: Apache-2.0
// Text with holes: "waits {row.timeout} s". A hole holds a CEL expression; `{{` and `}}` stand for braces.
#pragma once

#include "cel/program.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::rules {

/// A piece of such a text.
struct Piece {
  bool is_expression = false;
  std::string text;       ///< Literal text, or the expression.
  std::size_t offset = 0; ///< Of the expression in the whole text, in bytes.
  bool as_yaml = false;   ///< `«yaml(expression)»`: the value as the author would write it.
};

/// For snippets of YAML, which need their braces: a hole stands between « and », and nothing is doubled. Of
/// `«yaml(expression)»` the piece is what stands in the brackets.
[[nodiscard]] std::vector<Piece> split_marks(std::string_view text, std::vector<cel::ParseError>& errors);

/// Braces within an expression's strings and maps belong to it. Unbalanced ones are errors.
[[nodiscard]] std::vector<Piece> split_holes(std::string_view text, std::vector<cel::ParseError>& errors);

} // namespace slsaudit::rules
