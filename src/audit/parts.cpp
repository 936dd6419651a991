// SPDX-License-Identifier: Apache-2.0
#include "audit/parts.hpp"

#include "audit/groups.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace slsaudit::audit {
namespace {

/// Whether two templates that use it use one thing. The internet, a service or the account's bus have
/// everybody in common.
bool is_one_thing(const graph::Node& node) {
  constexpr std::array<std::string_view, 4> things{"outside::import", "outside::arn", "outside::name",
                                                   "outside::parameter"};
  return node.kind == graph::NodeKind::resource || std::ranges::find(things, node.type) != things.end();
}

} // namespace

std::vector<std::vector<std::size_t>> parts_of(const std::vector<LoadedTemplate>& templates,
                                               const graph::System& system) {
  Groups groups(templates.size());
  for (std::size_t i = 0; i < templates.size(); ++i) {
    if (templates[i].parent) groups.join(i, *templates[i].parent);
  }
  // An edge to something outside belongs to the template of its other end.
  std::map<graph::NodeId, std::size_t> users;
  const auto join_ends = [&](graph::NodeId from, graph::NodeId to) {
    if (!from.valid() || !to.valid()) return;
    const graph::Node& source = system.node(from);
    const graph::Node& target = system.node(to);
    if (!is_one_thing(source) || !is_one_thing(target)) return;
    const bool inside = source.kind == graph::NodeKind::resource;
    const std::size_t own = inside ? source.template_index : target.template_index;
    for (const graph::NodeId end : {from, to}) {
      const graph::Node& node = system.node(end);
      if (node.kind == graph::NodeKind::resource) {
        groups.join(own, node.template_index);
      } else {
        groups.join(own, users.try_emplace(end, own).first->second);
      }
    }
  };
  for (const graph::Edge& edge : system.edges) {
    join_ends(edge.from, edge.to);
    join_ends(edge.from, edge.via);
    join_ends(edge.to, edge.via);
  }
  for (const graph::Statement& statement : system.statements) join_ends(statement.role, statement.resource);

  std::map<std::size_t, std::vector<std::size_t>> parts;
  for (std::size_t i = 0; i < templates.size(); ++i) parts[groups.first(i)].push_back(i);
  std::vector<std::vector<std::size_t>> result;
  for (auto& [first, indexes] : parts) result.push_back(std::move(indexes));
  return result;
}

std::vector<LoadedTemplate> pick(const std::vector<LoadedTemplate>& templates,
                                 const std::vector<std::size_t>& indexes) {
  std::vector<LoadedTemplate> picked;
  for (const std::size_t index : indexes) {
    LoadedTemplate& one = picked.emplace_back(templates[index]);
    if (one.parent) {
      const auto place = std::ranges::lower_bound(indexes, *one.parent);
      one.parent = static_cast<std::size_t>(place - indexes.begin());
    }
  }
  return picked;
}

} // namespace slsaudit::audit
