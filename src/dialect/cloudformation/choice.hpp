// SPDX-License-Identifier: Apache-2.0
// What values are in a world where some parameters are taken to have certain values.
#pragma once

#include "dialect/template.hpp"

#include <optional>
#include <string_view>

namespace slsaudit::dialect::cloudformation {

/// The parameter that the value is, unchanged: one that is open, that has its default, or that a parent stack
/// has passed. Empty where it is none, or where the deployer has given it.
[[nodiscard]] std::string_view variable_of(const value::Value& value);

/// What the value is where the parameters are as chosen. Nothing when they don't tell.
[[nodiscard]] std::optional<Choice> choice_of(const value::Value& value, const Choices& choices);

} // namespace slsaudit::dialect::cloudformation
