// SPDX-License-Identifier: Apache-2.0
// How sources hand events to functions: batches, and how many run at once.
#pragma once

#include "analysis/table.hpp"
#include "graph/delivery.hpp"

namespace slsaudit::analysis {

/// The id of the knowledge row for an edge that Lambda polls; empty for other edges.
[[nodiscard]] std::string_view event_source_id(const graph::System& system, const graph::Edge& edge);

/// Events that one invocation is handed: the batch size that is written, else the platform's default; 1 for
/// edges that nothing polls.
[[nodiscard]] double batch_of(const Facts& facts, graph::EdgeId edge, const graph::Delivery& delivery);

/// The most that may run at once: a number, bounded by something that isn't known, or nothing but the
/// account.
struct Bound {
  enum class Kind : std::uint8_t { none, known, unknown, open };
  Kind kind = Kind::none; ///< None: it starts nothing.
  double value = 0;       ///< Of a known one.
  bool declared = false;  ///< A known one rests on what the author wrote, not on a default of the platform.
  std::string reason;     ///< Why: "`Orders` has 4 shards".
  text::Span span;
  graph::EdgeId edge; ///< What it is the bound of.
};

/// What may run at once of all that several bounds stand for.
[[nodiscard]] Bound sum_of(const Bound& a, const Bound& b);

/// Of an edge that Lambda polls.
[[nodiscard]] Bound bound_of_mapping(const Facts& facts, graph::EdgeId edge, const graph::Delivery& delivery);

} // namespace slsaudit::analysis
