// SPDX-License-Identifier: Apache-2.0
#include "analysis/flow.hpp"

#include "analysis/analyses.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

bool is_bus(const graph::Node& node) {
  return node.type == "AWS::Events::EventBus" || node.type == "outside::event-bus";
}

/// A pattern that names its buckets has an edge from each of them: the way over the bus adds nothing.
bool has_direct_edges(const graph::System& system, const graph::Edge& in, const graph::Edge& out) {
  if (!is_type(system, in.from, "AWS::S3::Bucket")) return false;
  const std::vector<value::Value> patterns = each_of(out.filter);
  return !patterns.empty() && std::all_of(patterns.begin(), patterns.end(), [](const value::Value& pattern) {
    return pattern.at("detail.bucket.name").is_present();
  });
}

/// What a function posts to a WebSocket API goes out to clients, never into the routes.
bool is_closed(const graph::System& system, const graph::Edge& out) {
  return out.kind == graph::EdgeKind::routes &&
         property(system.node(out.from), "ProtocolType").as_string() == "WEBSOCKET";
}

/// What is not a matter of filters.
bool is_blocked(const graph::System& system, const graph::Edge& in, const graph::Edge& out) {
  return is_closed(system, out) || (is_bus(system.node(in.to)) && has_direct_edges(system, in, out));
}

} // namespace

Passages::Passages(const Facts& facts) : system_(facts.system()), filters_(system_) {
  whatever_.reserve(system_.edges.size());
  for (const graph::Edge& out : system_.edges) {
    std::optional<Passage> any;
    if (graph::lets_all_through(system_, out)) any = Passage::certain;
    if (out.kind == graph::EdgeKind::routes) any = Passage::possible; // which of the routes is not known
    if (is_closed(system_, out)) any = Passage::blocked;
    const bool depends = is_bus(system_.node(out.from)) && out.filter.is_present();
    whatever_.push_back(depends ? std::nullopt : any);
  }
}

Passage Passages::compared(graph::EdgeId in, graph::EdgeId out) const {
  const graph::Edge& arriving = system_.edge(in);
  const graph::Edge& leaving = system_.edge(out);
  if (is_blocked(system_, arriving, leaving)) return Passage::blocked;
  if (leaving.kind == graph::EdgeKind::routes) return Passage::possible; // which of the routes is not known
  const std::scoped_lock lock(mutex_);
  switch (filters_.of(in, out)) {
  case graph::Verdict::never:
    return Passage::blocked;
  case graph::Verdict::matches:
    return Passage::certain;
  default:
    return Passage::possible;
  }
}

} // namespace slsaudit::analysis
