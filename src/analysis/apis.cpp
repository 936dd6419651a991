// SPDX-License-Identifier: Apache-2.0
// Table "apis": each stage of each API, what limits it and who may call it.
#include "analysis/analyses.hpp"
#include "analysis/api_limits.hpp"
#include "analysis/api_routes.hpp"
#include "analysis/functions.hpp"
#include "analysis/objects.hpp"
#include "analysis/reach.hpp"

#include <array>
#include <map>

namespace slsaudit::analysis {
namespace {

/// What the generations of APIs call the same things. An empty type or path: it has none.
struct Generation {
  std::string_view type;
  std::string_view stage_type;
  std::string_view route_type;
  std::string_view throttle_path;
  std::string_view tracing_path;
};
constexpr std::array generations{
    Generation{"AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage", "AWS::ApiGateway::Method",
               "MethodSettings", "TracingEnabled"},
    Generation{"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::Route",
               "DefaultRouteSettings.ThrottlingRateLimit", ""},
    Generation{"AWS::AppSync::GraphQLApi", "", "", "", "XrayEnabled"},
};

cel::Value cell(Tri value, const char* reason) {
  if (value == Tri::unknown) return cel::Value::unknown(reason);
  return value == Tri::yes;
}

constexpr std::string_view deployment_type = "AWS::ApiGateway::Deployment";

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

/// What switches the tracing of functions on in the place of the framework's own setting, which would take
/// the switch's place.
cel::List tracing_switches(const graph::System& system, graph::NodeId holder) {
  const dialect::Sections& sections = system.templates[system.node(holder).template_index].sections;
  cel::List switches;
  const auto tracing = sections.find("provider.tracing switch");
  if (tracing == sections.end()) return switches;
  switches.push_back(cel::Value().marked().at(tracing->second));
  constexpr std::string_view plugin = "serverless-plugin-tracing";
  const auto listed = sections.find("plugins." + std::string(plugin));
  if (listed != sections.end()) switches.push_back(cel::Value(plugin).at(listed->second));
  return switches;
}

/// Where a rate would be set: among routes that ask for credentials, an API that is made of its events stands
/// at the first that doesn't.
cel::Value throttling_place(const Facts& facts, graph::NodeId api, graph::NodeId holder,
                            const Generation& generation, const std::vector<Route>& routes) {
  const graph::Node& node = facts.system().node(holder);
  if (generation.throttle_path.empty()) return cel::Value().at(id_span(node));
  const cel::Value setting = property_cell(facts, holder, generation.throttle_path);
  const dialect::Resource* resource = facts.system().node(api).resource;
  const auto is_open = [](const Route& route) { return route.open == Tri::yes; };
  const auto open = std::ranges::find_if(routes, is_open);
  if (!setting.is_null() || resource == nullptr || resource->author.id != "provider" ||
      open == routes.end() || !open->span.valid() ||
      std::ranges::none_of(routes, [](const Route& route) { return route.open == Tri::no; }))
    return setting;
  return cel::Value().at(open->span);
}

cel::Value logging_place(const graph::System& system, graph::NodeId api, graph::NodeId holder, bool is_http) {
  const text::Span place =
      is_http ? place_of_missing(system, api, holder, {"Globals.HttpApi", "provider.logs", "provider"})
              : place_of_missing(system, api, holder, {"Globals.Api", "provider.logs", "provider"});
  return place.valid() ? cel::Value(quoted(author_id(system.node(holder)))).at(place) : cel::Value();
}

/// Outputs of an API's template that name it, as maps, by API.
using Outputs = std::map<graph::NodeId, cel::List>;

Outputs outputs_of(const graph::System& system) {
  Outputs outputs;
  for (std::size_t t = 0; t < system.templates.size(); ++t) {
    for (const dialect::Output& output : system.templates[t].outputs) {
      if (!output.name_span.valid()) continue; // the framework's own
      for (const graph::NodeId node : named_nodes(system, t, output.value))
        outputs[node].push_back(
            cel::Map{{"name", cel::Value(output.name)}, {"value", cel::Value(output.value)}});
    }
  }
  return outputs;
}

void add(const Facts& facts, const Schema& schema, Table& table, graph::NodeId api, graph::NodeId stage,
         const Generation& generation, const Outputs& outputs) {
  const graph::System& system = facts.system();
  const graph::NodeId holder = stage.valid() ? stage : api;
  const std::vector<Route> routes = routes_of(facts, api, generation.route_type);
  std::vector<std::string> open;
  cel::List open_places;
  cel::List declared;
  for (const Route& route : routes) {
    declared.push_back(cel::Map{{"label", cel::Value(route.label)}, {"author", cel::Value(route.author)}});
    if (route.open != Tri::yes || route.mock) continue;
    open.push_back(route.label);
    open_places.push_back(cel::Value(route.label).at(route.span));
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
  const cel::Value throttle_place = throttling_place(facts, api, limited, generation, routes);
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
           {"all_routes", std::move(declared)},
           {"open_routes", std::move(open_places)},
           {"open_writers", resource_list(facts, open_writers(facts, api, open))},
           {"tracing", tracing},
           {"outputs", outputs.contains(api) ? cel::Value(outputs.at(api)) : cel::Value(cel::List{})},
           {"tracing_at", tracing_place(system, api, holder, tracing)},
           {"tracing_switches", tracing_switches(system, holder)},
           {"logging_at", logging_place(system, api, holder, kind_of(system.node(api)) == "http")}},
          id_span(system.node(limited)));
}

/// Stages; where none is declared, deployments that make one.
std::vector<graph::NodeId> stages_of(const Facts& facts, graph::NodeId api, const Generation& generation) {
  const std::span<const graph::NodeId> declared = belonging_to(facts, api, generation.stage_type);
  std::vector<graph::NodeId> stages(declared.begin(), declared.end());
  if (!stages.empty() || generation.stage_type != "AWS::ApiGateway::Stage") return stages;
  for (const graph::NodeId id : belonging_to(facts, api, deployment_type)) {
    if (property(facts.system().node(id), "StageName").is_present()) stages.push_back(id);
  }
  return stages;
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const Outputs outputs = outputs_of(facts.system());
  for (const Generation& generation : generations) {
    for (const graph::NodeId api : facts.nodes_of_type(generation.type)) {
      const auto stages = stages_of(facts, api, generation);
      if (stages.empty()) add(facts, schema, table, api, {}, generation, outputs);
      for (const graph::NodeId stage : stages) add(facts, schema, table, api, stage, generation, outputs);
    }
  }
}

} // namespace

