// SPDX-License-Identifier: Apache-2.0
// `websocket` events: one WebSocket API for all of them.
#include "dialect/serverless/events.hpp"
#include "dialect/serverless/naming.hpp"

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view api_id = "WebsocketsApi";

Author api_author(text::Span span) {
  return {.id = "provider",
          .type = "serverless provider",
          .span = span,
          .generated = true,
          .feature = "provider.websocket"};
}

void add_api(Service& service, const Use& first) {
  const Make at = service.make.at(first.event->span);
  const Node* name = service.from_provider({"websocketsApiName"});
  if (name == nullptr) name = at.concat({service.stage, at.text("-"), service.name, at.text("-websockets")});
  const Node* selection = service.from_provider({"websocketsApiRouteSelectionExpression"});
  const Node* description = service.from_provider({"websocketsDescription"});
  if (description == nullptr) description = at.text("Serverless Websockets");
  service.add(
      std::string(api_id), "AWS::ApiGatewayV2::Api", api_author(at.span()),
      {{"Name", name, {}},
       {"RouteSelectionExpression", selection != nullptr ? selection : at.text("$request.body.action"), {}},
       {"Description", description, {}},
       {"ProtocolType", at.text("WEBSOCKET"), {}},
       {"Tags",
        is_set(service.from_provider({"websocket", "useProviderTags"})) ? service.from_provider({"tags"})
                                                                        : nullptr,
        {}}});
  service.grant(*first.function, "websocket", {"execute-api:ManageConnections"},
                at.sub("arn:${AWS::Partition}:execute-api:*:*:*/@connections/*"));
}

void add_stage(Service& service, const Make& at, const std::vector<std::string>& routes) {
  const Node* description = service.from_provider({"websocketsDescription"});
  if (description == nullptr) description = at.text("Serverless Websockets");
  Properties properties = {{"ApiId", at.ref(api_id), {}},
                           {"DeploymentId", at.ref("WebsocketsDeployment"), {}},
                           {"StageName", service.stage, {}},
                           {"Description", description, {}}};
  const Node* logs = service.from_provider({"logs", "websocket"});
  if (is_set(logs)) {
    const Node* level = dig(logs, {"level"});
    if (is_false(dig(logs, {"executionLogging"}))) level = at.text("OFF");
    const Node* data = dig(logs, {"fullExecutionData"});
    properties.push_back(
        {"DefaultRouteSettings",
         at.map({{"DataTraceEnabled", data != nullptr ? data : at.at(logs->span).boolean(true), {}},
                 {"LoggingLevel", level != nullptr ? level : at.text("INFO"), {}}}),
         {}});
    if (!is_false(dig(logs, {"accessLogging"}))) {
      const Node* group = at.sub(
          "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${WebsocketsLogGroup}");
      const Node* format = dig(logs, {"format"});
      if (format == nullptr) {
        format =
            at.text("$context.identity.sourceIp $context.identity.caller $context.identity.user "
                    "[$context.requestTime] \"$context.eventType $context.routeKey $context.connectionId\" "
                    "$context.requestId");
      }
      properties.push_back(
          {"AccessLogSettings", at.map({{"DestinationArn", group, {}}, {"Format", format, {}}}), {}});
    }
    Properties group = {{"LogGroupName", at.concat({at.text("/aws/websocket/"), service.dashed(at)}), {}}};
    add_retention(service, group);
    service.add("WebsocketsLogGroup", "AWS::Logs::LogGroup", api_author(at.span()), group);
    ensure_logging_role(service, api_author(at.span()));
  }
  service.add("WebsocketsDeploymentStage", "AWS::ApiGatewayV2::Stage", api_author(at.span()), properties);
  // The framework appends a hash to the deployment's id.
  service
      .add("WebsocketsDeployment", "AWS::ApiGatewayV2::Deployment", api_author(at.span()),
           {{"ApiId", at.ref(api_id), {}}, {"Description", description, {}}})
      .depends_on = routes;
  service.outputs.push_back(
      {"ServiceEndpointWebsocket",
       at.map(
           {{"Description", at.text("URL of the service endpoint"), {}},
            {"Value",
             at.join("", {at.text("wss://"), at.ref(api_id), at.text(".execute-api."), at.ref("AWS::Region"),
                          at.text("."), at.ref("AWS::URLSuffix"), at.text("/"), service.stage}),
             {}}}),
       {}});
}

