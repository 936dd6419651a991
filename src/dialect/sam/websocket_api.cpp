// SPDX-License-Identifier: Apache-2.0
// AWS::Serverless::WebSocketApi: an integration, a route and a permission for each route.
#include "dialect/sam/domains.hpp"
#include "dialect/sam/resources.hpp"

namespace slsaudit::dialect::sam {

namespace {

constexpr std::string_view own_tag = "websocketapi:createdBy";

std::string capitalized(std::string_view key) {
  if (key.starts_with('$')) key.remove_prefix(1);
  std::string result(key);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (!result.empty() && result[0] >= 'a' && result[0] <= 'z') result[0] = static_cast<char>(result[0] - 32);
  return result;
}

void emit_api(Context& context, const Source& source) {
  const Make make = context.make(source.id_span);
  Map api(context.arena);
  for (const std::string_view key :
       {"ApiKeySelectionExpression", "Description", "DisableExecuteApiEndpoint", "DisableSchemaValidation",
        "IpAddressType", "RouteSelectionExpression"}) {
    api.copy(source.properties, key);
  }
  const Node* name = source.get("Name");
  api.set("Name", name != nullptr ? name : make.text(source.id));
  Map tags(context.arena);
  tags.add(source.get("Tags")).set(own_tag, make.text("SAM"));
  api.set("Tags", tags.node(source.span_of("Tags"))).set("ProtocolType", make.text("WEBSOCKET"));
  context.emit_main(source, "AWS::ApiGatewayV2::Api", api);
}

/// Authorization is asked when a connection opens, and never again.
void set_authorization(Context& context, const Source& source, const Node* auth, Map& route) {
  const Make make = context.make(source.span_of("Auth"));
  const std::string_view type = text_of(get(auth, "AuthType"));
  if (type == "AWS_IAM" || type == "NONE") route.set("AuthorizationType", make.text(type));
  if (type != "CUSTOM") return;
  route.set("AuthorizationType", make.text("CUSTOM"));
  route.set("AuthorizerId", make.ref(std::string(source.id) + "ConnectAuthorizer"));
}

void emit_route(Context& context, const Source& source, const Node* auth, const Entry& entry) {
  const Make make = context.make(entry.key_span);
  const std::string base = std::string(source.id) + capitalized(entry.key);
  const Node* function = get(entry.value, "FunctionArn");
  if (function == nullptr) {
    context.problem(text::ProblemLevel::error, "route-without-function",
                    "route `" + std::string(entry.key) + "` of `" + std::string(source.id) +
                        "` has no `FunctionArn`",
                    entry.key_span);
    return;
  }
  Map route(context.arena);
  route.set("RouteKey", make.text(entry.key)).set("ApiId", make.ref(source.id));
  for (const std::string_view key :
       {"ApiKeyRequired", "ModelSelectionExpression", "OperationName", "RequestModels", "RequestParameters",
        "RouteResponseSelectionExpression"}) {
    route.copy(entry.value, key);
  }
  route.set("Target",
            make.call("Fn::Join", make.list({make.text("/"), make.list({make.text("integrations"),
                                                                        make.ref(base + "Integration")})})));
  if (entry.key == "$connect" && auth != nullptr) set_authorization(context, source, auth, route);
  context.emit(source, base + "Route", "AWS::ApiGatewayV2::Route", route.node(entry.key_span), entry.key_span,
               "Routes");
  const Node* uri = make.sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/"
                             "functions/${FunctionArn}/invocations",
                             make.map({{"FunctionArn", function}}));
  context.emit(source, base + "Integration", "AWS::ApiGatewayV2::Integration",
               make.map({{"ApiId", make.ref(source.id)},
                         {"IntegrationType", make.text("AWS_PROXY")},
                         {"IntegrationUri", uri},
                         {"TimeoutInMillis", get(entry.value, "IntegrationTimeout")}}),
               entry.key_span, "Routes");
  const Node* stage = source.get("StageName");
  const std::string arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${" +
                          std::string(source.id) + ".ApiId}/";
  const std::string key = "/" + std::string(entry.key);
  const Node* source_arn =
      stage == nullptr || is_text(stage)
          ? make.sub(arn + (stage == nullptr ? "default" : std::string(stage->text)) + key)
          : make.sub(arn + "${__StageName__}" + key, make.map({{"__StageName__", stage}}));
  context.emit(source, base + "Permission", "AWS::Lambda::Permission",
               make.map({{"Action", make.text("lambda:InvokeFunction")},
                         {"FunctionName", function},
                         {"Principal", make.text("apigateway.amazonaws.com")},
                         {"SourceArn", source_arn}}),
               entry.key_span, "Routes");
}

std::string_view emit_stage(Context& context, const Source& source, const Node* routes) {
  const Span span = source.span_of("StageName");
  const Make make = context.make(span);
  const Node* given = source.get("StageName");
  const Node* name = given != nullptr ? given : make.text("default");
  std::string id = std::string(source.id) + std::string(text_of(name)) + "Stage";
  if (text_of(name) == "default") id = std::string(source.id) + "DefaultStage";
  Map stage(context.arena);
  stage.set("ApiId", make.ref(source.id)).set("StageName", name);
  for (const std::string_view key :
       {"StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"}) {
    stage.copy(source.properties, key);
  }
  stage.set("Tags", make.map({{own_tag, make.text("SAM")}})).set("AutoDeploy", make.boolean(true));
  Draft& draft = context.emit(source, id, "AWS::ApiGatewayV2::Stage", stage.node(span), span, "StageName");
  context.refer(source.id, "Stage", id);
  if (truthy(source.get("RouteSettings")) && routes != nullptr) {
    for (const Entry& entry : routes->children)
      draft.depends_on.push_back(context.keep(std::string(source.id) + capitalized(entry.key) + "Route"));
  }
  return draft.id;
}

void emit_authorizer(Context& context, const Source& source, const Node* auth) {
  if (text_of(get(auth, "AuthType")) != "CUSTOM") return;
  const Span span = source.span_of("Auth");
  const Make make = context.make(span);
  const Node* function = get(auth, "AuthArn");
  const std::string id = std::string(source.id) + "ConnectAuthorizer";
  const Node* name = get(auth, "Name");
  Map authorizer(context.arena);
  authorizer.set("ApiId", make.ref(source.id))
      .copy(auth, "InvokeRole", "AuthorizerCredentialsArn")
      .set("AuthorizerType", make.text("REQUEST"));
  if (function != nullptr) {
    authorizer.set("AuthorizerUri", make.sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                                             "2015-03-31/functions/${AuthArn}/invocations",
                                             make.map({{"AuthArn", function}})));
  }
  authorizer.copy(auth, "IdentitySource").set("Name", name != nullptr ? name : make.text(id));
  context.emit(source, id, "AWS::ApiGatewayV2::Authorizer", authorizer.node(span), span, "Auth");
  if (function == nullptr || truthy(get(auth, "InvokeRole"))) return;
  context.emit(source, std::string(source.id) + "AuthorizerPermission", "AWS::Lambda::Permission",
               make.map({{"Action", make.text("lambda:InvokeFunction")},
                         {"FunctionName", function},
                         {"Principal", make.text("apigateway.amazonaws.com")},
                         {"SourceArn", make.sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                                                "AccountId}:${__ApiId__}/authorizers/*",
                                                make.map({{"__ApiId__", make.ref(source.id)}}))}}),
               span, "Auth");
}

