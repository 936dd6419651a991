// SPDX-License-Identifier: Apache-2.0
// What becomes of one event on an edge.
#pragma once

#include "analysis/event_flow.hpp"

namespace slsaudit::analysis {

/// For an event that passes the edge's filters.
[[nodiscard]] Multiplication multiplication_of(const Facts& facts, const graph::Deliveries& deliveries,
                                               graph::EdgeId edge);

} // namespace slsaudit::analysis
