// SPDX-License-Identifier: Apache-2.0
// The words of an expression.
#pragma once

#include "cel/program.hpp"

#include <string_view>
#include <vector>

namespace slsaudit::cel {

enum class TokenKind : std::uint8_t {
  literal,           ///< `value` holds it.
  identifier,        ///< Reserved words too: they may stand behind a dot.
  quoted_identifier, ///< `in backticks`; only behind a dot.
  symbol,            ///< An operator or bracket, or the word `in`.
  end,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text; ///< Of identifiers without backticks; of a number with its `u`, without a sign.
  std::size_t offset = 0;
  Value value;
};

/// Ends with a token of kind end. On failure `errors` has one more and the tokens are useless.
[[nodiscard]] std::vector<Token> tokenize(std::string_view expression, std::vector<ParseError>& errors);

} // namespace slsaudit::cel
