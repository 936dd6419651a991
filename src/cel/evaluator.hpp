// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cel/tree.hpp"

#include <span>

namespace slsaudit::cel {

/// Nodes that one evaluation may visit, and items that its loops and functions may; more is an error.
inline constexpr std::size_t most_steps = 5'000'000;

/// `variables` by slot; null where a variable is not bound.
[[nodiscard]] Value evaluate(const Tree& tree, std::span<const Value* const> variables);

} // namespace slsaudit::cel