/// These types take tags as a map, and lose SAM's own tag for the author's.
void propagate(Context& context, const Source& source) {
  const Node* tags = source.get("Tags");
  if (!is_true(source.get("PropagateTags")) || !truthy(tags)) return;
  Map all(context.arena);
  all.add(tags).set(own_tag, context.make(source.id_span).text("SAM"));
  for (Draft& draft : context.drafts_of(source)) {
    const bool takes =
        draft.type == "AWS::ApiGatewayV2::Stage" || draft.type == "AWS::ApiGatewayV2::DomainName";
    if (takes) draft.properties->set("Tags", all.node(source.span_of("Tags")), source.span_of("Tags"));
  }
}

} // namespace

void lower_websocket_api(Context& context, const Source& source) {
  emit_api(context, source);
  const Node* auth = context.expect_map(context.resolve_deep(source.get("Auth")), "Auth");
  const Node* routes = context.expect_map(context.resolve_deep(source.get("Routes")), "Routes");
  if (routes != nullptr) {
    for (const Entry& entry : routes->children) {
      if (context.expect_map(entry.value, entry.key) != nullptr) emit_route(context, source, auth, entry);
    }
  }
  const std::string_view stage = emit_stage(context, source, routes);
  emit_v2_domain(context, source, stage, own_tag);
  emit_authorizer(context, source, auth);
  propagate(context, source);
}

} // namespace slsaudit::dialect::sam
