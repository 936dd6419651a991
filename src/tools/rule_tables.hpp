// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/packed_expressions.hpp"

#include <ostream>

namespace slsaudit::tools {

/// The tables as C++: constant arrays, named like the members.
void write_tables(std::ostream& out, const rules::PackedExpressions& packed);

} // namespace slsaudit::tools
