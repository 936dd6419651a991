// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cel/tree.hpp"

#include <vector>

namespace slsaudit::cel {

/// Finds what each name and call means and writes it into the tree. All errors are told, in source order.
void check(Tree& tree, const Environment& environment, std::vector<ParseError>& errors);

} // namespace slsaudit::cel
