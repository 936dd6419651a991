// SPDX-License-Identifier: Apache-2.0
#include "analysis/api_routes.hpp"

#include "analysis/analyses.hpp"
#include "analysis/api_limits.hpp"
#include "analysis/flow.hpp"
#include "analysis/functions.hpp"
#include "analysis/reach.hpp"
#include "analysis/shared_uses.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace slsaudit::analysis {
namespace {

std::string method_name(std::string_view key) {
  const std::string method = text::upper(key);
  return method == "X-AMAZON-APIGATEWAY-ANY-METHOD" ? "ANY" : method;
}

bool is_operation_key(std::string_view key) {
  constexpr std::array<std::string_view, 8> methods{
      "get", "put", "post", "delete", "patch", "head", "trace", "x-amazon-apigateway-any-method"};
  return std::find(methods.begin(), methods.end(), key) != methods.end();
}

Tri keyed_method(const value::Value& settings) {
  const value::Value key = settings.get("ApiKeyRequired");
  if (key.is_present() && !key.as_boolean()) return Tri::unknown;
  return key.as_boolean() == true ? Tri::yes : Tri::no;
}

/// Whether a scheme of an OpenAPI document asks for a key of API Gateway, not for what an authorizer reads.
bool is_key_scheme(const value::Value& body, std::string_view name) {
  for (const std::string_view schemes : {"securityDefinitions", "components.securitySchemes"}) {
    const value::Value scheme = body.at(schemes).get(name);
    if (scheme.get("type").as_string() == "apiKey" &&
        text::lower(scheme.get("name").as_string().value_or("")) == "x-api-key" &&
        !scheme.get("x-amazon-apigateway-authtype").is_present())
      return true;
  }
  return false;
}

Tri keyed_operation(const value::Value& body, const value::Value& operation) {
  const value::Value own = operation.get("security");
  const value::Value security = own.is_present() ? own : body.get("security");
  if (security.is_unknown() || security.is(value::Kind::conditional)) return Tri::unknown;
  Tri keyed = Tri::no;
  for (const value::Value& demand : security.items()) {
    if (demand.is_unknown() || demand.is(value::Kind::conditional)) keyed = either(keyed, Tri::unknown);
    for (const value::Member& scheme : demand.members()) {
      if (is_key_scheme(body, scheme.key)) keyed = Tri::yes;
    }
  }
  return keyed;
}

/// Whether an integration is answered by API Gateway itself, with what the template says.
bool is_mock(const value::Value& integration) {
  for (const char* key : {"Type", "IntegrationType", "type"}) {
    if (text::upper(integration.get(key).as_string().value_or("")) == "MOCK") return true;
  }
  return false;
}

void add_operations(const value::Value& body, std::vector<Route>& routes) {
  if (body.is_unknown()) routes.push_back({"?", Tri::unknown, Tri::unknown, {}});
  for (const value::Member& path : body.get("paths").members()) {
    for (const value::Member& operation : path.value.members()) {
      if (!is_operation_key(operation.key))
        continue; // Preflight requests (OPTIONS) carry no credentials by design.
      // What nothing answers is no route: API Gateway refuses to deploy it.
      const bool answered = operation.value.get("x-amazon-apigateway-integration").is_present();
      if (operation.value.is_map() && !answered) continue;
      routes.push_back({method_name(operation.key) + " " + std::string(path.key),
                        open_operation(body, operation.value),
                        keyed_operation(body, operation.value),
                        operation.value.key_span(),
                        {},
                        is_mock(operation.value.get("x-amazon-apigateway-integration"))});
    }
  }
}

std::string route_label(const graph::System& system, const graph::Node& route) {
  const value::Value key = property(route, "RouteKey");
  if (key.is_present()) return key.display();
  const std::optional<std::string> path =
      resource_path(system, route.template_index, property(route, "ResourceId"));
  return property(route, "HttpMethod").display() + " " + path.value_or(std::string(author_id(route)));
}

bool is_reading(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

/// Whether all that these routes allow is to read ("GET /orders").
bool all_read(const std::vector<std::string>& routes) {
  return !routes.empty() && std::ranges::all_of(routes, [](std::string_view route) {
    return is_reading(route.substr(0, route.find(' '))) && route.find(' ') != std::string_view::npos;
  });
}

/// Whether a route's method is one for reading; false where it isn't known.
bool only_reads(const graph::Edge& edge) {
  const std::vector<value::Value> all = each_of(edge.settings);
  return !all.empty() && std::ranges::all_of(all, [](const value::Value& settings) {
    const std::string_view key = settings.get("RouteKey").as_string().value_or("");
    const value::Value in_document = settings.get("Method");
    const value::Value method = in_document.is_present() ? in_document : settings.get("HttpMethod");
    const std::string_view name =
        key.empty() ? method.as_string().value_or("") : key.substr(0, key.find(' '));
    return is_reading(text::upper(name));
  });
}

/// Of what several functions may write alike, one of them does: surely an open one only where all of them
/// are. That one of routes for reading connects to a database, or shares a role, tells of no write.
bool surely_writes(const graph::System& system, graph::NodeId function, const std::set<graph::NodeId>& open,
                   const SharedUses* reading) {
  const auto& out = system.outgoing[function.index()];
  return std::any_of(out.begin(), out.end(), [&](graph::EdgeId id) {
    const graph::Edge& edge = system.edge(id);
    if (!is_write(edge)) return false;
    if (reading != nullptr &&
        (edge.evidence.front().basis == graph::Basis::hinted || reading->is_of_another(edge)))
      return false;
    if (!edge.shared) return true;
    const auto& others = system.incoming[edge.to.index()];
    return std::all_of(others.begin(), others.end(), [&](graph::EdgeId other) {
      return !is_write(system.edge(other)) || open.contains(system.edge(other).from);
    });
  });
}

} // namespace

std::vector<Route> routes_of(const Facts& facts, graph::NodeId api, std::string_view route_type) {
  std::vector<Route> routes;
  for (const graph::NodeId id : belonging_to(facts, api, route_type)) {
    const graph::Node& route = facts.system().node(id);
    if (property(route, "HttpMethod").as_string() == "OPTIONS") continue;
    routes.push_back({route_label(facts.system(), route), open_method(route.resource->properties),
                      keyed_method(route.resource->properties), id_span(route), author_id(route),
                      is_mock(property(route, "Integration"))});
  }
  const graph::Node& node = facts.system().node(api);
  add_operations(property(node, "Body"), routes);
  if (property(node, "BodyS3Location").is_present()) routes.push_back({"?", Tri::unknown, Tri::unknown, {}});
  const Tri connecting = open_connect(facts.system(), api);
  for (Route& route : routes) {
    if (has_policy(node) && route.open == Tri::yes) route.open = Tri::unknown;
    route.open = std::min(route.open, connecting);
  }
  return routes;
}

Tri all_keyed(const std::vector<Route>& routes) {
  Tri keyed = Tri::yes;
  for (const Route& route : routes) keyed = std::min(keyed, route.keyed);
  return keyed;
}

cel::Value authenticated(const Facts& facts, graph::NodeId api, const std::vector<Route>& routes) {
  const value::Value type = property(facts.system().node(api), "AuthenticationType");
  if (type.is_present()) { // GraphQL
    if (!type.as_string()) return cel::Value::unknown("the authentication type is not known");
    return type.as_string() == "API_KEY" ? "none" : "all";
  }
  const auto count = [&](Tri open) {
    return std::count_if(routes.begin(), routes.end(),
                         [&](const Route& route) { return route.open == open; });
  };
  if (count(Tri::yes) > 0) return count(Tri::no) > 0 || count(Tri::unknown) > 0 ? "some" : "none";
  if (routes.empty() || count(Tri::unknown) > 0)
    return cel::Value::unknown("who may call the routes is not known");
  return "all";
}

std::vector<graph::NodeId> open_writers(const Facts& facts, graph::NodeId api,
                                        const std::vector<std::string>& open_routes) {
  const graph::System& system = facts.system();
  if (open_connect(system, api) != Tri::yes) return {};
  std::set<graph::NodeId> open;
  std::set<graph::NodeId> written_to; ///< By another route than one for reading.
  for (const graph::EdgeId id : system.outgoing[api.index()]) {
    const graph::Edge& edge = system.edge(id);
    if (edge.kind != graph::EdgeKind::routes || !is_type(system, edge.to, function_type)) continue;
    const bool reserved = property(system.node(edge.to), "ReservedConcurrentExecutions").is_present();
    if (reserved || open_edge(system, edge) != Tri::yes) continue;
    open.insert(edge.to);
    if (!only_reads(edge)) written_to.insert(edge.to);
  }
  const SharedUses* uses = all_read(open_routes) ? &facts.shared<SharedUses>() : nullptr;
  std::vector<graph::NodeId> writers;
  for (const graph::NodeId function : open) {
    if (surely_writes(system, function, open, uses)) writers.push_back(function);
  }
  std::stable_partition(writers.begin(), writers.end(),
                        [&](graph::NodeId function) { return written_to.contains(function); });
  return writers;
}

} // namespace slsaudit::analysis