const Analysis& api_analysis() {
  static const Analysis analysis{
      {"apis",
       "Each stage of each REST, HTTP, WebSocket and GraphQL API",
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
           {"all_routes", "list", "",
            "these; each a map: `label` (`GET /orders`), `author` (the id that the author gave what declares "
            "it; empty of a document's)"},
           {"open_routes", "list", "",
            "labels of those that ask for no credentials, and that API Gateway does not answer by itself; "
            "each stands at its route"},
           {"open_writers", "list", "",
            "functions behind open routes that write or send and reserve no concurrency; of a role or "
            "environment "
            "that several functions share, only where all of them are open"},
           {"tracing", "bool", "",
            "as written on the stage or GraphQL API; null when not set; HTTP APIs have none"},
           {"outputs", "list", "", "outputs of its template that name it; each a map: `name`, `value`"},
           {"tracing_at", "any", "",
            "stands at that setting, or where it would be added: in the section that all APIs inherit "
            "(`Globals.Api`, `provider`), else at the stage; for `at`"},
           {"tracing_switches", "list", "",
            "where `provider.tracing` is a switch (`true`) instead of a mapping: the switch, which is known "
            "to "
            "`yaml` alone, and the name of serverless-plugin-tracing, where `plugins` has it; for "
            "`replaces`"},
           {"logging_at", "any", "",
            "stands where the stage's logs would be set for all that inherit them (`Globals.Api`, "
            "`Globals.HttpApi`, "
            "`provider.logs`), or at the API whose stage nobody wrote; null for a stage as written; for "
            "`at`"},
       }},
      compute,
      6};
  return analysis;
}

} // namespace slsaudit::analysis
