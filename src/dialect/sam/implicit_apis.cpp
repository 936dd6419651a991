// SPDX-License-Identifier: Apache-2.0
// Which events belong to which API, before any of them is lowered: the implicit APIs come into being here,
// paths get their order, and conditions of functions reach paths and APIs.
#include "dialect/sam/api_body.hpp"
#include "dialect/sam/globals.hpp"
#include "dialect/sam/resources.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::dialect::sam {

namespace {

struct Kind {
  std::string_view event_type;
  std::string_view api_property;
  std::string_view implicit_id;
  std::string_view api_type;
  std::string_view skeleton;
};

constexpr Kind kinds[] = {
    {"Api", "RestApiId", "ServerlessRestApi", "AWS::Serverless::Api",
     R"({"swagger": "2.0", "info": {"version": "1.0", "title": {"Ref": "AWS::StackName"}}, "paths": {}})"},
    {"HttpApi", "ApiId", "ServerlessHttpApi", "AWS::Serverless::HttpApi",
     R"({"openapi": "3.0.1", "info": {"version": "1.0", "title": {"Ref": "AWS::StackName"}}, "paths": {}})"},
};

void start_body(Context& context, ApiState& state, const Kind& kind) {
  const Source& source = *state.source;
  const Node* body = source.implicit ? nullptr : source.get("DefinitionBody");
  if (!is_intrinsic(body)) body = context.expect_map(body, "DefinitionBody");
  if (truthy(body)) {
    state.body = &context.forest.plant(body);
    return;
  }
  if (!source.implicit && (truthy(source.get("DefinitionBody")) || truthy(source.get("DefinitionUri"))))
    return;
  state.managed = true;
  state.body = &context.forest.plant(context.make(source.id_span).json(kind.skeleton));
  const Node* version = source.get("OpenApiVersion");
  if (state.http || !text_of(version).starts_with("3")) return;
  state.body->set("openapi", context.make(version->span).text(version->text));
  state.body->erase("swagger");
}

ApiState& add_state(Context& context, Source& source, const Kind& kind) {
  ApiState& state = context.apis[source.id];
  state.source = &source;
  state.http = kind.event_type == "HttpApi";
  start_body(context, state, kind);
  if (const Node* settings = source.get("RouteSettings"))
    state.route_settings = &context.forest.plant(settings);
  return state;
}

/// The implicit API, made at its first event. It takes the place of a resource of its name.
ApiState& implicit_api(Context& context, Span event_span, const Kind& kind) {
  const auto existing = context.apis.find(kind.implicit_id);
  if (existing != context.apis.end() && existing->second.source->implicit) return existing->second;
  const Make make = context.make(event_span);
  const bool http = kind.event_type == "HttpApi";
  const Node* body =
      make.map({{"Type", make.text(kind.api_type)},
                {"Properties", http ? make.map({}) : make.map({{"StageName", make.text("Prod")}})}});
  const auto same_id = [&](const Source& source) { return source.id == kind.implicit_id; };
  auto found = std::find_if(context.sources.begin(), context.sources.end(), same_id);
  if (found == context.sources.end()) {
    found = context.sources.emplace(context.sources.end());
  } else {
    context.problem(
        text::ProblemLevel::finding, "replaced-api",
        "SAM writes an API of its own over `" + std::string(kind.implicit_id) +
            "`, whose properties count for nothing then: that is the name of what it makes for events",
        found->id_span,
        "give the API another name, and name it in `" + std::string(kind.api_property) + "` of the events");
  }
  found->id = kind.implicit_id;
  found->id_span = event_span;
  found->type = kind.api_type;
  found->body = body;
  found->properties = with_globals(context, kind.api_type, body);
  found->implicit = true;
  found->attributes.clear();
  context.apis.erase(kind.implicit_id);
  return add_state(context, *found, kind);
}

/// Tags that a function passes on to the implicit API.
void add_tags(Context& context, const Source& source, ApiState& api) {
  const Node* tags = source.get("Tags");
  if (!is_plain_map(tags) || !truthy(source.get("PropagateTags"))) return;
  Map merged(context.arena);
  merged.add(api.tags).add(tags);
  api.tags = merged.node(tags->span);
}

void add_route(Context& context, const Source& source, const Entry& entry, const Kind& kind) {
  const Node* properties = get(entry.value, "Properties");
  if (kind.event_type == "Api" && !truthy(properties)) return;
  const Node* given = get(properties, kind.api_property);
  const std::string_view named = ref_of(given).empty() ? text_of(given) : ref_of(given);
  std::string_view path = text_of(get(properties, "Path"));
  std::string_view method = text_of(get(properties, "Method"));
  const Span span = entry.key_span.valid() ? entry.key_span : entry.value->span;
  if (path.empty() && method.empty() && kind.event_type == "HttpApi") {
    path = "$default";
    method = any_method;
  }
  ApiState* api = nullptr;
  if (given == nullptr || named == kind.implicit_id) {
    api = &implicit_api(context, span, kind);
    if (given == nullptr) add_tags(context, source, *api);
  } else if (const auto found = context.apis.find(named); found != context.apis.end()) {
    api = &found->second;
  }
  if (api == nullptr || path.empty() || method.empty()) return; // Said when the event is lowered.
  api->routes[path][method] = source.condition();
  if (api->managed) ApiBody(context, *api->body).add_path(path, method, span);
}

void collect_routes(Context& context, const Kind& kind) {
  std::vector<const Source*> owners;
  for (const Source& source : context.sources) {
    const bool has_events =
        source.type == "AWS::Serverless::Function" || source.type == "AWS::Serverless::StateMachine";
    if (has_events && is_plain_map(source.get("Events"))) owners.push_back(&source);
  }
  for (const Source* source : owners) {
    const Node* events = source->get("Events");
    if (events == nullptr) continue; // The API of an event before has taken this one's id, and its place.
    for (const Entry& entry : events->children) {
      if (text_of(get(entry.value, "Type")) == kind.event_type) add_route(context, *source, entry, kind);
    }
  }
}

/// The conditions of all routes; nothing when one of them has none.
std::set<std::string_view> conditions_of(const std::map<std::string_view, std::string_view>& methods) {
  std::set<std::string_view> result;
  for (const auto& method : methods) {
    if (method.second.empty()) return {};
    result.insert(method.second);
  }
  return result;
}

std::string_view any_of_conditions(Context& context, const std::set<std::string_view>& conditions,
                                   const std::string& name, Span span) {
  if (conditions.empty()) return {};
  if (conditions.size() == 1) return *conditions.begin();
  context.add_any_condition(name, {conditions.begin(), conditions.end()}, span);
  return context.keep(name);
}

std::string path_condition_name(std::string_view api, std::string_view path) {
  std::string result(api);
  for (const char c : path) {
    if (c == '/') {
      result += "SLASH";
    } else if (c == '{') {
      result += "OB";
    } else if (c == '}') {
      result += "CB";
    } else {
      result += c;
    }
  }
  return result + "PathCondition";
}

void add_path_conditions(Context& context, ApiState& api) {
  if (!api.managed) return;
  const Span span = api.source->id_span;
  for (const auto& route : api.routes) {
    const std::string name = path_condition_name(api.source->id, route.first);
    const std::string_view condition = any_of_conditions(context, conditions_of(route.second), name, span);
    Tree* item = api.body->get("paths")->get(route.first);
    if (!condition.empty() && item != nullptr) item->make_conditional(condition, span);
  }
}

/// The strongest policy among the functions' becomes the implicit API's.
const Node* strongest(Context& context, const ApiState& api, std::string_view attribute) {
  std::set<std::string_view> seen;
  for (const Source& source : context.sources) {
    if (!is_plain_map(source.get("Events"))) continue;
    const bool contributes = std::any_of(source.get("Events")->children.begin(),
                                         source.get("Events")->children.end(), [&](const Entry& entry) {
                                           const std::string_view path =
                                               text_of(get(get(entry.value, "Properties"), "Path"));
                                           return api.routes.count(path) > 0;
                                         });
    if (contributes) seen.insert(text_of(get(source.body, attribute)));
  }
  for (const std::string_view policy : {"Retain", "Snapshot", "Delete"}) {
    if (seen.count(policy) > 0) return context.make(api.source->id_span).text(policy);
  }
  return nullptr;
}

void add_implicit_attributes(Context& context, ApiState& api) {
  if (!api.source->implicit) return;
  std::set<std::string_view> conditions;
  bool unconditional = false;
  for (const auto& route : api.routes) {
    for (const auto& method : route.second) {
      unconditional = unconditional || method.second.empty();
      conditions.insert(method.second);
    }
  }
  if (unconditional) conditions.clear();
  const Span span = api.source->id_span;
  const std::string name = std::string(api.source->id) + "Condition";
  const std::string_view condition = any_of_conditions(context, conditions, name, span);
  Source& source = *api.source;
  Map body(context.arena);
  body.add(source.body);
  if (!condition.empty()) body.set("Condition", context.make(span).text(condition));
  body.set("DeletionPolicy", strongest(context, api, "DeletionPolicy"));
  body.set("UpdateReplacePolicy", strongest(context, api, "UpdateReplacePolicy"));
  source.body = body.node(span);
  for (const std::string_view key : {"Condition", "DeletionPolicy", "UpdateReplacePolicy"}) {
    if (const Entry* entry = source.body->find(key)) source.attributes.push_back(*entry);
  }
  if (api.tags == nullptr) return;
  Map tags(context.arena);
  tags.add(source.get("Tags")).add(api.tags);
  Map properties(context.arena);
  properties.add(source.properties).set("Tags", tags.node(api.tags->span));
  properties.set("PropagateTags", context.make(span).boolean(true));
  source.properties = properties.node(source.properties->span);
}

} // namespace

void collect_apis(Context& context) {
  for (const Kind& kind : kinds) {
    for (Source& source : context.sources) {
      if (source.type == kind.api_type) add_state(context, source, kind);
    }
  }
  for (const Kind& kind : kinds) collect_routes(context, kind);
  for (auto& api : context.apis) {
    add_implicit_attributes(context, api.second);
    add_path_conditions(context, api.second);
  }
}

} // namespace slsaudit::dialect::sam
