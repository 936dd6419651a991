// SPDX-License-Identifier: Apache-2.0
// Expressions that plugins hand to JavaScript, as far as they can be worked out without it.
#pragma once

#include <optional>
#include <string_view>

namespace slsaudit::dialect::serverless {

/// Whether the expression is true. It may hold texts, numbers, truths, lists of them and regular expressions,
/// connected by `==`, `!=`, `===`, `!==`, `<`, `<=`, `>`, `>=`, `&&`, `||`, `!`, `? :` and parentheses, and
/// the methods that ask a text, a list or a pattern what is in it. Nothing for an expression with anything
/// else.
[[nodiscard]] std::optional<bool> holds(std::string_view expression);

} // namespace slsaudit::dialect::serverless