/// Logical id of the authorizer, which is made where it isn't there yet.
std::string add_authorizer(Service& service, const Use& use, const Node* api, const Node* written) {
  const Make at = service.make.at(written->span);
  const Node* given = short_or(written, "name");
  const Node* arn = short_or(written, "arn");
  std::string name(known_text(given).value_or(""));
  const Function* called = nullptr;
  if (name.find(':') != std::string::npos || (name.empty() && arn != nullptr)) {
    name = naming::last_part(source_name(arn, ':'), '-');
  } else {
    called = service.function(name);
    if (called != nullptr) arn = service.target(at, *called);
  }
  if (arn == nullptr) arn = at.unknown("the authorizer's function isn't in the service");
  const Node* identity = dig(written, {"identitySource"});
  if (identity == nullptr || known_text(identity)) {
    identity = at.list({identity != nullptr ? identity : at.text("route.request.header.Auth")});
  }
  const std::string id = naming::resource(name) + "WebsocketsAuthorizer";
  service.add(id, "AWS::ApiGatewayV2::Authorizer", author_of(*use.function, *use.event),
              {{"ApiId", api, {}},
               {"Name", at.text(name), {}},
               {"AuthorizerType", at.text("REQUEST"), {}},
               {"AuthorizerUri",
                at.arn({at.text(":apigateway:"), at.ref("AWS::Region"),
                        at.text(":lambda:path/2015-03-31/functions/"), arn, at.text("/invocations")}),
                {}},
               {"IdentitySource", identity, {}}});
  Draft& permission =
      service.add(naming::resource(name) + "LambdaPermissionWebsockets", "AWS::Lambda::Permission",
                  generated_by(*use.function, at.span(), "websocket.authorizer"),
                  {{"FunctionName", arn, {}},
                   {"Action", at.text("lambda:InvokeFunction"), {}},
                   {"Principal", at.text("apigateway.amazonaws.com"), {}}});
  if (service.find(api_id) != nullptr) permission.depends_on.emplace_back(api_id);
  if (called != nullptr) permission.depends_on.push_back(called->logical_id);
  if (called != nullptr) depend_on_alias(permission, *called);
  return id;
}

} // namespace

void lower_websocket(Service& service, const Uses& uses) {
  const Make at = service.make.at(uses.front().event->span);
  const Node* api = service.from_provider({"apiGateway", "websocketApiId"});
  const bool own = api == nullptr;
  if (own) {
    add_api(service, uses.front());
    api = at.ref(api_id);
  }
  std::vector<std::string> routes;
  for (const Use& use : uses) {
    const Function& function = *use.function;
    const Make here = at.at(use.event->span);
    const Node* key = short_or(use.event->body, "route");
    const auto route = known_text(key);
    if (!route) {
      service.wrong_shape("websocket.route", key != nullptr ? *key : *use.event->body, "a route key");
      continue;
    }
    const std::string integration = function.normalized + "WebsocketsIntegration";
    service.add(integration, "AWS::ApiGatewayV2::Integration",
                generated_by(function, use.event->span, "websocket"),
                {{"ApiId", api, {}},
                 {"IntegrationType", here.text("AWS_PROXY"), {}},
                 {"IntegrationUri",
                  here.arn({here.text(":apigateway:"), here.ref("AWS::Region"),
                            here.text(":lambda:path/2015-03-31/functions/"), service.target(here, function),
                            here.text("/invocations")}),
                  {}}});
    Draft& permission =
        add_permission(service, function, *use.event, function.normalized + "LambdaPermissionWebsockets",
                       "apigateway.amazonaws.com", nullptr);
    permission.depends_on = {function.alias.empty() ? function.logical_id : function.alias_id};
    if (own) permission.depends_on.emplace_back(api_id);
    const Node* authorizer = dig(use.event->body, {"authorizer"});
    Properties properties = {
        {"ApiId", api, {}},
        {"RouteKey", key, {}},
        {"AuthorizationType", here.text(authorizer != nullptr ? "CUSTOM" : "NONE"), {}},
        {"Target", here.join("/", {here.text("integrations"), here.ref(integration)}), {}}};
    copy_properties(properties, use.event->body,
                    {{"routeResponseSelectionExpression", "RouteResponseSelectionExpression"}});
    if (authorizer != nullptr) {
      properties.push_back({"AuthorizerId", here.ref(add_authorizer(service, use, api, authorizer)), {}});
    }
    const std::string id = naming::websocket_route(*route) + "WebsocketsRoute";
    service.add(id, "AWS::ApiGatewayV2::Route", author_of(function, *use.event), properties);
    routes.push_back(id);
    if (dig(use.event->body, {"routeResponseSelectionExpression"}) == nullptr) continue;
    routes.push_back(id + "Response");
    service.add(
        id + "Response", "AWS::ApiGatewayV2::RouteResponse",
        generated_by(function, use.event->span, "websocket"),
        {{"ApiId", api, {}}, {"RouteId", here.ref(id), {}}, {"RouteResponseKey", here.text("$default"), {}}});
  }
  if (own) add_stage(service, at, routes);
}

} // namespace slsaudit::dialect::serverless
