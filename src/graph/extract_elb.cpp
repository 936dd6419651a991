// SPDX-License-Identifier: Apache-2.0
// Application load balancers: listeners forward to target groups, whose targets may be functions.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

/// The load balancer of a listener or of a listener rule.
std::vector<Target> load_balancers(Site& site) {
  const value::Value direct = site.get("LoadBalancerArn");
  if (direct.is_present()) return site.targets(direct);
  std::vector<Target> result;
  for (const Target& listener : site.targets(site.get("ListenerArn"))) {
    if (site.draft.is_outside(listener.node)) {
      result.push_back(listener); // stands for its load balancer, which no template declares
      continue;
    }
    const dialect::Resource& resource = *site.draft.node(listener.node).resource;
    const std::size_t where = site.draft.node(listener.node).template_index;
    for (const Target& found : site.draft.targets(where, resource.properties.get("LoadBalancerArn")))
      result.push_back(found);
  }
  return result;
}

void link_group(Site& site, const value::Value& group_arn) {
  for (const Target& group : site.draft.known_targets(site.template_index, group_arn)) {
    const Node node = site.draft.node(group.node);
    if (node.type != "AWS::ElasticLoadBalancingV2::TargetGroup") continue;
    for (const Target& target : site.draft.members_of(group.node)) {
      for (const Target& balancer : load_balancers(site)) {
        site.draft.add({.kind = EdgeKind::routes,
                        .from = balancer.node,
                        .to = target.node,
                        .mode = Mode::synchronous,
                        .via = group.node,
                        .settings = node.resource->properties,
                        .span = target.value.span(),
                        .text = "target group `" + node.label + "`"});
      }
    }
  }
}

} // namespace

void extract_listener(Site& site) {
  for (const std::string_view property : {"Actions", "DefaultActions"}) {
    for (const value::Value& action : entries(site.get(property))) {
      link_group(site, action.get("TargetGroupArn"));
      for (const value::Value& group : entries(action.at("ForwardConfig.TargetGroups"))) {
        link_group(site, group.get("TargetGroupArn"));
      }
    }
  }
}

void extract_load_balancer(Site& site) {
  const value::Value scheme = site.get("Scheme");
  if (scheme.is_present() && text_of(scheme) != "internet-facing") return;
  site.open_to_internet("load balancer", scheme, site.resource.properties);
}

void register_targets(Draft& draft) {
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    const Site site(draft, NodeId(i));
    if (site.resource.type == "AWS::ElasticLoadBalancingV2::TargetGroup") {
      for (const value::Value& entry : entries(site.get("Targets"))) {
        for (const Target& target : draft.known_targets(site.template_index, entry.get("Id")))
          draft.add_member(site.self, target);
      }
    }
    if (site.resource.type != "AWS::ECS::Service") continue;
    // A service is where its task runs.
    for (const Target& task : site.targets(site.get("TaskDefinition"))) {
      for (const value::Value& balancer : entries(site.get("LoadBalancers"))) {
        const value::Value group = balancer.get("TargetGroupArn");
        for (const Target& known : draft.known_targets(site.template_index, group))
          draft.add_member(known.node, {task.node, group});
      }
    }
  }
}

} // namespace slsaudit::graph
