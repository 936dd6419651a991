// SPDX-License-Identifier: Apache-2.0
#include "analysis/network.hpp"

#include "analysis/analyses.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

std::vector<graph::NodeId> groups_in(const graph::System& system, const graph::Node& holder,
                                     std::string_view path) {
  std::vector<graph::NodeId> groups;
  for (const value::Value& item : property(holder, path).items()) {
    const graph::NodeId group = graph::resolve(system, holder.template_index, item);
    if (group.valid()) groups.push_back(group);
  }
  return groups;
}

/// Groups that the inbound rules of one group name as sources.
std::vector<graph::NodeId> sources_of(const Facts& facts, graph::NodeId group) {
  const graph::System& system = facts.system();
  std::vector<graph::NodeId> sources;
  const auto add = [&](const graph::Node& holder, const value::Value& rule) {
    const graph::NodeId source =
        graph::resolve(system, holder.template_index, rule.get("SourceSecurityGroupId"));
    if (source.valid()) sources.push_back(source);
  };
  const graph::Node& own = system.node(group);
  for (const value::Value& rule : property(own, "SecurityGroupIngress").items()) add(own, rule);
  for (const graph::NodeId node : facts.nodes_of_type("AWS::EC2::SecurityGroupIngress")) {
    const graph::Node& rule = system.node(node);
    if (graph::resolve(system, rule.template_index, property(rule, "GroupId")) == group)
      add(rule, rule.resource->properties);
  }
  return sources;
}

} // namespace

bool shares_network(const Facts& facts, graph::NodeId function, graph::NodeId target,
                    std::string_view groups) {
  const graph::System& system = facts.system();
  const graph::Node& node = system.node(function);
  const std::vector<graph::NodeId> own = groups_in(system, node, "VpcConfig.SecurityGroupIds");
  if (own.empty()) return false;
  for (const graph::NodeId group : groups_in(system, system.node(target), groups)) {
    for (const graph::NodeId source : sources_of(facts, group)) {
      if (std::find(own.begin(), own.end(), source) != own.end()) return true;
    }
  }
  return false;
}

} // namespace slsaudit::analysis
