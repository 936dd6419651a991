// SPDX-License-Identifier: Apache-2.0
// Api and HttpApi events: a permission, and a route in the API's body.
#include "dialect/sam/api_auth.hpp"
#include "dialect/sam/api_body.hpp"
#include "dialect/sam/events.hpp"
#include "text/words.hpp"

namespace slsaudit::dialect::sam {

namespace {

constexpr std::string_view service = "apigateway.amazonaws.com";

struct Route {
  std::string_view path;
  std::string_view method;
  const Node* api_id = nullptr; ///< As in the permission.
  std::string_view api;         ///< Logical id; empty when it isn't of this template.
  ApiState* state = nullptr;    ///< Null when the API is no SAM resource.
};

Route read_route(const Event& event, std::string_view api_property, std::string_view implicit) {
  Route route;
  route.path = text_of(event.get("Path"));
  route.method = text_of(event.get("Method"));
  route.api_id = event.get(api_property);
  if (route.api_id == nullptr) route.api_id = event.make().ref(implicit);
  route.api = ref_of(route.api_id).empty() ? text_of(route.api_id) : ref_of(route.api_id);
  const auto found = event.context.apis.find(route.api);
  if (found != event.context.apis.end()) route.state = &found->second;
  return route;
}

/// Whether path, method and API can be used; says what is missing.
bool check(const Event& event, const Route& route, std::string_view api_property) {
  if (route.path.empty() || route.method.empty()) {
    event.wrong("missing-event-property", "needs `Path` and `Method` as strings");
    return false;
  }
  if (route.state == nullptr && event.context.find(route.api) == nullptr) {
    event.wrong("foreign-event-source",
                "names in `" + std::string(api_property) + "` no API of the same template",
                "SAM writes the route into that API, so it can't be somewhere else");
  }
  return true;
}

/// The stage in the permission's logical id.
std::string_view stage_suffix(const Event& event, const Route& route) {
  const Source* api = event.context.find(route.api);
  const Node* properties = api == nullptr               ? nullptr
                           : api->properties != nullptr ? api->properties
                                                        : get(api->body, "Properties");
  const std::string_view stage = text_of(get(properties, "StageName"));
  if (api == nullptr) return "AllStages";
  return stage.empty() ? "Stage" : stage;
}

const Node* source_arn(const Event& event, const Route& route, const std::string& partition_name,
                       const std::string& resource) {
  const Make make = event.make();
  return make.sub("arn:" + partition_name +
                      ":execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}" + resource,
                  make.map({{"__ApiId__", route.api_id}, {"__Stage__", make.text("*")}}));
}

const Node* integration_uri(const Event& event, const std::string& partition_name, bool streaming) {
  const std::string version = streaming ? "2021-11-15" : "2015-03-31";
  const std::string action = streaming ? "/response-streaming-invocations" : "/invocations";
  return event.make().sub("arn:" + partition_name + ":apigateway:${AWS::Region}:lambda:path/" + version +
                          "/functions/" + event.target.sub_text() + action);
}

const Node* conditional(const Event& event, const Node* node) {
  const std::string_view condition = event.source.condition();
  return condition.empty() ? node : event.make().when(condition, node);
}

/// AWS_IAM calls go on with the caller's credentials or a given role.
const Node* credentials(const Event& event, const Route& route) {
  const Node* auth = event.get("Auth");
  const Node* api_auth = route.state->source->get("Auth");
  const bool by_method = text_of(get(auth, "Authorizer")) == "AWS_IAM";
  const bool by_default = text_of(get(api_auth, "DefaultAuthorizer")) == "AWS_IAM" && !truthy(auth);
  if (!by_method && !by_default) return nullptr;
  const Entry* own = auth != nullptr ? auth->find("InvokeRole") : nullptr;
  const Entry* shared = api_auth != nullptr ? api_auth->find("InvokeRole") : nullptr;
  const Node* role = own != nullptr ? own->value : shared != nullptr ? shared->value : nullptr;
  if (role != nullptr && (!truthy(role) || text_of(role) == "NONE")) return nullptr;
  if (role != nullptr && text_of(role) != "CALLER_CREDENTIALS") return role;
  return event.make().text("arn:" + partition(event.context) + ":iam::*:user/*");
}

const Node* rest_integration(const Event& event, const Route& route) {
  const Make make = event.make();
  const bool streaming = text_of(event.get("ResponseTransferMode")) == "RESPONSE_STREAM";
  return make.map({{"type", make.text("aws_proxy")},
                   {"httpMethod", make.text("POST")},
                   {"uri", conditional(event, integration_uri(event, partition(event.context), streaming))},
                   {"responseTransferMode", streaming ? make.text("STREAM") : nullptr},
                   {"credentials", credentials(event, route)},
                   {"timeoutInMillis", event.get("TimeoutInMillis")}});
}

bool reject_duplicate(const Event& event, const Route& route, ApiBody& body) {
  if (!body.has_integration(route.path, route.method)) return false;
  event.wrong("duplicate-route",
              "repeats the route `" + text::upper(route.method) + " " + std::string(route.path) + "`");
  return true;
}

void add_rest_route(const Event& event, const Route& route) {
  ApiState& api = *route.state;
  const Make make = event.make();
  const bool merge = truthy(api.source->get("MergeDefinitions"));
  if (api.body == nullptr || !(api.managed || merge)) return;
  ApiBody body(event.context, *api.body);
  if (!body.is_valid()) return;
  if (!merge && reject_duplicate(event, route, body)) return;
  const bool generates_anew = merge && body.has_integration(route.path, route.method);
  body.integrate(route.path, route.method, rest_integration(event, route), make.map({}),
                 generates_anew ? std::string_view{} : event.source.condition(), event.span);
  add_method_auth(event, api, body, route.path, route.method);
  add_request_model(event, api, body, route.path, route.method);
  add_request_parameters(event, body, route.path, route.method);
}

void add_route_settings(const Event& event, const Route& route) {
  const Node* settings = event.context.expect_map(event.get("RouteSettings"), "RouteSettings");
  if (settings == nullptr) return;
  ApiState& api = *route.state;
  const Make make = event.make();
  if (api.route_settings == nullptr) api.route_settings = &event.context.forest.plant(make.map({}));
  const std::string name = route.method == any_method
                               ? std::string(route.path)
                               : text::upper(route.method) + " " + std::string(route.path);
  const std::string_view condition = event.source.condition();
  if (!condition.empty()) {
    api.route_settings->set(name, make.when(condition, settings), event.span);
    return;
  }
  Tree& own = api.route_settings->at(name, event.span);
  for (const Entry& entry : settings->children) own.set(entry.key, entry.value, entry.key_span);
}

void add_path_parameters(const Event& event, ApiBody& body, const Route& route) {
  const Make make = event.make();
  std::string_view rest = route.path;
  while (true) {
    const auto begin = rest.find('{');
    const auto end = begin == std::string_view::npos ? begin : rest.find('}', begin);
    if (end == std::string_view::npos) return;
    const Node* name = make.text(rest.substr(begin + 1, end - begin - 1));
    for (Tree* definition : body.definitions(route.path, route.method)) {
      Tree& parameters = definition->list_at("parameters", event.span);
      Tree* existing = nullptr;
      for (const Tree::Member& member : parameters.members()) {
        Tree* other = member.value->get("name");
        if (other != nullptr && text_of(other->node()) == name->text) existing = member.value;
      }
      if (existing == nullptr) {
        parameters.push(
            make.map({{"name", name}, {"in", make.text("path")}, {"required", make.boolean(true)}}));
      } else {
        existing->set("in", make.text("path"));
        existing->set("required", make.boolean(true));
      }
    }
    rest.remove_prefix(end + 1);
  }
}

void add_http_route(const Event& event, const Route& route) {
  ApiState& api = *route.state;
  const Make make = event.make();
  if (api.body == nullptr) return;
  ApiBody body(event.context, *api.body);
  if (!body.is_valid() || !body.is_openapi_3()) return;
  if (api.managed && reject_duplicate(event, route, body)) return;
  const bool is_default = route.path == "$default" && normal_method(route.method) == any_method;
  if (!body.has_integration(route.path, route.method)) {
    const Node* integration =
        make.map({{"type", make.text("aws_proxy")},
                  {"httpMethod", make.text("POST")},
                  {"payloadFormatVersion", make.text("2.0")},
                  {"uri", conditional(event, integration_uri(event, "${AWS::Partition}", false))}});
    body.integrate(route.path, route.method, integration, make.map({}), event.source.condition(), event.span);
    for (Tree* definition : body.definitions(route.path, route.method)) {
      if (is_default) definition->set("isDefaultRoute", make.boolean(true));
    }
  }
  if (truthy(event.get("Auth"))) add_http_method_auth(event, api, body, route.path, route.method);
  if (const Node* timeout = event.get("TimeoutInMillis"))
    body.set_integration(route.path, route.method, "timeoutInMillis", timeout);
  add_path_parameters(event, body, route);
  if (const Node* version = event.get("PayloadFormatVersion")) {
    body.set_integration(route.path, route.method, "payloadFormatVersion", version);
  }
}

/// A function that already has the catch-all route needs no other permission.
bool has_catch_all(const Event& event, const Route& route) {
  if (route.state == nullptr || route.state->body == nullptr) return false;
  ApiBody body(event.context, *route.state->body);
  if (!body.has_integration("$default", any_method)) return false;
  for (Tree* definition : body.definitions("$default", any_method)) {
    Tree* uri = definition->get(integration_key)->get("uri");
    if (uri == nullptr) return false;
    for (Tree* side : alternatives(uri)) {
      const Call call = call_of(side->node());
      if (!call || call.name != "Sub" ||
          call.argument->text.find("${" + std::string(event.target.id) + ".Arn}") == std::string_view::npos)
        return false;
    }
  }
  return true;
}

void emit_http_permission(const Event& event, const Route& route) {
  const bool is_default = route.path == "$default";
  if (!is_default && has_catch_all(event, route)) return;
  const std::string path = is_default ? "" : path_pattern(route.path, false);
  const std::string method = normal_method(route.method) == any_method ? "*" : text::upper(route.method);
  emit_permission(event, {.principal = service,
                          .source_arn = source_arn(event, route, "${AWS::Partition}", "/" + method + path)});
}

} // namespace

void lower_api_event(const Event& event) {
  if (event.properties == nullptr) return;
  const Route route = read_route(event, "RestApiId", "ServerlessRestApi");
  if (!check(event, route, "RestApiId")) return;
  const std::string method = normal_method(route.method) == any_method ? "*" : text::upper(route.method);
  emit_permission(event, {.principal = service,
                          .source_arn = source_arn(event, route, partition(event.context),
                                                   "/" + method + path_pattern(route.path, true)),
                          .suffix = stage_suffix(event, route)});
  if (route.state != nullptr) add_rest_route(event, route);
  const bool overrides = truthy(get(event.get("Auth"), "OverrideApiAuth"));
  if (!overrides || route.state == nullptr || route.state->body == nullptr || route.state->managed) return;
  ApiBody body(event.context, *route.state->body);
  if (body.is_valid()) add_method_auth(event, *route.state, body, route.path, route.method);
}

void lower_http_api_event(const Event& event) {
  Route route = read_route(event, "ApiId", "ServerlessHttpApi");
  if (route.path.empty() && route.method.empty()) {
    route.path = "$default";
    route.method = any_method;
  }
  if (!check(event, route, "ApiId")) return;
  emit_http_permission(event, route);
  if (route.state == nullptr) return;
  if (route.state->http) add_route_settings(event, route);
  add_http_route(event, route);
}

void lower_state_machine_api_event(const Event& event) {
  if (event.properties == nullptr) return;
  const Route route = read_route(event, "RestApiId", "ServerlessRestApi");
  if (!check(event, route, "RestApiId")) return;
  const Make make = event.make();
  const std::string id = std::string(event.id) + "Role";
  Map role(event.context.arena);
  role.set("AssumeRolePolicyDocument", trust(make, service));
  role.set("Policies", make.list({grant(make, id + "StartExecutionPolicy", "states:StartExecution",
                                        event.target.arn(make))}));
  role.copy(event.source.properties, "PermissionsBoundary");
  event.emit("Role", "AWS::IAM::Role", role.node(event.span));
  if (route.state == nullptr || !route.state->managed) return;
  ApiBody body(event.context, *route.state->body);
  if (reject_duplicate(event, route, body)) return;
  const std::string machine = "${" + std::string(event.target.id) + "}";
  const bool unescape = truthy(event.get("UnescapeMappingTemplate"));
  const std::string request =
      unescape
          ? R"x({"input": "$util.escapeJavaScript($input.json('$')).replaceAll("\\'","'")", "stateMachineArn": ")x" +
                machine + "\"}"
          : R"x({"input": "$util.escapeJavaScript($input.json('$'))", "stateMachineArn": ")x" + machine +
                "\"}";
  const Node* integration = make.json(
      R"({"type": "aws", "httpMethod": "POST", "uri": "$uri", "responses":
    {"200": {"statusCode": "200"}, "400": {"statusCode": "400"}}, "credentials": "$role",
    "requestTemplates": {"application/json": "$request"}})",
      {{"uri",
        conditional(
            event, make.sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution"))},
       {"role", make.get_att(id, "Arn")},
       {"request", make.sub(request)}});
  body.integrate(route.path, route.method, integration,
                 make.json(R"({"200": {"description": "OK"}, "400": {"description": "Bad Request"}})"),
                 event.source.condition(), event.span);
  add_method_auth(event, *route.state, body, route.path, route.method);
}

} // namespace slsaudit::dialect::sam
