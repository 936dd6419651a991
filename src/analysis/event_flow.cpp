// SPDX-License-Identifier: Apache-2.0
#include "analysis/event_flow.hpp"

#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"
#include "analysis/multiplication.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <cmath>

namespace slsaudit::analysis {
namespace {

using graph::Category;

/// Writers of one bucket that are told apart; where there are more, filters are taken to let all through.
constexpr std::size_t most_writers = 16;

/// Nodes where it matters how an event came.
bool is_particular(const graph::Node& node) {
  return node.type == "AWS::S3::Bucket" || node.type == "AWS::Events::EventBus" ||
         node.type == "outside::event-bus" || property(node, "ProtocolType").as_string() == "WEBSOCKET";
}

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

EventFlow::EventFlow(const Facts& facts) : system_(facts.system()), passages_(system_), deliveries_(system_) {
  for (std::size_t i = 0; i < system_.edges.size(); ++i) {
    follow_.push_back(goes_on(system_, system_.edges[i]));
    multiplications_.push_back(follow_.back() ? multiplication_of(facts, deliveries_, graph::EdgeId(i))
                                              : Multiplication());
  }
  split_nodes();
  outgoing_.resize(nodes_.size());
  for (std::size_t i = 0; i < system_.nodes.size(); ++i) connect(graph::NodeId(i));
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

/// Incoming edges, those together that open and close the same edges out.
std::vector<std::vector<graph::EdgeId>> EventFlow::ways_into(graph::NodeId node) const {
  std::vector<graph::EdgeId> in;
  for (const graph::EdgeId id : system_.incoming[node.index()]) {
    if (follow_[id.index()]) in.push_back(id);
  }
  const graph::Node& target = system_.node(node);
  if (in.empty() || !is_particular(target)) return {};
  std::vector<std::vector<graph::EdgeId>> ways;
  if (target.type == "AWS::S3::Bucket") {
    if (in.size() > most_writers) return {};
    for (const graph::EdgeId id : in) ways.push_back({id});
    return ways;
  }
  // What a bucket puts on a bus is heard by other rules than what code puts there.
  ways.resize(2);
  for (const graph::EdgeId id : in)
    ways[is_type(system_, system_.edge(id).from, "AWS::S3::Bucket") ? 0 : 1].push_back(id);
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

void EventFlow::connect(graph::NodeId node) {
  for (std::size_t state = first_state_[node.index()]; state < nodes_.size() && nodes_[state] == node;
       ++state) {
    const graph::EdgeId in = came_by_[state];
    for (const graph::EdgeId id : system_.outgoing[node.index()]) {
      if (!follow_[id.index()]) continue;
      const bool closed = in.valid() && passages_.of(in, id) == Passage::blocked;
      if (closed) continue;
      outgoing_[state].push_back(arcs_.size());
      arcs_.push_back({state, state_behind_[id.index()], id});
    }
  }
}

} // namespace slsaudit::analysis
