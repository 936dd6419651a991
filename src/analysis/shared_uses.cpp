// SPDX-License-Identifier: Apache-2.0
#include "analysis/shared_uses.hpp"

#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"
#include "analysis/reach.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace slsaudit::analysis {
namespace {

/// GET, HEAD and OPTIONS: of a method, an operation or a route ("GET /orders").
bool only_reads(const value::Value& route) {
  for (const std::string_view key : {"HttpMethod", "Method", "RouteKey"}) {
    const auto known = route.get(key).as_string();
    if (!known) continue;
    const std::string method = text::upper(known->substr(0, known->find(' ')));
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
  }
  return route.get("Principal").is_present(); // A permission says nothing of routes.
}

/// Whether a function is started by routes for reading alone.
bool only_reads(const graph::System& system, graph::NodeId function) {
  bool found = false;
  for (const graph::EdgeId id : system.incoming[function.index()]) {
    const graph::Edge& edge = system.edge(id);
    if (!carries_event(edge)) continue;
    const std::vector<value::Value> settings = each_of(edge.settings);
    if (edge.kind != graph::EdgeKind::routes ||
        !std::ranges::all_of(settings, [](const value::Value& one) { return only_reads(one); }))
      return false;
    found = true;
  }
  return found;
}

} // namespace

SharedUses::SharedUses(const Facts& facts)
    : system_(facts.system()), reads_(system_.nodes.size()), has_writer_(system_.nodes.size()) {
  find_named();
  find_readers();
  find_wide();
}

void SharedUses::find_named() {
  for (const graph::Edge& edge : system_.edges) {
    if (!edge.shared && is_type(system_, edge.from, function_type)) named_.emplace(edge.to, edge.kind);
  }
}

void SharedUses::find_readers() {
  for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
    const graph::NodeId node(i);
    reads_[i] = is_type(system_, node, function_type) && only_reads(system_, node);
  }
  for (const graph::Edge& edge : system_.edges) {
    if (edge.kind == graph::EdgeKind::assumes && !reads_[edge.from.index()])
      has_writer_[edge.to.index()] = true;
  }
}

void SharedUses::find_wide() {
  std::map<Words, graph::NodeId> first;
  for (const graph::Edge& edge : system_.edges) {
    if (!is_write(edge) || !is_type(system_, edge.from, function_type)) continue;
    for (const graph::Evidence& evidence : edge.evidence) {
      const Words words{edge.from, edge.kind, evidence.span};
      if (first.emplace(words, edge.to).first->second != edge.to) wide_.insert(words);
    }
  }
}

bool SharedUses::is_of_another(const graph::Edge& edge) const {
  return (edge.shared && named_.contains({edge.to, edge.kind})) || is_write_of_another(edge);
}

/// A function for reading may write by a role that a function has which is started otherwise: that one
/// writes.
bool SharedUses::is_write_of_another(const graph::Edge& edge) const {
  if (edge.kind != graph::EdgeKind::writes || !reads_[edge.from.index()] ||
      std::ranges::find(edge.evidence, graph::Basis::declared, &graph::Evidence::basis) !=
          edge.evidence.end())
    return false;
  return std::ranges::any_of(system_.outgoing[edge.from.index()], [&](graph::EdgeId id) {
    const graph::Edge& assumed = system_.edge(id);
    return assumed.kind == graph::EdgeKind::assumes && has_writer_[assumed.to.index()];
  });
}

bool SharedUses::is_one_of(const graph::Edge& edge) const {
  if (!is_write(edge)) return false;
  return edge.shared || std::ranges::all_of(edge.evidence, [&](const graph::Evidence& evidence) {
           return evidence.basis != graph::Basis::declared && evidence.span.valid() &&
                  wide_.contains({edge.from, edge.kind, evidence.span});
         });
}

} // namespace slsaudit::analysis
