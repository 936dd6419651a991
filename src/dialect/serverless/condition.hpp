// SPDX-License-Identifier: Apache-2.0
// Conditions that plugins let an author write: expressions that they hand to JavaScript.
#pragma once

#include "dialect/serverless/service.hpp"

#include <optional>
#include <string_view>

namespace slsaudit::dialect::serverless {

/// Whether the expression is true: texts, numbers and truths that `==`, `!=`, `===`, `!==`, `&&`, `||`, `!`
/// and parentheses connect. Nothing for an expression that holds anything else.
[[nodiscard]] std::optional<bool> holds(std::string_view expression);

/// The service's tree as the plugins leave it that take parts away or replace them
/// (serverless-plugin-conditional-functions, serverless-disable-functions, serverless-plugin-ifelse). Where
/// a condition isn't known, everything stays, and a note says so.
[[nodiscard]] const Node* apply_conditions(Service& service);

} // namespace slsaudit::dialect::serverless
