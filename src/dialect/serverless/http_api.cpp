// SPDX-License-Identifier: Apache-2.0
// `httpApi` events: one HTTP API for all of them.
#include "dialect/serverless/events.hpp"
#include "dialect/serverless/naming.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view api_id = "HttpApi";
constexpr std::string_view access_log_format =
    R"({"requestId":"$context.requestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime",)"
    R"("httpMethod":"$context.httpMethod","routeKey":"$context.routeKey","status":"$context.status",)"
    R"("protocol":"$context.protocol","responseLength":"$context.responseLength"})";

struct Route {
  const Use* use = nullptr;
  std::string method; ///< Upper case; empty for the catch-all.
  std::string path;
  [[nodiscard]] std::string key() const { return path == "*" ? "*" : method + " " + path; }
};

std::optional<Route> read_route(Service& service, const Use& use) {
  const Node* body = use.event->body;
  auto method = known_text(dig(body, {"method"}));
  auto path = known_text(dig(body, {"path"}));
  if (const auto text = known_text(body)) {
    const std::size_t blank = text->find(' ');
    if (*text == "*")
      path = text;
    else if (blank != std::string_view::npos)
      (method = text->substr(0, blank), path = text->substr(blank + 1));
  }
  if (!path || (!method && *path != "*")) {
    const bool unresolved = dig(body, {"path"}) != nullptr && dig(body, {"method"}) != nullptr;
    service.problem(unresolved ? text::ProblemLevel::note : text::ProblemLevel::error,
                    "http-event-without-path",
                    "an `httpApi` event needs a `method` and a `path` that are known", body->span,
                    "write `method` and `path`, `METHOD path`, or `*`");
    return std::nullopt;
  }
  Route route{.use = &use, .method = text::upper(method.value_or("")), .path = std::string(*path)};
  if (route.method == "*") route.method = "ANY";
  return route;
}

const Node* cors_of(const Service& service, const std::vector<Route>& routes) {
  const Node* written = service.from_provider({"httpApi", "cors"});
  if (!is_set(written)) return nullptr;
  const Make at = service.make.at(written->span);
  const auto listed = [&](std::string_view key,
                          const std::vector<std::string_view>& fallback) -> const Node* {
    const Node* node = dig(written, {key});
    if (node == nullptr) return fallback.empty() ? nullptr : at.texts(fallback);
    return known_text(node) ? at.list({node}) : node;
  };
  std::vector<std::string_view> methods = {"OPTIONS"};
  const auto add = [&](std::string_view method) {
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) methods.push_back(method);
  };
  for (const Route& route : routes) {
    if (route.path != "*" && route.method != "ANY") {
      add(route.method);
    } else {
      for (const std::string_view any : {"GET", "POST", "PUT", "PATCH", "OPTIONS", "HEAD", "DELETE"})
        add(any);
    }
  }
  return at.map({{"AllowCredentials", dig(written, {"allowCredentials"}), {}},
                 {"AllowHeaders",
                  listed("allowedHeaders", {"Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key",
                                            "X-Amz-Security-Token", "X-Amz-User-Agent", "X-Amzn-Trace-Id"}),
                  {}},
                 {"AllowMethods", listed("allowedMethods", methods), {}},
                 {"AllowOrigins", listed("allowedOrigins", {"*"}), {}},
                 {"ExposeHeaders", listed("exposedResponseHeaders", {}), {}},
                 {"MaxAge", dig(written, {"maxAge"}), {}}});
}

