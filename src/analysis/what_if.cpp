// SPDX-License-Identifier: Apache-2.0
#include "analysis/what_if.hpp"

#include "analysis/analyses.hpp"
#include "graph/types.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace slsaudit::analysis {

std::string_view name(Mishap mishap) {
  switch (mishap) {
  case Mishap::fail:
    return "fail";
  case Mishap::slow:
    return "slow";
  case Mishap::compromise:
    return "compromise";
  }
  return "";
}

WhatIf what_if(const Facts& facts, Mishap mishap, graph::NodeId node) {
  WhatIf result{mishap, node, {}};
  if (mishap == Mishap::fail) tell_failure(facts, result);
  if (mishap == Mishap::slow) tell_slowness(facts, result);
  if (mishap == Mishap::compromise) tell_compromise(facts, result);
  return result;
}

// --- Names ---

namespace {

/// Of several resources with one author's id: what runs or keeps something before what helps.
bool is_main(const graph::Node& node) {
  const graph::Category category = graph::category_of(node.type);
  return category != graph::Category::none && category != graph::Category::role &&
         category != graph::Category::policy && category != graph::Category::log_group;
}

bool can_fail(const graph::Node& node) {
  return node.resource == nullptr || is_main(node) || graph::category_of(node.type) == graph::Category::role;
}

} // namespace

std::vector<graph::NodeId> nodes_named(const graph::System& system, std::string_view name) {
  std::vector<graph::NodeId> exact;
  std::vector<graph::NodeId> main;
  std::vector<graph::NodeId> authored;
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const graph::Node& node = system.nodes[i];
    if (node.label == name) exact.emplace_back(i);
    if (author_id(node) != name) continue;
    authored.emplace_back(i);
    if (is_main(node) && !node.resource->author.generated) main.emplace_back(i);
  }
  if (!exact.empty()) return exact;
  return main.empty() ? authored : main;
}

std::vector<std::string> names_near(const graph::System& system, std::string_view name) {
  constexpr std::size_t most = 5;
  std::set<std::pair<std::size_t, std::string>> ranked;
  for (const graph::Node& node : system.nodes) {
    if (!can_fail(node)) continue;
    const std::string_view id = author_id(node);
    const bool inside = text::lower(id).find(text::lower(name)) != std::string::npos;
    const std::size_t distance = text::edit_distance(name, id);
    if (!inside && distance > std::max<std::size_t>(2, name.size() / 2)) continue;
    ranked.emplace(inside ? 0 : distance, std::string(id));
  }
  std::vector<std::string> names;
  for (const auto& [distance, id] : ranked) {
    if (names.size() < most && std::find(names.begin(), names.end(), id) == names.end()) names.push_back(id);
  }
  return names;
}

// --- Shared ---

bool is_declared(const graph::Edge& edge) {
  return edge.evidence.front().basis == graph::Basis::declared;
}

bool waits_for(const graph::Edge& edge) {
  switch (edge.kind) {
  case graph::EdgeKind::requests:
  case graph::EdgeKind::routes:
  case graph::EdgeKind::reads:
  case graph::EdgeKind::writes:
  case graph::EdgeKind::sends: // Who sends learns whether it was taken.
    return true;
  case graph::EdgeKind::triggers:
  case graph::EdgeKind::invokes:
    return edge.mode == graph::Mode::synchronous;
  default:
    return false;
  }
}

Dependents dependents_of(const graph::System& system, graph::NodeId node) {
  Dependents result;
  result.by.resize(system.nodes.size());
  result.has.resize(system.nodes.size());
  result.nodes.push_back(node);
  result.has[node.index()] = true;
  for (std::size_t done = 0; done < result.nodes.size(); ++done) {
    for (const graph::EdgeId id : system.incoming[result.nodes[done].index()]) {
      const graph::Edge& edge = system.edge(id);
      if (!waits_for(edge) || result.has[edge.from.index()]) continue;
      // What delivers by itself (a rule, a topic, a bucket) tries again: it doesn't fail with its target.
      const graph::Category category = graph::category_of(system.node(edge.from).type);
      const bool acts = category == graph::Category::function || category == graph::Category::workflow ||
                        category == graph::Category::task || category == graph::Category::api;
      if (!acts && edge.kind != graph::EdgeKind::requests) continue;
      if (edge.kind == graph::EdgeKind::requests) continue; // Callers outside are told of as such.
      result.has[edge.from.index()] = true;
      result.by[edge.from.index()] = id;
      result.nodes.push_back(edge.from);
    }
  }
  return result;
}

std::string spoken(std::int64_t seconds) {
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 3> units{
      {{86400, "day"}, {3600, "hour"}, {60, "minute"}}};
  for (const auto& [size, unit] : units) {
    if (seconds < size || seconds % size != 0) continue;
    const std::int64_t count = seconds / size;
    return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
  }
  return std::to_string(seconds) + " s";
}

Step step_of(const graph::System& system, const graph::Edge& edge) {
  const graph::Evidence& evidence = edge.evidence.front();
  return {evidence.span, quoted(shown_name(system.node(edge.from))) + " → " +
                             quoted(shown_name(system.node(edge.to))) + ": " + evidence.text};
}

} // namespace slsaudit::analysis
