// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cel/program.hpp"
#include "cel/tree.hpp"

namespace slsaudit::cel {

/// Nodes that one evaluation may visit, and items that its loops and functions may; more is an error.
inline constexpr std::size_t most_steps = 5'000'000;

[[nodiscard]] Value evaluate(const Tree& tree, const Variables& variables);

} // namespace slsaudit::cel
