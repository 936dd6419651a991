// SPDX-License-Identifier: Apache-2.0
#include "analysis/api_limits.hpp"

#include "analysis/analyses.hpp"
#include "analysis/functions.hpp"
#include "analysis/reach.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// A setting that is written counts even where its number isn't known.
Tri is_set(const value::Value& value) {
  if (value.is_unknown() || value.is(value::Kind::conditional)) return Tri::unknown;
  return value.is_present() ? Tri::yes : Tri::no;
}

Tri list_throttles(const value::Value& settings) {
  if (settings.is_unknown() || settings.is(value::Kind::conditional)) return Tri::unknown;
  Tri found = Tri::no;
  for (const value::Value& item : settings.items())
    found = either(found, is_set(item.get("ThrottlingRateLimit")));
  for (const value::Member& item : settings.members()) {
    found = either(found, is_set(item.value.get("ThrottlingRateLimit")));
  }
  return found;
}

/// A regional access control list that nothing in sight is associated with: it may well be with this API, by
/// what deploys it.
bool has_idle_firewall(const Facts& facts) {
  const auto& associations = facts.nodes_of_type("AWS::WAFv2::WebACLAssociation");
  const auto& lists = facts.nodes_of_type("AWS::WAFv2::WebACL");
  return std::ranges::any_of(lists, [&](graph::NodeId list) {
    if (property(facts.system().node(list), "Scope").as_string() == "CLOUDFRONT") return false;
    return std::ranges::none_of(associations, [&](graph::NodeId id) {
      const graph::Node& association = facts.system().node(id);
      const value::Value arn = property(association, "WebACLArn");
      return arn.is_unknown() || mentions(facts.system(), association.template_index, arn, list);
    });
  });
}

} // namespace

std::vector<graph::NodeId> belonging_to(const Facts& facts, graph::NodeId api, std::string_view type,
                                        std::string_view api_property) {
  std::vector<graph::NodeId> nodes;
  if (type.empty()) return nodes;
  for (const graph::NodeId node : facts.nodes_of_type(type)) {
    const graph::Node& candidate = facts.system().node(node);
    const graph::NodeId owner =
        graph::resolve(facts.system(), candidate.template_index, property(candidate, api_property));
    if (owner == api) nodes.push_back(node);
  }
  return nodes;
}

Tri stage_throttles(const graph::Node& stage) {
  Tri found = either(list_throttles(property(stage, "MethodSettings")),
                     list_throttles(property(stage, "RouteSettings")));
  found = either(found, is_set(property(stage, "DefaultRouteSettings.ThrottlingRateLimit")));
  found = either(found, is_set(property(stage, "StageDescription.ThrottlingRateLimit")));
  return either(found, list_throttles(property(stage, "StageDescription.MethodSettings")));
}

Tri deployment_throttles(const Facts& facts, graph::NodeId api) {
  Tri found = Tri::no;
  for (const graph::NodeId id : belonging_to(facts, api, "AWS::ApiGateway::Deployment", "RestApiId"))
    found = either(found, stage_throttles(facts.system().node(id)));
  return found;
}

Tri usage_plan_throttles(const Facts& facts, graph::NodeId api) {
  Tri found = Tri::no;
  for (const graph::NodeId node : facts.nodes_of_type("AWS::ApiGateway::UsagePlan")) {
    const graph::Node& plan = facts.system().node(node);
    const value::Value stages = property(plan, "ApiStages");
    if (stages.is_unknown() || stages.is(value::Kind::conditional)) found = either(found, Tri::unknown);
    for (const value::Value& stage : stages.items()) {
      if (graph::resolve(facts.system(), plan.template_index, stage.get("ApiId")) != api) continue;
      found = either(found, is_set(property(plan, "Throttle.RateLimit")));
      found = either(found, is_set(stage.get("Throttle")));
    }
  }
  return found;
}

Tri has_firewall(const Facts& facts, graph::NodeId api, graph::NodeId stage) {
  Tri found = has_idle_firewall(facts) ? Tri::unknown : Tri::no;
  for (const graph::NodeId node : facts.nodes_of_type("AWS::WAFv2::WebACLAssociation")) {
    const graph::Node& association = facts.system().node(node);
    const value::Value arn = property(association, "ResourceArn");
    if (arn.is_unknown()) found = either(found, Tri::unknown);
    if (mentions(facts.system(), association.template_index, arn, api)) found = Tri::yes;
    if (stage.valid() && mentions(facts.system(), association.template_index, arn, stage)) found = Tri::yes;
  }
  return found;
}

} // namespace slsaudit::analysis
