// SPDX-License-Identifier: Apache-2.0
#include "analysis/open_routes.hpp"

#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"
#include "text/words.hpp"

namespace slsaudit::analysis {
namespace {

/// Whether a requirement is `{}`, or SAM's way to demand nothing: `NONE`, a name that the body defines no
/// scheme by.
bool demands_nothing(const value::Value& body, const value::Value& requirement) {
  const auto members = requirement.members();
  if (requirement.is_map() && members.empty()) return true;
  return members.size() == 1 && members[0].key == "NONE" && body.at("securityDefinitions.NONE").is_absent() &&
         body.at("components.securitySchemes.NONE").is_absent();
}

Tri open_security(const value::Value& body, const value::Value& security) {
  if (security.is_unknown() || security.is(value::Kind::conditional)) return Tri::unknown;
  const auto items = security.items();
  const bool open = std::all_of(items.begin(), items.end(),
                                [&](const value::Value& item) { return demands_nothing(body, item); });
  return open ? Tri::yes : Tri::no;
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

/// Whether the setting can make the API a private one, as far as known.
bool may_be_private(const value::Value& endpoint) {
  const std::vector<value::Value> alternatives = endpoint.alternatives();
  return std::any_of(alternatives.begin(), alternatives.end(), [](const value::Value& value) {
    const auto items = value.items();
    return value.is_unknown() || value.is(value::Kind::symbolic) || value.as_string() == "PRIVATE" ||
           std::any_of(items.begin(), items.end(), may_be_private); // As deep as the text is.
  });
}

bool is_called_from_internet(const graph::System& system, graph::NodeId node) {
  const auto& edges = system.incoming[node.index()];
  return std::any_of(edges.begin(), edges.end(), [&](graph::EdgeId id) {
    return system.edge(id).kind == graph::EdgeKind::requests &&
           system.node(system.edge(id).from).type == "outside::internet";
  });
}

/// A REST API that nothing deploys answers no request; a template that isn't here may deploy it.
bool is_deployed(const graph::System& system, graph::NodeId api) {
  if (!is_type(system, api, "AWS::ApiGateway::RestApi")) return true;
  const auto& edges = system.incoming[api.index()];
  return std::any_of(edges.begin(), edges.end(), [&](graph::EdgeId id) {
    const graph::NodeId from = system.edge(id).from;
    return is_type(system, from, "AWS::ApiGateway::Stage") ||
           is_type(system, from, "AWS::ApiGateway::Deployment") ||
           is_type(system, from, "AWS::ApiGateway::UsagePlan") ||
           is_type(system, from, "AWS::ApiGateway::BasePathMapping");
  });
}

bool is_api_route(const graph::System& system, const graph::Edge& edge) {
  const bool is_api = is_type(system, edge.from, "AWS::ApiGateway::RestApi") ||
                      is_type(system, edge.from, "AWS::ApiGatewayV2::Api");
  return edge.kind == graph::EdgeKind::routes && is_api;
}

/// Whether an integration puts in credentials of its own: a header that isn't the caller's.
bool brings_credentials(const value::Value& integration) {
  for (const char* key : {"RequestParameters", "requestParameters"}) {
    for (const value::Member& member : integration.get(key).members()) {
      const std::string name = text::lower(member.key);
      if (!name.ends_with(".x-api-key") && !name.ends_with(".authorization")) continue;
      const std::string_view given = member.value.as_string().value_or("");
      if (!given.starts_with("method.request.") && !given.starts_with("$request.")) return true;
    }
  }
  for (const char* key : {"RequestTemplates", "requestTemplates"}) {
    for (const value::Member& member : integration.get(key).members())
      if (member.value.display().find("requestOverride.header") != std::string::npos) return true;
  }
  return false;
}

/// A GraphQL API answers nobody without credentials. An integration that hands requests on over HTTP has
/// none but the caller's, where it isn't given any.
bool needs_callers_credentials(const value::Value& settings) {
  const value::Value own = settings.get("Integration");
  const value::Value integration = own.is_map() ? own : settings.get("x-amazon-apigateway-integration");
  for (const char* key : {"IntegrationType", "Type", "type"}) {
    const std::string type = text::lower(integration.get(key).as_string().value_or(""));
    if (type == "http" || type == "http_proxy") return !brings_credentials(integration);
  }
  return false;
}

/// What the routes' own settings say, wherever the API can be called from.
Tri open_by_settings(const graph::System& system, const graph::Edge& edge) {
  const value::Value body = property(system.node(edge.from), "Body");
  const bool asks = is_type(system, edge.to, "AWS::AppSync::GraphQLApi");
  Tri open = Tri::no;
  for (const value::Value& settings : each_of(edge.settings)) {
    if (asks && needs_callers_credentials(settings)) continue;
    open = either(open, open_route(body, settings));
  }
  return std::min(open, open_connect(system, edge.from));
}

} // namespace

bool is_websocket(const graph::Node& api) {
  return property(api, "ProtocolType").as_string() == "WEBSOCKET";
}

Tri open_connect(const graph::System& system, graph::NodeId api) {
  if (!is_websocket(system.node(api))) return Tri::yes;
  for (const graph::Node& route : system.nodes) {
    if (route.type != "AWS::ApiGatewayV2::Route") continue;
    if (graph::resolve(system, route.template_index, property(route, "ApiId")) != api) continue;
    const value::Value key = property(route, "RouteKey");
    if (!key.as_string()) return Tri::unknown;
    if (key.as_string() == "$connect") return open_method(route.resource->properties);
  }
  return Tri::yes;
}

Tri faces_internet(const graph::System& system, graph::NodeId node) {
  if (!is_called_from_internet(system, node)) return Tri::no;
  const bool may_hide = may_be_private(property(system.node(node), "EndpointConfiguration.Types")) ||
                        may_be_private(property(system.node(node), "Visibility"));
  return may_hide || !is_deployed(system, node) ? Tri::unknown : Tri::yes;
}

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
  return open_security(body, own.is_present() ? own : body.get("security"));
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
  if (!is_api_route(system, edge)) return Tri::unknown;
  // Policies of private and restricted APIs may close every route.
  if (has_policy(system.node(edge.from))) return Tri::unknown;
  return faces_internet(system, edge.from) == Tri::yes ? open_by_settings(system, edge) : Tri::unknown;
}

Tri open_function(const graph::System& system, graph::NodeId function) {
  Tri open = Tri::no;
  for (const graph::EdgeId id : system.incoming[function.index()]) {
    const graph::Edge& edge = system.edge(id);
    if (open_edge(system, edge) == Tri::yes) return Tri::yes;
    const bool may_be_open = is_api_route(system, edge) && !has_policy(system.node(edge.from)) &&
                             faces_internet(system, edge.from) == Tri::unknown &&
                             open_by_settings(system, edge) == Tri::yes;
    if (may_be_open) open = Tri::unknown;
  }
  return open;
}

bool is_open(const graph::System& system, graph::NodeId function) {
  return open_function(system, function) == Tri::yes;
}

} // namespace slsaudit::analysis
