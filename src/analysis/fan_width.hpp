// SPDX-License-Identifier: Apache-2.0
// How wide one event becomes behind each node.
//
// For every node two numbers are computed from its targets' numbers, in one pass over the graph (cycles are
// another table's matter: an edge inside one is not followed):
//  - consumers: deliveries of one event, queues and functions counted alike;
//  - unbounded: function invocations of them that start at once and that nothing holds back: no reserved
//  concurrency,
//    no queue, stream or mapping between, no MaxConcurrency of a Map.
// A node that hands every event to all (topic, rule, bus, feed) adds its targets up, those whose filters
// let different events through, or that are made under different conditions, excepted: nothing says that one
// event reaches both. A node that chooses (function, API, bucket, workflow) counts as the widest of its
// choices, so each number is a lower bound of the worst case.
#pragma once

#include "analysis/table.hpp"

#include <optional>

namespace slsaudit::analysis {

struct Components;

/// A lower bound of what one event becomes.
struct Width {
  std::int64_t consumers = 0;
  std::int64_t unbounded = 0;
  /// A Map over an input of unknown length, without MaxConcurrency, invokes a function …
  bool open_ended = false;
  bool distributed = false; ///< … and is a Distributed one, which the platform doesn't hold at 40 either …
  bool reads_items =
      false; ///< … over what it reads (a bucket's objects, a file's lines), as many as there are.
};

/// A state within a Map whose iterations run at once without a limit.
[[nodiscard]] bool iterates_without_limit(const graph::Edge& edge);
[[nodiscard]] bool reserves_concurrency(const graph::System& system, graph::NodeId function);

class FanWidths {
public:
  using Edges = std::vector<graph::EdgeId>;

  explicit FanWidths(const Facts& facts);

  [[nodiscard]] const Width& of(graph::NodeId node) const { return widths_[node.index()]; }
  /// What an edge's target is worth to the node that hands it an event.
  [[nodiscard]] Width behind(const graph::Edge& edge) const;
  /// Whether every event goes to all targets, not to one of them.
  [[nodiscard]] bool hands_to_all(graph::NodeId node) const;
  /// The edges that carry events on.
  [[nodiscard]] const Edges& onward(graph::NodeId node) const { return onward_[node.index()]; }
  /// Those of them that one event takes at once.
  [[nodiscard]] const Edges& taken(graph::NodeId node) const;
  /// Here the multiplication happens: the node is wider than any single thing behind it.
  [[nodiscard]] bool multiplies(graph::NodeId node) const;

private:
  void find_onward();
  [[nodiscard]] bool leads_back(const graph::Edge& edge) const;
  [[nodiscard]] Width alone(graph::NodeId node) const;
  [[nodiscard]] Width sum_of(const Edges& edges) const;
  template <typename Key> [[nodiscard]] Edges widest_group(const Edges& edges, Key key_of) const;
  [[nodiscard]] std::string variant_of(graph::EdgeId id) const;
  [[nodiscard]] std::string conditions_of(graph::EdgeId id) const;
  [[nodiscard]] Edges passing_together(const Edges& edges) const;
  [[nodiscard]] Edges find_together(graph::NodeId node) const;
  [[nodiscard]] Width width_of(graph::NodeId node) const;

  const graph::System& system_;
  const Components& components_;
  std::vector<Width> widths_;
  std::vector<Edges> onward_; ///< By node.
  mutable std::vector<std::optional<Edges>>
      together_;               ///< By node that hands to all; settled once its targets are.
  std::vector<bool> variants_; ///< By template: another one stands for the same deployment.
};

} // namespace slsaudit::analysis
