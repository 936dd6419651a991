// SPDX-License-Identifier: Apache-2.0
// A string value as one text in which each reference is a token. Two names are the same exactly when their
// spellings are, and an ARN can be taken apart whatever its pieces are made of.
#pragma once

#include "value/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slsaudit::graph {

struct Spelling {
  std::string text;
  bool local =
      false; ///< Holds something that means something only in its own template (a parameter, a resource).
  bool opaque = false; ///< Holds a piece that can't be known, so it equals nothing.
};

/// Nothing for what is neither a known scalar nor a symbolic string.
[[nodiscard]] std::optional<Spelling> spell(const value::Value& value);
/// Whether a text without references is spelled as it is written.
[[nodiscard]] bool is_spelled(std::string_view text);
/// How a reference is spelled.
[[nodiscard]] std::string token_text(value::ReferenceKind kind, std::string_view name,
                                     std::string_view attribute);
/// For people: tokens as `${Orders.Arn}`.
[[nodiscard]] std::string unspell(std::string_view text);

/// A reference inside a spelling.
struct Token {
  value::ReferenceKind kind = value::ReferenceKind::unknown;
  std::string_view name;
  std::string_view attribute;
  std::size_t size = 0; ///< Bytes it takes in the spelling.
};
/// The token that the text starts with.
[[nodiscard]] std::optional<Token> leading_token(std::string_view text);
/// `find_first_of`, not looking into tokens.
[[nodiscard]] std::size_t find_outside_tokens(std::string_view text, std::string_view characters);
[[nodiscard]] bool has_token(std::string_view text);

struct Arn {
  std::string_view service;
  std::string_view region;
  std::string_view account;
  std::string_view resource; ///< All after the account: "table/orders", "function:hello:live".
};
[[nodiscard]] std::optional<Arn> parse_arn(std::string_view spelled);

} // namespace slsaudit::graph
