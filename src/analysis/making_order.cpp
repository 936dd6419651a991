// SPDX-License-Identifier: Apache-2.0
#include "analysis/making_order.hpp"

#include "analysis/analyses.hpp"
#include "graph/extract.hpp"
#include "graph/references.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace slsaudit::analysis {

using graph::NodeId;

MakingOrder::MakingOrder(const Facts& facts) {
  const graph::System& system = facts.system();
  needs_.resize(system.nodes.size());
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const graph::Node& node = system.nodes[i];
    if (node.resource == nullptr) continue;
    std::vector<NodeId>& needs = needs_[i];
    const auto add = [&](std::string_view id) {
      const NodeId to = system.find(node.template_index, id);
      if (to.valid()) needs.push_back(to);
    };
    for (const std::string_view id : node.resource->depends_on) add(id);
    std::ranges::copy(system.references->needed_by(NodeId(i)), std::back_inserter(needs));
    graph::for_each_string(node.resource->update_policy, [&](const value::Value& text) {
      for (const value::Part& part : text.parts()) {
        if (names_resource(part)) add(part.name);
      }
    });
    std::ranges::sort(needs);
    needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  }
}

Tri MakingOrder::is_made_after(NodeId later, NodeId earlier) const {
  constexpr std::size_t most = 100;
  std::set<NodeId> seen{later};
  std::vector<NodeId> pending{later};
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (i == most) return Tri::unknown;
    for (const NodeId need : needs_[pending[i].index()]) {
      if (need == earlier && need != later) return Tri::yes;
      if (seen.insert(need).second) pending.push_back(need);
    }
  }
  return Tri::no;
}

} // namespace slsaudit::analysis
