// SPDX-License-Identifier: Apache-2.0
#include "analysis/api_limits.hpp"

#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"
#include "analysis/functions.hpp"
#include "analysis/reach.hpp"
#include "text/assert.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <map>
#include <utility>

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

/// "/orders/{id}" of "/~1orders~1{id}", as a method's settings have it, and of itself.
std::string plain_path(std::string_view written) {
  std::string path;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const bool slash = written.substr(i, 2) == "~1";
    if (slash) ++i;
    path += slash ? '/' : written[i];
  }
  return path.starts_with("//") ? path.substr(1) : path;
}

/// What a stage's settings say of one method; absent where they say nothing of it alone.
value::Value settings_of(const value::Value& list, std::string_view method, std::string_view path) {
  for (const value::Value& item : list.items()) {
    const std::string_view of = item.get("HttpMethod").as_string().value_or("");
    if (plain_path(item.get("ResourcePath").as_string().value_or("")) == path &&
        (of == "*" || text::upper(of) == method))
      return item;
  }
  return {};
}

} // namespace

std::optional<std::string> resource_path(const graph::System& system, std::size_t where,
                                         value::Value parent) {
  constexpr int deepest = 40;
  std::string path;
  for (int depth = 0; depth < deepest; ++depth) {
    const graph::NodeId id = graph::resolve(system, where, parent);
    if (!id.valid()) return std::nullopt;
    if (is_type(system, id, "AWS::ApiGateway::RestApi")) return path.empty() ? "/" : path;
    const graph::Node& node = system.node(id);
    const value::Value part = property(node, "PathPart");
    if (!part.as_string()) return std::nullopt;
    path = "/" + std::string(*part.as_string()) + path;
    where = node.template_index;
    parent = property(node, "ParentId");
  }
  return std::nullopt;
}

std::optional<RouteRate> own_rate(const Facts& facts, const graph::Edge& routes) {
  const graph::System& system = facts.system();
  if (!is_type(system, routes.from, "AWS::ApiGateway::RestApi")) return std::nullopt;
  const auto stages = belonging_to(facts, routes.from, "AWS::ApiGateway::Stage");
  if (stages.size() != 1) return std::nullopt;
  const value::Value list = property(system.node(stages.front()), "MethodSettings");
  const std::size_t where = system.node(routes.via.valid() ? routes.via : routes.from).template_index;
  RouteRate sum;
  for (const value::Value& route : each_of(routes.settings)) {
    const bool in_document = route.get("Path").is_present();
    const std::string method =
        text::upper(route.get(in_document ? "Method" : "HttpMethod").as_string().value_or(""));
    const auto path = in_document ? std::optional(std::string(route.get("Path").as_string().value_or("")))
                                  : resource_path(system, where, route.get("ResourceId"));
    if (!path || method.empty()) return std::nullopt;
    const value::Value own = settings_of(list, method, *path);
    const auto rate = own.get("ThrottlingRateLimit").as_number();
    if (!rate) return std::nullopt;
    sum.rate += *rate;
    sum.burst += own.get("ThrottlingBurstLimit").as_number().value_or(0);
    if (!sum.at.valid()) sum.at = own.get("ThrottlingRateLimit").span();
  }
  return sum.at.valid() ? std::optional(sum) : std::nullopt;
}

namespace {

/// The property of each type of API's parts that names the API.
struct Membership {
  std::string_view type;
  std::string_view property;
};
constexpr Membership memberships[] = {
    {"AWS::ApiGateway::Deployment", "RestApiId"}, {"AWS::ApiGateway::Method", "RestApiId"},
    {"AWS::ApiGateway::Stage", "RestApiId"},      {"AWS::ApiGatewayV2::Route", "ApiId"},
    {"AWS::ApiGatewayV2::Stage", "ApiId"},
};

/// The parts of each API.
struct Members {
  explicit Members(const Facts& facts) {
    for (const Membership& row : memberships) {
      for (const graph::NodeId node : facts.nodes_of_type(row.type)) {
        const graph::Node& part = facts.system().node(node);
        const graph::NodeId api =
            graph::resolve(facts.system(), part.template_index, property(part, row.property));
        if (api.valid()) of_api[{api, row.type}].push_back(node);
      }
    }
  }
  std::map<std::pair<graph::NodeId, std::string_view>, std::vector<graph::NodeId>> of_api;
};

} // namespace

std::span<const graph::NodeId> belonging_to(const Facts& facts, graph::NodeId api, std::string_view type) {
  if (type.empty()) return {};
  SLSAUDIT_ASSERT(std::ranges::find(memberships, type, &Membership::type) != std::end(memberships));
  const auto& of_api = facts.shared<Members>().of_api;
  const auto found = of_api.find({api, type});
  return found != of_api.end() ? std::span<const graph::NodeId>(found->second)
                               : std::span<const graph::NodeId>();
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
  for (const graph::NodeId id : belonging_to(facts, api, "AWS::ApiGateway::Deployment"))
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