void add_api(Service& service, const std::vector<Route>& routes) {
  const Event& first = *routes.front().use->event;
  const Make at = service.make.at(first.span);
  const Author author{.id = "provider",
                      .type = "serverless provider",
                      .span = first.span,
                      .generated = true,
                      .feature = "provider.httpApi"};
  const Node* settings = service.from_provider({"httpApi"});
  const Node* name = dig(settings, {"name"});
  if (name == nullptr) {
    name = is_set(dig(settings, {"shouldStartNameWithService"}))
               ? service.dashed(at)
               : at.concat({service.stage, at.text("-"), service.name});
  }
  service.add(std::string(api_id), "AWS::ApiGatewayV2::Api", author,
              {{"Name", name, {}},
               {"Description", dig(settings, {"description"}), {}},
               {"ProtocolType", at.text("HTTP"), {}},
               {"DisableExecuteApiEndpoint", dig(settings, {"disableDefaultEndpoint"}), {}},
               {"Tags", service.from_provider({"tags"}), {}},
               {"CorsConfiguration", cors_of(service, routes), {}}});
  const Node* logs = service.from_provider({"logs", "httpApi"});
  const Node* access_log = nullptr;
  if (is_set(logs)) {
    Properties group = {{"LogGroupName", at.concat({at.text("/aws/http-api/"), service.dashed(at)}), {}}};
    add_retention(service, group);
    service.add("HttpApiLogGroup", "AWS::Logs::LogGroup", author, group);
    const Node* format = dig(logs, {"format"});
    access_log = at.map({{"DestinationArn", at.get_att("HttpApiLogGroup", "Arn"), {}},
                         {"Format", format != nullptr ? format : at.text(access_log_format), {}}});
  }
  const Node* metrics = dig(settings, {"metrics"});
  Draft& stage = service.add(
      "HttpApiStage", "AWS::ApiGatewayV2::Stage", author,
      {{"ApiId", at.ref(api_id), {}},
       {"StageName", at.text("$default"), {}},
       {"AutoDeploy", at.boolean(true), {}},
       {"DefaultRouteSettings",
        at.map({{"DetailedMetricsEnabled", metrics != nullptr ? metrics : at.boolean(false), {}}}),
        {}},
       {"Tags", service.from_provider({"tags"}), {}},
       {"AccessLogSettings", access_log, {}}});
  if (access_log != nullptr) stage.depends_on.emplace_back("HttpApiLogGroup");
  const Node* url = at.join("", {at.text("https://"), at.ref(api_id), at.text(".execute-api."),
                                 at.ref("AWS::Region"), at.text("."), at.ref("AWS::URLSuffix")});
  service.outputs.push_back(
      {"HttpApiId",
       at.map({{"Description", at.text("Id of the HTTP API"), {}}, {"Value", at.ref(api_id), {}}}),
       {}});
  service.outputs.push_back(
      {"HttpApiUrl", at.map({{"Description", at.text("URL of the HTTP API"), {}}, {"Value", url, {}}}), {}});
}

const Node* any_call(const Make& at, const Node* api) {
  return at.arn({at.text(":execute-api:"), at.ref("AWS::Region"), at.text(":"), at.ref("AWS::AccountId"),
                 at.text(":"), api, at.text("/*")});
}

void add_authorizer(Service& service, const Node* api, const syntax::Entry& entry) {
  const Node* written = entry.value;
  if (!written->is_mapping()) {
    service.wrong_shape("provider.httpApi.authorizers." + std::string(entry.key), *written, "a mapping");
    return;
  }
  const Make at = service.make.at(entry.key_span);
  const Node* name = dig(written, {"name"});
  if (name == nullptr) name = at.text(entry.key);
  const std::string known_name(known_text(name).value_or(entry.key));
  const Node* source = dig(written, {"identitySource"});
  if (source == nullptr || known_text(source)) source = at.list({source});
  Properties properties = {{"ApiId", api, {}}, {"Name", name, {}}, {"IdentitySource", source, {}}};
  const Author author{.id = entry.key,
                      .type = "serverless authorizer",
                      .span = entry.key_span,
                      .generated = false,
                      .feature = {}};
  const std::string id = "HttpApiAuthorizer" + naming::resource(known_name);
  if (known_text(dig(written, {"type"})) != "request") {
    const Node* audience = dig(written, {"audience"});
    if (known_text(audience)) audience = at.list({audience});
    properties.push_back({"AuthorizerType", at.text("JWT"), {}});
    properties.push_back({"JwtConfiguration",
                          at.map({{"Audience", audience, {}}, {"Issuer", dig(written, {"issuerUrl"}), {}}}),
                          {}});
    service.add(id, "AWS::ApiGatewayV2::Authorizer", author, properties);
    return;
  }
  const auto function_name = known_text(dig(written, {"functionName"}));
  const Function* function = function_name ? service.function(*function_name) : nullptr;
  const Node* arn = dig(written, {"functionArn"});
  if (function != nullptr) arn = service.target(at, *function);
  if (arn == nullptr) {
    service.problem(text::ProblemLevel::finding, "unknown-function",
                    "the authorizer `" + std::string(entry.key) + "` names no function of the service",
                    entry.key_span, "give a `functionName` of the service, or a `functionArn`");
    arn = at.unknown("the authorizer's function isn't in the service");
  }
  const Node* version = dig(written, {"payloadVersion"});
  copy_properties(properties, written,
                  {{"enableSimpleResponses", "EnableSimpleResponses"},
                   {"resultTtlInSeconds", "AuthorizerResultTtlInSeconds"}});
  properties.push_back({"AuthorizerType", at.text("REQUEST"), {}});
  properties.push_back({"AuthorizerPayloadFormatVersion", version != nullptr ? version : at.text("2.0"), {}});
  properties.push_back({"AuthorizerUri",
                        at.arn({at.text(":apigateway:"), at.ref("AWS::Region"),
                                at.text(":lambda:path/2015-03-31/functions/"), arn, at.text("/invocations")}),
                        {}});
  Draft& draft = service.add(id, "AWS::ApiGatewayV2::Authorizer", author, properties);
  if (function != nullptr) depend_on_alias(draft, *function);
  if (is_set(dig(written, {"managedExternally"}))) return;
  Author generated = author;
  generated.generated = true;
  generated.feature = "provider.httpApi.authorizers";
  service.add(naming::resource(known_name) + "LambdaAuthorizerPermissionHttpApi", "AWS::Lambda::Permission",
              generated,
              {{"FunctionName", arn, {}},
               {"Action", at.text("lambda:InvokeFunction"), {}},
               {"Principal", at.text("apigateway.amazonaws.com"), {}},
               {"SourceArn", any_call(at, api), {}}});
}

