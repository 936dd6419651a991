// SPDX-License-Identifier: Apache-2.0
// Functions of expressions for the fixes of policies.
#pragma once

#include "cel/value.hpp"

#include <span>

namespace slsaudit::rules {

/// `role.narrower(statement)`: what would do in its place, a map of `statements` and `remarks`
/// (analysis/narrowing.hpp).
[[nodiscard]] cel::Value narrower(std::span<const cel::Value> arguments);

/// `role.lesser(list)` of actions and resources: of each of the role's statements that allows or names one of
/// them a map of `place`, where it stands, `statements`, what is left of it, and `gone`, the actions that it
/// no longer has. `role.lesser(list, true)` leaves what names its resources, and what else a wildcard stands
/// for.
[[nodiscard]] cel::Value lesser(std::span<const cel::Value> arguments);

/// `map.with({"Key": value})`: the map with other values, null for a key taken away; new keys come last.
[[nodiscard]] cel::Value with(std::span<const cel::Value> arguments);

} // namespace slsaudit::rules
