// SPDX-License-Identifier: Apache-2.0
// Whether an event that came by one edge can go on by another.
#pragma once

#include "analysis/table.hpp"
#include "graph/passes.hpp"

namespace slsaudit::analysis {

using graph::each_of;

enum class Passage : std::uint8_t {
  blocked,  ///< Filters are disjoint: it never does.
  possible, ///< A filter may or may not let it through.
  certain,  ///< Nothing filters it, or it is known to match.
};

/// Answers for one system, each pair of edges compared once.
class Passages {
public:
  /// `system` must outlive it.
  explicit Passages(const graph::System& system) : system_(system), filters_(system) {}

  /// The target of `in` must be where `out` starts.
  [[nodiscard]] Passage of(graph::EdgeId in, graph::EdgeId out);

private:
  const graph::System& system_;
  graph::Passages filters_;
};

} // namespace slsaudit::analysis
