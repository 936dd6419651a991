// SPDX-License-Identifier: Apache-2.0
#include "analysis/making_order.hpp"

#include "graph/extract.hpp"

#include <set>

namespace slsaudit::analysis {

using graph::NodeId;

const std::vector<NodeId>& MakingOrder::needs_of(NodeId node) {
  const auto [entry, is_new] = needs_.try_emplace(node);
  if (!is_new) return entry->second;
  const graph::Node& self = system_.node(node);
  std::set<NodeId> needs;
  const auto note = [&](std::string_view id) {
    const NodeId to = system_.find(self.template_index, id);
    if (to.valid() && to != node) needs.insert(to);
  };
  if (self.resource != nullptr) {
    for (const std::string_view id : self.resource->depends_on) note(id);
    graph::for_each_string(self.resource->properties, [&](const value::Value& text) {
      for (const value::Part& part : text.parts()) {
        const bool names =
            part.kind == value::ReferenceKind::resource || part.kind == value::ReferenceKind::attribute;
        if (part.is_reference && names) note(part.name);
      }
    });
  }
  entry->second.assign(needs.begin(), needs.end());
  return entry->second;
}

Tri MakingOrder::is_made_after(NodeId later, NodeId earlier) {
  constexpr std::size_t most = 100;
  std::set<NodeId> seen{later};
  std::vector<NodeId> pending{later};
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (i == most) return Tri::unknown;
    for (const NodeId need : needs_of(pending[i])) {
      if (need == earlier) return Tri::yes;
      if (seen.insert(need).second) pending.push_back(need);
    }
  }
  return Tri::no;
}

} // namespace slsaudit::analysis
