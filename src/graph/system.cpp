// SPDX-License-Identifier: Apache-2.0
#include "graph/index.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace slsaudit::graph {

namespace {

constexpr std::array<std::string_view, 13> edge_kind_names = {
    "triggers", "polls",        "routes",   "invokes", "sends", "reads",  "writes",
    "streams",  "dead_letters", "requests", "assumes", "logs",  "refers",
};
constexpr std::array<std::string_view, 4> mode_names = {"none", "synchronous", "asynchronous", "polled"};
constexpr std::array<std::string_view, 3> basis_names = {"declared", "granted", "hinted"};

bool is_in_order(const Edge& left, const Edge& right) {
  return std::tie(left.from, left.to, left.kind, left.via) <
         std::tie(right.from, right.to, right.kind, right.via);
}

std::string verify_node(const System& system, std::size_t i) {
  const Node& node = system.nodes[i];
  const std::string what = "node " + std::to_string(i) + " (" + node.label + ")";
  if ((node.kind == NodeKind::resource) != (node.resource != nullptr))
    return what + ": kind and resource disagree";
  if (node.template_index >= system.templates.size()) return what + ": no such template";
  if (node.type.empty() && node.kind == NodeKind::outside) return what + ": no type";
  if (i == 0) return {};
  const Node& before = system.nodes[i - 1];
  if (before.kind == NodeKind::outside && node.kind == NodeKind::resource)
    return what + ": a resource after outside parties";
  if (node.kind == NodeKind::resource && before.template_index > node.template_index)
    return what + ": out of order";
  return {};
}

std::string verify_edge(const System& system, std::size_t i) {
  const Edge& edge = system.edges[i];
  const std::string what = "edge " + std::to_string(i);
  const auto in_range = [&](NodeId id) { return id.valid() && id.index() < system.nodes.size(); };
  if (!in_range(edge.from) || !in_range(edge.to)) return what + ": an end is no node";
  if (edge.via.valid() && !in_range(edge.via)) return what + ": its helper is no node";
  if (edge.evidence.empty()) return what + ": no evidence";
  if (i > 0 && !is_in_order(system.edges[i - 1], edge)) return what + ": out of order";
  const auto before = [](const Evidence& left, const Evidence& right) {
    return std::tie(left.basis, left.span, left.text) < std::tie(right.basis, right.span, right.text);
  };
  if (!std::ranges::is_sorted(edge.evidence, before)) return what + ": evidence out of order";
  return {};
}

/// Each edge must be listed once at each end, ascending.
std::string verify_lists(const System& system, const std::vector<std::vector<EdgeId>>& lists,
                         NodeId Edge::*end) {
  if (lists.size() != system.nodes.size()) return "edge lists: one a node is needed";
  std::size_t count = 0;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if (!std::ranges::is_sorted(lists[i])) return "edge list of node " + std::to_string(i) + ": out of order";
    for (const EdgeId id : lists[i]) {
      if (!id.valid() || id.index() >= system.edges.size())
        return "edge list of node " + std::to_string(i) + ": no such edge";
      if (system.edges[id.index()].*end != NodeId(i))
        return "edge list of node " + std::to_string(i) + ": another node's edge";
    }
    count += lists[i].size();
  }
  return count == system.edges.size() ? std::string{} : "edge lists: an edge is missing or listed twice";
}

} // namespace

std::string_view name(EdgeKind kind) {
  return edge_kind_names.at(static_cast<std::size_t>(kind));
}
std::string_view name(Mode mode) {
  return mode_names.at(static_cast<std::size_t>(mode));
}
std::string_view name(Basis basis) {
  return basis_names.at(static_cast<std::size_t>(basis));
}

NodeId System::find(std::size_t template_index, std::string_view logical_id) const {
  return index != nullptr ? index->find(template_index, logical_id) : NodeId{};
}

NodeId resolve(const System& system, std::size_t template_index, const value::Value& value) {
  if (system.index == nullptr || template_index >= system.templates.size()) return {};
  return system.index->resolve(template_index, value);
}

std::string verify(const System& system) {
  std::string wrong;
  for (std::size_t i = 0; i < system.nodes.size() && wrong.empty(); ++i) wrong = verify_node(system, i);
  for (std::size_t i = 0; i < system.edges.size() && wrong.empty(); ++i) wrong = verify_edge(system, i);
  for (const Statement& statement : system.statements) {
    const NodeId holder = statement.role.valid() ? statement.role : statement.resource;
    if (wrong.empty() && (!holder.valid() || holder.index() >= system.nodes.size()))
      wrong = "a statement without holder";
  }
  if (wrong.empty()) wrong = verify_lists(system, system.outgoing, &Edge::from);
  if (wrong.empty()) wrong = verify_lists(system, system.incoming, &Edge::to);
  return wrong;
}

} // namespace slsaudit::graph
