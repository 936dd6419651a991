// SPDX-License-Identifier: Apache-2.0
#include "analysis/resource_needs.hpp"

#include "analysis/analyses.hpp"
#include "graph/extract.hpp"

#include <algorithm>

namespace slsaudit::analysis {

ResourceNeeds::ResourceNeeds(const Facts& facts) {
  const graph::System& system = facts.system();
  of.resize(system.nodes.size());
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const graph::Node& node = system.nodes[i];
    if (node.resource == nullptr) continue;
    std::vector<graph::NodeId>& needs = of[i];
    const auto add = [&](std::string_view id) {
      const graph::NodeId to = system.find(node.template_index, id);
      if (to.valid()) needs.push_back(to);
    };
    const auto read = [&](const value::Value& text) {
      for (const value::Part& part : text.parts()) {
        if (names_resource(part)) add(part.name);
      }
    };
    for (const std::string_view id : node.resource->depends_on) add(id);
    graph::for_each_string(node.resource->properties, read);
    graph::for_each_string(node.resource->update_policy, read);
    std::ranges::sort(needs);
    needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  }
}

} // namespace slsaudit::analysis
