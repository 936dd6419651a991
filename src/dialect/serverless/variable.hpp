// SPDX-License-Identifier: Apache-2.0
// The text of the framework's variables: `before ${source(parameters):address, fallback} after`.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace slsaudit::dialect::serverless {

/// A stretch of a string: plain text, or the inside of `${…}`.
struct Piece {
  bool variable = false;
  std::string_view text; ///< Of a variable: between the braces.
};

/// Cuts a string into pieces. What CloudFormation replaces (`${AWS::Region}`, `${Table.Arn}`, `${!literal}`),
/// an escaped `$${…}` or `\${…}` and an unclosed `${` are plain text.
[[nodiscard]] std::vector<Piece> split_pieces(std::string_view text);
/// The `${source:…` or `${source(…` that is never closed, from its `${` on; empty when there is none. The
/// framework refuses it; any other unclosed `${` is plain text to it.
[[nodiscard]] std::string_view unclosed_variable(std::string_view text);
/// Cheaper than split_pieces: false when there is certainly no variable.
[[nodiscard]] bool may_have_variables(std::string_view text);

/// The alternatives of a variable, in order: split at commas outside of quotes, braces and parentheses;
/// trimmed.
[[nodiscard]] std::vector<std::string_view> split_alternatives(std::string_view inside);

/// `file(./x.yml):a.b` is type "file", parameters "./x.yml", address "a.b"; so is `file("./x.yml"):'a.b'`.
struct SourceText {
  std::string_view type;
  std::optional<std::string_view> parameters;
  std::string_view address;
};
/// Nothing when the text is no source: a literal, or something that the framework wouldn't read either.
[[nodiscard]] std::optional<SourceText> parse_source(std::string_view alternative);

/// The inside of a quoted literal, or nothing.
[[nodiscard]] std::optional<std::string_view> quoted_literal(std::string_view alternative);

} // namespace slsaudit::dialect::serverless
