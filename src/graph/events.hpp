// SPDX-License-Identifier: Apache-2.0
// The events that services make, as contents to match patterns against.
#pragma once

#include "graph/passes.hpp"

namespace slsaudit::graph {

/// Where an edge's filter and settings stand.
[[nodiscard]] PatternPlace place_of(const System& system, const Edge& edge);

/// A record of a table's stream: which images it has depends on the table's stream specification.
[[nodiscard]] Content table_record(const Node& table);

} // namespace slsaudit::graph
