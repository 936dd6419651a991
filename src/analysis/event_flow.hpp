// SPDX-License-Identifier: Apache-2.0
// Which ways events can take: the graph's edges that carry events, without those that filters close to what
// came before.
//
// Whether an event goes on from a bus, a bucket or anything else with filters depends on how it got there. So
// such a node is several states, one for each way in that makes a difference, and every other node is one.
#pragma once

#include "analysis/flow.hpp"
#include "analysis/reach.hpp"
#include "graph/delivery.hpp"

#include <limits>

namespace slsaudit::analysis {

/// How many events follow from one that takes an edge, retries not counted.
struct Multiplication {
  double least = 1;   ///< Below 1 where a batch makes several one.
  double most = 1;    ///< Infinite where nothing that is known bounds it.
  double at_once = 1; ///< Of those, how many are at work at once; infinite likewise.
  double cap = std::numeric_limits<double>::infinity(); ///< Of what comes over the edge, so many are at work.
  std::string why; ///< "a batch of at most 10", "the items of a Map"; empty for one.
};

class EventFlow {
public:
  struct Arc {
    std::size_t from = 0; ///< States.
    std::size_t to = 0;
    graph::EdgeId edge;
  };

  explicit EventFlow(const Facts& facts);

  [[nodiscard]] const graph::System& system() const { return system_; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] graph::NodeId node_of(std::size_t state) const { return nodes_[state]; }
  /// The state of an event that comes to the node from outside.
  [[nodiscard]] std::size_t start_of(graph::NodeId node) const { return first_state_[node.index()]; }
  [[nodiscard]] const std::vector<Arc>& arcs() const { return arcs_; }
  [[nodiscard]] const std::vector<std::size_t>& outgoing(std::size_t state) const { return outgoing_[state]; }
  /// Parts of the states that lead to each other, and so are cycles of events.
  [[nodiscard]] const Parts& parts() const { return parts_; }
  [[nodiscard]] bool in_cycle(std::size_t state) const;

  /// By edge; of edges that carry no events, what stands for nothing.
  [[nodiscard]] const Multiplication& multiplication(graph::EdgeId edge) const {
    return multiplications_[edge.index()];
  }
  [[nodiscard]] const graph::Deliveries& deliveries() const { return deliveries_; }
  /// Whether events take the edge: it carries some, and they don't just end in a store.
  [[nodiscard]] bool follows(graph::EdgeId edge) const { return follow_[edge.index()]; }

private:
  void split_nodes();
  void connect(graph::NodeId node, const Passages& passages);
  [[nodiscard]] std::vector<std::vector<graph::EdgeId>> ways_into(graph::NodeId node) const;

  const graph::System& system_;
  graph::Deliveries deliveries_;
  std::vector<bool> follow_;
  std::vector<graph::NodeId> nodes_;
  std::vector<std::size_t> first_state_;  ///< By node: the one of events from outside.
  std::vector<std::size_t> state_behind_; ///< By edge: the one of events that came by it.
  std::vector<graph::EdgeId> came_by_;    ///< By state: an edge that stands for all ways in; or invalid.
  std::vector<Arc> arcs_;
  std::vector<std::vector<std::size_t>> outgoing_;
  Parts parts_;
  std::vector<Multiplication> multiplications_;
};

/// Whether an edge carries an event to something that does anything with it: not where it only ends in a
/// store.
[[nodiscard]] bool goes_on(const graph::System& system, const graph::Edge& edge);

inline constexpr double unbounded = std::numeric_limits<double>::infinity();
/// An integer where it is one; null for infinite.
[[nodiscard]] cel::Value count_cell(double count);

} // namespace slsaudit::analysis
