// SPDX-License-Identifier: Apache-2.0
// Table "apis": each stage of each API, what limits it and who may call it.
#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"
#include "analysis/functions.hpp"
#include "analysis/objects.hpp"
#include "analysis/open_routes.hpp"
#include "analysis/reach.hpp"
#include "analysis/shared_uses.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

namespace slsaudit::analysis {
namespace {

/// What the generations of APIs call the same things. An empty type or path: it has none.
struct Generation {
  std::string_view type;
  std::string_view stage_type;
  std::string_view route_type;
  std::string_view api_property; ///< Of stages and routes: the API they belong to.
  std::string_view throttle_path;
  std::string_view tracing_path;
};
constexpr std::array generations{
    Generation{"AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage", "AWS::ApiGateway::Method", "RestApiId",
               "MethodSettings", "TracingEnabled"},
    Generation{"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::Route", "ApiId",
               "DefaultRouteSettings.ThrottlingRateLimit", ""},
    Generation{"AWS::AppSync::GraphQLApi", "", "", "", "", "XrayEnabled"},
};

cel::Value cell(Tri value, const char* reason) {
  if (value == Tri::unknown) return cel::Value::unknown(reason);
  return value == Tri::yes;
}

/// A setting that is written counts even where its number isn't known.
Tri is_set(const value::Value& value) {
  if (value.is_unknown() || value.is(value::Kind::conditional)) return Tri::unknown;
  return value.is_present() ? Tri::yes : Tri::no;
}

constexpr std::string_view deployment_type = "AWS::ApiGateway::Deployment";

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

// --- Throttles ---

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

Tri stage_throttles(const graph::Node& stage) {
  Tri found = either(list_throttles(property(stage, "MethodSettings")),
                     list_throttles(property(stage, "RouteSettings")));
  found = either(found, is_set(property(stage, "DefaultRouteSettings.ThrottlingRateLimit")));
  found = either(found, is_set(property(stage, "StageDescription.ThrottlingRateLimit")));
  return either(found, list_throttles(property(stage, "StageDescription.MethodSettings")));
}

/// Stages that deployments make on the way.
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

// --- Authentication ---

struct Route {
  std::string label; ///< "POST /orders"
  Tri open = Tri::unknown;
  Tri keyed = Tri::unknown; ///< It demands an API key.
  text::Span span;
};

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
                        open_operation(body, operation.value), keyed_operation(body, operation.value),
                        operation.value.key_span()});
    }
  }
}

/// The path of a method's resource; nothing where a part of it isn't known.
std::optional<std::string> path_of(const graph::System& system, const graph::Node& method) {
  constexpr int deepest = 40;
  std::string path;
  const graph::Node* node = &method;
  std::string_view up = "ResourceId";
  for (int depth = 0; depth < deepest; ++depth) {
    const value::Value parent = property(*node, up);
    const graph::NodeId id = graph::resolve(system, node->template_index, parent);
    if (!id.valid()) return std::nullopt;
    if (is_type(system, id, "AWS::ApiGateway::RestApi")) return path.empty() ? "/" : path;
    node = &system.node(id);
    const value::Value part = property(*node, "PathPart");
    if (!part.as_string()) return std::nullopt;
    path = "/" + std::string(*part.as_string()) + path;
    up = "ParentId";
  }
  return std::nullopt;
}

std::string route_label(const graph::System& system, const graph::Node& route) {
  const value::Value key = property(route, "RouteKey");
  if (key.is_present()) return key.display();
  const std::optional<std::string> path = path_of(system, route);
  return property(route, "HttpMethod").display() + " " + path.value_or(std::string(author_id(route)));
}

