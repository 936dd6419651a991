// SPDX-License-Identifier: Apache-2.0
#include "analysis/open_routes.hpp"

#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"

namespace slsaudit::analysis {
namespace {

Tri open_security(const value::Value& security) {
  if (security.is_unknown() || security.is(value::Kind::conditional)) return Tri::unknown;
  return security.items().empty() ? Tri::yes : Tri::no;
}

/// Preflight requests carry no credentials by design.
bool is_preflight(const value::Value& settings) {
  return settings.get("HttpMethod").as_string() == "OPTIONS" ||
         settings.get("Method").as_string() == "options";
}

/// What the settings of a `routes` edge say of its authentication. Those of a permission say nothing.
Tri open_route(const value::Value& body, const value::Value& settings) {
  if (is_preflight(settings)) return Tri::no;
  if (settings.get("Path").is_present() && settings.get("Method").is_present())
    return open_operation(body, settings);
  const bool is_method = settings.get("HttpMethod").is_present() || settings.get("RouteKey").is_present();
  return is_method ? open_method(settings) : Tri::unknown;
}

Tri open_url(const value::Value& settings) {
  const value::Value type = settings.get("AuthType");
  if (!type.as_string()) return Tri::unknown;
  return type.as_string() == "NONE" ? Tri::yes : Tri::no;
}

} // namespace

Tri open_method(const value::Value& settings) {
  const value::Value type = settings.get("AuthorizationType");
  if (type.is_present() && !type.as_string()) return Tri::unknown;
  if (type.is_present() && type.as_string() != "NONE") return Tri::no;
  const value::Value key = settings.get("ApiKeyRequired");
  if (key.is_present() && !key.as_boolean()) return Tri::unknown;
  return key.as_boolean() == true ? Tri::no : Tri::yes;
}

Tri open_operation(const value::Value& body, const value::Value& operation) {
  if (operation.at("x-amazon-apigateway-auth.type").as_string().value_or("NONE") != "NONE") return Tri::no;
  const value::Value own = operation.get("security");
  return open_security(own.is_present() ? own : body.get("security"));
}

bool has_policy(const graph::Node& api) {
  const value::Value policy = property(api, "Policy");
  if (policy.is_present() && policy.as_string() != "") return true;
  return property(api, "Body").get("x-amazon-apigateway-policy").is_present();
}

Tri open_edge(const graph::System& system, const graph::Edge& edge) {
  if (edge.kind == graph::EdgeKind::requests) {
    return edge.via.valid() && is_type(system, edge.via, "AWS::Lambda::Url") ? open_url(edge.settings)
                                                                             : Tri::unknown;
  }
  const bool is_api = is_type(system, edge.from, "AWS::ApiGateway::RestApi") ||
                      is_type(system, edge.from, "AWS::ApiGatewayV2::Api");
  if (edge.kind != graph::EdgeKind::routes || !is_api) return Tri::unknown;
  const graph::Node& api = system.node(edge.from);
  const bool internet = std::ranges::any_of(system.incoming[edge.from.index()], [&](graph::EdgeId id) {
    return system.node(system.edge(id).from).type == "outside::internet";
  });
  // Policies of private and restricted APIs may close every route.
  if (!internet || has_policy(api)) return Tri::unknown;
  const value::Value body = property(api, "Body");
  Tri open = Tri::no;
  for (const value::Value& settings : each_of(edge.settings)) open = either(open, open_route(body, settings));
  return open;
}

bool is_open(const graph::System& system, graph::NodeId function) {
  const auto& edges = system.incoming[function.index()];
  return std::any_of(edges.begin(), edges.end(),
                     [&](graph::EdgeId id) { return open_edge(system, system.edge(id)) == Tri::yes; });
}

} // namespace slsaudit::analysis
