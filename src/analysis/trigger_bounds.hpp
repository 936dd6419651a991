// SPDX-License-Identifier: Apache-2.0
// The most that each function's triggers let run at once, whatever the load.
#pragma once

#include "analysis/event_sources.hpp"

namespace slsaudit::analysis {

class TriggerBounds {
public:
  explicit TriggerBounds(const Facts& facts);

  /// The bounds of each trigger of a function.
  [[nodiscard]] const std::vector<Bound>& of(graph::NodeId function) const { return of_[function.index()]; }
  /// All together; its own reservation not counted.
  [[nodiscard]] Bound total_of(graph::NodeId function) const;

private:
  void find_totals();
  [[nodiscard]] std::vector<Bound> read(graph::NodeId function) const;
  [[nodiscard]] Bound bound_over(graph::EdgeId edge) const;
  [[nodiscard]] Bound bound_of_request(graph::EdgeId edge, const graph::Delivery& delivery) const;
  [[nodiscard]] Bound bound_of_call(graph::EdgeId edge) const;
  [[nodiscard]] Bound bound_of_state(graph::EdgeId edge, const graph::Delivery& delivery) const;
  /// What is seen to start it.
  [[nodiscard]] std::vector<graph::EdgeId> starters_of(graph::NodeId workflow) const;
  [[nodiscard]] Bound bound_of_starter(graph::EdgeId edge, const graph::Edge& starter) const;
  [[nodiscard]] Bound open_bound(graph::EdgeId edge, std::string why) const;
  [[nodiscard]] bool starts_on_schedule(graph::NodeId node) const;
  [[nodiscard]] bool looks_after(graph::NodeId node) const;
  [[nodiscard]] double timeout_of(graph::NodeId function) const;

  const Facts& facts_;
  const graph::System& system_;
  graph::Deliveries deliveries_;
  std::vector<const Row*> entries_; ///< By node: the first row of the table "entries" that is about it.
  std::vector<Bound> totals_;       ///< By node, of functions; the own reservation counted.
  std::vector<std::vector<Bound>> of_;
  const std::vector<bool>& helpers_;
};

} // namespace slsaudit::analysis
