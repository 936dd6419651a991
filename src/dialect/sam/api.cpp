// SPDX-License-Identifier: Apache-2.0
// AWS::Serverless::Api: the REST API with its finished body, its deployment and its stage.
#include "dialect/sam/api_auth.hpp"
#include "dialect/sam/api_cors.hpp"
#include "dialect/sam/domains.hpp"
#include "dialect/sam/resources.hpp"
#include "dialect/sam/usage_plans.hpp"

namespace slsaudit::dialect::sam {

namespace {

const Node* with_prefix(Context& context, const Node* parameters) {
  struct Row {
    std::string_view key;
    std::string_view prefix;
  };
  static constexpr Row rows[] = {{"Headers", "gatewayresponse.header."},
                                 {"Paths", "gatewayresponse.path."},
                                 {"QueryStrings", "gatewayresponse.querystring."}};
  Map result(context.arena);
  for (const Row& row : rows) {
    const Node* values = get(parameters, row.key);
    if (!is_plain_map(values)) continue;
    for (const Entry& entry : values->children)
      result.set(std::string(row.prefix) + std::string(entry.key), entry.value, entry.key_span);
  }
  return result.node(parameters != nullptr ? parameters->span : Span{});
}

void add_gateway_responses(Context& context, const Source& source, ApiBody& body) {
  const Node* responses = context.expect_map(source.get("GatewayResponses"), "GatewayResponses");
  if (!truthy(responses)) return;
  Tree& all = body.document().at("x-amazon-apigateway-gateway-responses", source.span_of("GatewayResponses"));
  for (const Entry& entry : responses->children) {
    const Node* response = context.expect_map(entry.value, entry.key);
    if (response == nullptr) continue;
    const Make make = context.make(entry.key_span);
    const Node* templates = get(response, "ResponseTemplates");
    const Node* code = get(response, "StatusCode");
    if (is_text(code)) code = context.make(code->span).text(code->text);
    all.set(entry.key,
            make.map({{"responseParameters", with_prefix(context, get(response, "ResponseParameters"))},
                      {"responseTemplates", templates != nullptr ? templates : make.map({})},
                      {"statusCode", code}}),
            entry.key_span);
  }
}

/// "~1" stands for "/" in media types, as in JSON pointers.
const Node* media_types(Context& context, const Node* types) {
  if (is_text(types)) {
    std::string text(types->text);
    for (auto at = text.find("~1"); at != std::string::npos; at = text.find("~1", at))
      text.replace(at, 2, "/");
    return text == types->text ? types : context.make(types->span).text(text);
  }
  if (types->children.empty()) return types;
  std::vector<Entry> entries(types->children.begin(), types->children.end());
  for (Entry& entry : entries) entry.value = media_types(context, entry.value);
  Node copy = *types;
  copy.children = context.arena.copy(entries);
  return context.arena.make<Node>(copy);
}

void add_models(Context& context, const Source& source, ApiBody& body) {
  const Node* models = context.expect_map(source.get("Models"), "Models");
  if (!truthy(models)) return;
  Tree& definitions = body.document().at("definitions", source.span_of("Models"));
  for (const Entry& entry : models->children)
    definitions.set(normal_method(entry.key), entry.value, entry.key_span);
}

void disable_endpoint(Context& context, const Source& source, ApiBody& body) {
  const Node* disable = source.get("DisableExecuteApiEndpoint");
  if (disable == nullptr) return;
  constexpr std::string_view key = "x-amazon-apigateway-endpoint-configuration";
  const Span span = source.span_of("DisableExecuteApiEndpoint");
  if (!body.is_openapi_3()) {
    body.document().at(key, span).set("disableExecuteApiEndpoint", disable, span);
    return;
  }
  Tree& servers = body.document().list_at("servers", span);
  if (servers.members().empty()) servers.push(context.make(span).map({}));
  for (const Tree::Member& server : servers.members())
    server.value->at(key, span).set("disableExecuteApiEndpoint", disable, span);
}

/// Swagger 2's parts under OpenAPI 3's names.
void move_to_components(ApiBody& body, std::string_view from, std::string_view to) {
  Tree* part = body.document().get(from);
  if (part == nullptr || !truthy(part->node())) return;
  body.document().at("components", part->span()).set(to, *part, part->span());
  body.document().erase(from);
}

/// Only paths that don't stand inside Fn::If, as the translator does.
void finish_options(ApiBody& body) {
  for (const std::string_view path : body.paths()) {
    Tree* item = body.document().get("paths")->get(path);
    Tree* options = item != nullptr ? item->get("options") : nullptr;
    if (options == nullptr || !options->is_map()) continue;
    options->erase("produces");
    options->erase("consumes");
    Tree* responses = options->get("responses");
    Tree* success = responses != nullptr ? responses->get("200") : nullptr;
    Tree* headers = success != nullptr ? success->get("headers") : nullptr;
    if (headers == nullptr || !headers->is_map()) continue;
    for (Tree::Member& header : headers->members()) {
      const Node* schema = header.value->node();
      header.value = &headers->wrap(*header.value, "schema", schema->span);
    }
  }
}

/// The translator runs this after each step, and each run wraps headers anew.
void to_openapi_3(const Source& source, ApiBody& body) {
  if (body.document().has("swagger")) return;
  const Node* asked = source.get("OpenApiVersion");
  const bool three = asked != nullptr ? text_of(asked).starts_with("3") : body.is_openapi_3();
  if (!three) return;
  move_to_components(body, "securityDefinitions", "securitySchemes");
  move_to_components(body, "definitions", "schemas");
  finish_options(body);
}

/// Everything that Cors, Auth and so on write into the body.
void complete_body(Context& context, const Source& source, const Node* auth, ApiBody& body) {
  add_rest_cors(context, source, body);
  if (truthy(auth)) {
    add_rest_auth(context, source, auth, body);
    to_openapi_3(source, body);
  }
  add_gateway_responses(context, source, body);
  if (const Node* types = context.resolve_deep(source.get("BinaryMediaTypes")); truthy(types)) {
    body.document().set("x-amazon-apigateway-binary-media-types", media_types(context, types),
                        source.span_of("BinaryMediaTypes"));
  }
  if (truthy(source.get("Models"))) {
    add_models(context, source, body);
    to_openapi_3(source, body);
  }
  disable_endpoint(context, source, body);
  to_openapi_3(source, body);
}

void set_endpoint(Context& context, const Source& source, Map& properties) {
  const Node* endpoint = source.get("EndpointConfiguration");
  if (!truthy(endpoint)) return;
  const Span span = source.span_of("EndpointConfiguration");
  const Make make = context.make(span);
  const Node* type = is_plain_map(endpoint) ? get(endpoint, "Type") : endpoint;
  Map configuration(context.arena);
  if (type != nullptr) configuration.set("Types", make.list({type}));
  if (is_plain_map(endpoint)) {
    configuration.copy(endpoint, "VPCEndpointIds", "VpcEndpointIds")
        .copy(endpoint, "VpcEndpointIds")
        .copy(endpoint, "IpAddressType");
  }
  properties.set("EndpointConfiguration", configuration.node(span), span);
  if (type != nullptr) properties.set("Parameters", make.map({{"endpointConfigurationTypes", type}}), span);
}

void emit_rest_api(Context& context, const Source& source, const Node* body) {
  Map properties(context.arena);
  if (const Node* types = source.get("BinaryMediaTypes")) {
    properties.set("BinaryMediaTypes", context.resolve_deep(types), source.span_of("BinaryMediaTypes"));
  }
  properties.copy(source.properties, "MinimumCompressionSize");
  set_endpoint(context, source, properties);
  const Node* uri = source.get("DefinitionUri");
  if (truthy(uri)) {
    properties.set("BodyS3Location", location(context, uri, "Bucket", "Key", "Version"),
                   source.span_of("DefinitionUri"));
  } else if (body != nullptr) {
    properties.set("Body", body, source.span_of("DefinitionBody"));
  }
  for (const std::string_view key : {"FailOnWarnings", "Name", "Description", "Mode", "ApiKeySourceType",
                                     "Policy", "SecurityPolicy", "EndpointAccessMode"}) {
    if (truthy(source.get(key))) properties.copy(source.properties, key);
  }
  context.emit_main(source, "AWS::ApiGateway::RestApi", properties);
}

std::string_view emit_stage(Context& context, const Source& source) {
  const Span span = source.span_of("StageName");
  const Make make = context.make(span);
  const std::string id(source.id);
  const std::string deployment(context.id_without_hash(id + "Deployment"));
  const bool extra_stage = !truthy(source.get("OpenApiVersion"));
  context.emit(
      source, deployment, "AWS::ApiGateway::Deployment",
      make.map({{"RestApiId", make.ref(id)}, {"StageName", extra_stage ? make.text("Stage") : nullptr}}),
      source.id_span, "StageName");
  const std::string_view name = text_of(source.get("StageName"));
  Map stage(context.arena);
  stage.set("RestApiId", make.ref(id))
      .set("DeploymentId", make.ref(deployment))
      .copy(source.properties, "StageName");
  for (const std::string_view key : {"CacheClusterEnabled", "CacheClusterSize", "Variables", "MethodSettings",
                                     "AccessLogSetting", "CanarySetting", "TracingEnabled"}) {
    stage.copy(source.properties, key);
  }
  stage.set("Tags", tag_list(context, source.get("Tags"), "", source.span_of("Tags")));
  const std::string stage_id = id + (is_alphanumeric(name) ? std::string(name) : std::string()) + "Stage";
  Draft& draft =
      context.emit(source, stage_id, "AWS::ApiGateway::Stage", stage.node(span), span, "StageName");
  context.refer(source.id, "Stage", stage_id);
  context.refer(source.id, "Deployment", deployment);
  return draft.id;
}

} // namespace

void lower_api(Context& context, const Source& source) {
  ApiState& state = context.apis[source.id];
  const Node* auth = context.expect_map(context.resolve_deep(source.get("Auth")), "Auth");
  if (source.get("StageName") == nullptr) {
    context.problem(text::ProblemLevel::finding, "missing-stage-name",
                    "API `" + std::string(source.id) + "` has no `StageName`", source.id_span,
                    "add `StageName`: the deployment fails without it");
  }
  if (state.body != nullptr) {
    ApiBody body(context, *state.body);
    if (body.is_valid()) complete_body(context, source, auth, body);
  }
  emit_rest_api(context, source, state.body != nullptr ? state.body->node() : nullptr);
  const std::string_view stage = emit_stage(context, source);
  emit_authorizer_permissions(context, source, auth, false);
  emit_rest_domain(context, source, stage);
  emit_usage_plan(context, source, auth, stage);
  propagate_tags(context, source);
}

} // namespace slsaudit::dialect::sam