void authorize(const Service& service, const Make& at, const Node* written, Properties& properties) {
  if (written == nullptr) return;
  const Node* name = short_or(written, "name");
  const auto type = known_text(dig(written, {"type"}));
  const auto known_name = known_text(name);
  const Node* configured =
      known_name ? service.from_provider({"httpApi", "authorizers", *known_name}) : nullptr;
  const bool request = type == "request" || known_text(dig(configured, {"type"})) == "request";
  if (type == "aws_iam") {
    properties.push_back({"AuthorizationType", at.text("AWS_IAM"), {}});
    return;
  }
  if (written->kind == syntax::NodeKind::unknown) {
    properties.push_back({"AuthorizationType", written, {}});
    return;
  }
  const Node* id = dig(written, {"id"});
  if (id == nullptr && known_name) {
    const auto renamed = known_text(dig(configured, {"name"}));
    id = at.ref("HttpApiAuthorizer" + naming::resource(renamed.value_or(*known_name)));
  }
  properties.push_back({"AuthorizationType", at.text(request ? "CUSTOM" : "JWT"), {}});
  properties.push_back({"AuthorizerId", id, {}});
  properties.push_back({"AuthorizationScopes", dig(written, {"scopes"}), {}});
}

void add_route(Service& service, const Node* api, const Route& route) {
  const Function& function = *route.use->function;
  const Event& event = *route.use->event;
  const Make at = service.make.at(event.span);
  add_permission(service, function, event, function.normalized + "LambdaPermissionHttpApi",
                 "apigateway.amazonaws.com", any_call(at, api));
  const std::string integration = "HttpApiIntegration" + function.normalized;
  const Node* payload = dig(function.body, {"httpApi", "payload"});
  if (payload == nullptr) payload = service.from_provider({"httpApi", "payload"});
  depend_on_alias(service.add(integration, "AWS::ApiGatewayV2::Integration",
                              generated_by(function, event.span, "httpApi"),
                              {{"ApiId", api, {}},
                               {"IntegrationType", at.text("AWS_PROXY"), {}},
                               {"IntegrationUri", service.target(at, function), {}},
                               {"PayloadFormatVersion", payload != nullptr ? payload : at.text("2.0"), {}},
                               {"TimeoutInMillis", at.number(30000), {}}}),
                  function);
  Properties properties = {{"ApiId", api, {}},
                           {"RouteKey", at.text(route.path == "*" ? "$default" : route.key()), {}},
                           {"Target", at.join("/", {at.text("integrations"), at.ref(integration)}), {}}};
  authorize(service, at, dig(event.body, {"authorizer"}), properties);
  const std::string id =
      route.path == "*" ? "HttpApiRouteDefault" : "HttpApiRoute" + naming::path(route.key());
  service.tell_repeated_route(id, route.key(), function, event);
  service.add(id, "AWS::ApiGatewayV2::Route", author_of(function, event), properties).depends_on = {
      integration};
}

} // namespace

void lower_http_api(Service& service, const Uses& uses) {
  std::vector<Route> routes;
  for (const Use& use : uses) {
    if (auto route = read_route(service, use)) routes.push_back(std::move(*route));
  }
  if (routes.empty()) return;
  const Node* api = service.from_provider({"httpApi", "id"});
  if (api == nullptr) {
    add_api(service, routes);
    api = service.make.at(routes.front().use->event->span).ref(api_id);
  }
  if (const Node* authorizers = service.from_provider({"httpApi", "authorizers"}); authorizers != nullptr) {
    for (const syntax::Entry& entry : authorizers->children) add_authorizer(service, api, entry);
  }
  for (const Route& route : routes) add_route(service, api, route);
}

} // namespace slsaudit::dialect::serverless