std::vector<Route> routes_of(const Facts& facts, graph::NodeId api, const Generation& generation) {
  std::vector<Route> routes;
  for (const graph::NodeId id : belonging_to(facts, api, generation.route_type, generation.api_property)) {
    const graph::Node& route = facts.system().node(id);
    if (property(route, "HttpMethod").as_string() == "OPTIONS") continue;
    routes.push_back({route_label(facts.system(), route), open_method(route.resource->properties),
                      keyed_method(route.resource->properties), id_span(route)});
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

/// A usage plan counts the requests that carry a key: what demands none passes it by.
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

/// Whether all that these routes allow is to read ("GET /orders").
bool all_read(const std::vector<std::string>& routes) {
  return !routes.empty() && std::ranges::all_of(routes, [](const std::string& route) {
    return route.starts_with("GET ") || route.starts_with("HEAD ") || route.starts_with("OPTIONS ");
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

/// Functions without a reservation behind open routes that write to a store or send messages.
std::vector<graph::NodeId> open_writers(const Facts& facts, graph::NodeId api, bool reading) {
  const graph::System& system = facts.system();
  if (open_connect(system, api) != Tri::yes) return {};
  std::set<graph::NodeId> open;
  for (const graph::EdgeId id : system.outgoing[api.index()]) {
    const graph::Edge& edge = system.edge(id);
    if (edge.kind != graph::EdgeKind::routes || !is_type(system, edge.to, function_type)) continue;
    const bool reserved = property(system.node(edge.to), "ReservedConcurrentExecutions").is_present();
    if (!reserved && open_edge(system, edge) == Tri::yes) open.insert(edge.to);
  }
  const SharedUses* uses = reading ? &facts.shared<SharedUses>() : nullptr;
  std::vector<graph::NodeId> writers;
  for (const graph::NodeId function : open) {
    if (surely_writes(system, function, open, uses)) writers.push_back(function);
  }
  return writers;
}

// --- Rows ---

std::string_view kind_of(const graph::Node& api) {
  if (api.type == "AWS::ApiGateway::RestApi") return "rest";
  if (api.type == "AWS::AppSync::GraphQLApi") return "graphql";
  return is_websocket(api) ? "websocket" : "http";
}

/// Where the author would set what a stage lacks, for all that inherit it or where nobody wrote the stage;
/// else invalid.
text::Span place_of_missing(const graph::System& system, graph::NodeId api, graph::NodeId holder,
                            std::initializer_list<std::string_view> sections) {
  const text::Span place = inherited_place(system, holder, sections);
  if (place.valid()) return place;
  const auto made = [&](graph::NodeId node) {
    const dialect::Resource* resource = system.node(node).resource;
    return resource != nullptr && resource->author.generated;
  };
  if (!made(holder)) return {};
  // A stage that SAM makes has no place of its own, an API that it makes of events neither.
  const text::Span globals = made(api) ? inherited_place(system, holder, {"Globals"}) : text::Span{};
  return globals.valid() ? globals : id_span(system.node(api));
}

cel::Value tracing_place(const graph::System& system, graph::NodeId api, graph::NodeId holder,
                         const cel::Value& tracing) {
  const cel::Value name(quoted(shown_name(system.node(holder))));
  text::Span place;
  if (tracing.is_null())
    place = place_of_missing(system, api, holder, {"Globals.Api", "provider.tracing", "provider"});
  return name.at(place.valid() ? place : tracing.span());
}

cel::Value logging_place(const graph::System& system, graph::NodeId api, graph::NodeId holder, bool is_http) {
  const text::Span place =
      is_http ? place_of_missing(system, api, holder, {"Globals.HttpApi", "provider.logs", "provider"})
              : place_of_missing(system, api, holder, {"Globals.Api", "provider.logs", "provider"});
  return place.valid() ? cel::Value(quoted(author_id(system.node(holder)))).at(place) : cel::Value();
}

void add(const Facts& facts, const Schema& schema, Table& table, graph::NodeId api, graph::NodeId stage,
         const Generation& generation) {
  const graph::System& system = facts.system();
  const graph::NodeId holder = stage.valid() ? stage : api;
  const std::vector<Route> routes = routes_of(facts, api, generation);
  std::vector<std::string> open;
  std::vector<Step> steps;
  for (const Route& route : routes) {
    if (route.open != Tri::yes) continue;
    open.push_back(route.label);
    steps.push_back({route.span, quoted(route.label) + " asks for no credentials"});
  }
  const bool by_deployment = stage.valid() && is_type(system, stage, deployment_type);
  const bool has_stage = stage.valid() && !by_deployment;
  const std::string path = (by_deployment ? "StageDescription." : "") + std::string(generation.tracing_path);
  const Tri throttled =
      either(has_stage ? stage_throttles(system.node(stage)) : deployment_throttles(facts, api),
             std::min(usage_plan_throttles(facts, api), all_keyed(routes)));
  const cel::Value tracing =
      generation.tracing_path.empty() ? cel::Value() : property_cell(facts, holder, path);
  // A deployment that makes a stage has no settings of its own for methods: the API's place says more.
  const graph::NodeId limited = by_deployment ? api : holder;
  const cel::Value throttle_place = generation.throttle_path.empty()
                                        ? cel::Value().at(id_span(system.node(limited)))
                                        : property_cell(facts, limited, generation.throttle_path);
  add_row(table, schema,
          {{"api", resource_cell(facts, api)},
           {"stage", resource_cell(facts, stage)},
           {"kind", kind_of(system.node(api))},
           {"public", cell(faces_internet(system, api),
                           "whether the API is private, or deployed at all, is not known")},
           {"throttled", cell(throttled, "a throttle setting is not known")},
           {"throttle_at", throttle_place},
           {"firewall", cell(has_firewall(facts, api, stage), "what a firewall protects is not known")},
           {"authenticated", authenticated(facts, api, routes)},
           {"routes", static_cast<std::int64_t>(routes.size())},
           {"open_routes", string_list(open)},
           {"open_writers", resource_list(facts, open_writers(facts, api, all_read(open)))},
           {"tracing", tracing},
           {"tracing_at", tracing_place(system, api, holder, tracing)},
           {"logging_at", logging_place(system, api, holder, kind_of(system.node(api)) == "http")}},
          id_span(system.node(limited)), std::move(steps));
}

/// Stages; where none is declared, deployments that make one.
std::vector<graph::NodeId> stages_of(const Facts& facts, graph::NodeId api, const Generation& generation) {
  auto stages = belonging_to(facts, api, generation.stage_type, generation.api_property);
  if (!stages.empty() || generation.stage_type != "AWS::ApiGateway::Stage") return stages;
  for (const graph::NodeId id : belonging_to(facts, api, deployment_type, generation.api_property)) {
    if (property(facts.system().node(id), "StageName").is_present()) stages.push_back(id);
  }
  return stages;
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  for (const Generation& generation : generations) {
    for (const graph::NodeId api : facts.nodes_of_type(generation.type)) {
      const auto stages = stages_of(facts, api, generation);
      if (stages.empty()) add(facts, schema, table, api, {}, generation);
      for (const graph::NodeId stage : stages) add(facts, schema, table, api, stage, generation);
    }
  }
}

} // namespace

const Analysis& api_analysis() {
  static const Analysis analysis{
      {"apis",
       "Each stage of each REST, HTTP, WebSocket and GraphQL API; the proof lists the routes that ask for no "
       "credentials",
       {
           {"api", "resource", "", "the API"},
           {"stage", "resource", "",
            "the stage, or the deployment that makes it; null where none is declared and for GraphQL"},
           {"kind", "string", "", "`rest`, `http`, `websocket` or `graphql`"},
           {"public", "bool", "", "the internet reaches it"},
           {"throttled", "bool", "",
            "the stage or a route of it sets a rate, or a usage plan where every route demands an API key"},
           {"throttle_at", "any", "",
            "the stage's throttle settings, or where they would be added; for `at`"},
           {"firewall", "bool", "", "a web access control list is associated with it"},
           {"authenticated", "string", "",
            "`all`, `some` or `none` of its routes ask for credentials (an API key "
            "counts for REST, not for GraphQL)"},
           {"routes", "int", "", "routes that are known, preflight left out"},
           {"open_routes", "list", "", "labels of those that ask for no credentials"},
           {"open_writers", "list", "",
            "functions behind open routes that write or send and reserve no concurrency; of a role or "
            "environment "
            "that several functions share, only where all of them are open"},
           {"tracing", "bool", "",
            "as written on the stage or GraphQL API; null when not set; HTTP APIs have none"},
           {"tracing_at", "any", "",
            "stands at that setting, or where it would be added: in the section that all APIs inherit "
            "(`Globals.Api`, `provider`), else at the stage; for `at`"},
           {"logging_at", "any", "",
            "stands where the stage's logs would be set for all that inherit them (`Globals.Api`, "
            "`Globals.HttpApi`, "
            "`provider.logs`), or at the API whose stage nobody wrote; null for a stage as written; for "
            "`at`"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
