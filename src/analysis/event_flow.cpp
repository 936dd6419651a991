// SPDX-License-Identifier: Apache-2.0
#include "analysis/event_flow.hpp"

#include "analysis/analyses.hpp"
#include "analysis/multiplication.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <cmath>

namespace slsaudit::analysis {
namespace {

using graph::Category;

/// Ways into a node that are told apart; where there are more, filters are taken to let all through.
constexpr std::size_t most_ways = 16;

} // namespace

bool goes_on(const graph::System& system, const graph::Edge& edge) {
  if (!carries_event(edge)) return false;
  if (edge.kind != graph::EdgeKind::writes) return true;
  const auto& out = system.outgoing[edge.to.index()];
  return std::ranges::any_of(out, [&](graph::EdgeId id) { return carries_event(system.edge(id)); });
}

cel::Value count_cell(double count) {
  if (std::isinf(count)) return {};
  return count;
}

EventFlow::EventFlow(const Facts& facts) : system_(facts.system()), deliveries_(system_) {
  for (std::size_t i = 0; i < system_.edges.size(); ++i) {
    const graph::Edge& edge = system_.edges[i];
    follow_.push_back(goes_on(system_, edge) && graph::satisfiable(system_, edge) != graph::Verdict::never);
    multiplications_.push_back(follow_.back() ? multiplication_of(facts, deliveries_, graph::EdgeId(i))
                                              : Multiplication());
  }
  split_nodes();
  outgoing_.resize(nodes_.size());
  const auto& passages = facts.shared<Passages>();
  for (std::size_t i = 0; i < system_.nodes.size(); ++i) connect(graph::NodeId(i), passages);
  std::vector<std::vector<std::size_t>> followers(nodes_.size());
  for (std::size_t state = 0; state < nodes_.size(); ++state) {
    for (const std::size_t arc : outgoing_[state]) followers[state].push_back(arcs_[arc].to);
  }
  parts_ = parts_of(followers);
}

bool EventFlow::in_cycle(std::size_t state) const {
  if (parts_.members[parts_.of[state]].size() > 1) return true;
  return std::ranges::any_of(outgoing_[state], [&](std::size_t arc) { return arcs_[arc].to == state; });
}

/// Incoming edges, those together that open and close the same edges out: what code puts is not known, so it
/// is all one but for the keys that it may write to a bucket.
std::vector<std::vector<graph::EdgeId>> EventFlow::ways_into(graph::NodeId node) const {
  const graph::Node& target = system_.node(node);
  const bool is_bucket = target.type == "AWS::S3::Bucket";
  const bool is_particular = is_bucket || property(target, "ProtocolType").as_string() == "WEBSOCKET" ||
                             std::ranges::any_of(system_.outgoing[node.index()], [&](graph::EdgeId id) {
                               return follow_[id.index()] && system_.edge(id).filter.is_present();
                             });
  if (!is_particular) return {};
  std::vector<std::vector<graph::EdgeId>> ways(1); // The first is code's.
  for (const graph::EdgeId id : system_.incoming[node.index()]) {
    if (!follow_[id.index()]) continue;
    const bool code = is_type(system_, system_.edge(id).from, function_type) && !is_bucket;
    if (code) ways.front().push_back(id);
    if (!code) ways.push_back({id});
    if (ways.size() > most_ways) return {};
  }
  return ways;
}

void EventFlow::split_nodes() {
  state_behind_.resize(system_.edges.size());
  for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
    const graph::NodeId node(i);
    first_state_.push_back(nodes_.size());
    nodes_.push_back(node);
    came_by_.emplace_back();
    const auto ways = ways_into(node);
    for (const graph::EdgeId id : system_.incoming[i]) state_behind_[id.index()] = first_state_.back();
    for (const std::vector<graph::EdgeId>& way : ways) {
      if (way.empty()) continue;
      for (const graph::EdgeId id : way) state_behind_[id.index()] = nodes_.size();
      nodes_.push_back(node);
      came_by_.push_back(way.front());
    }
  }
}

void EventFlow::connect(graph::NodeId node, const Passages& passages) {
  for (std::size_t state = first_state_[node.index()]; state < nodes_.size() && nodes_[state] == node;
       ++state) {
    const graph::EdgeId in = came_by_[state];
    for (const graph::EdgeId id : system_.outgoing[node.index()]) {
      if (!follow_[id.index()]) continue;
      const bool closed = in.valid() && passages.of(in, id) == Passage::blocked;
      if (closed) continue;
      outgoing_[state].push_back(arcs_.size());
      arcs_.push_back({state, state_behind_[id.index()], id});
    }
  }
}

} // namespace slsaudit::analysis
