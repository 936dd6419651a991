// SPDX-License-Identifier: Apache-2.0
// AWS::Serverless::HttpApi: the API with its finished body, and its stage.
#include "dialect/sam/api_auth.hpp"
#include "dialect/sam/api_cors.hpp"
#include "dialect/sam/domains.hpp"
#include "dialect/sam/resources.hpp"

namespace slsaudit::dialect::sam {

namespace {

constexpr std::string_view own_tag = "httpapi:createdBy";

const Node* tags_of(Context& context, const Source& source, bool with_own) {
  Map tags(context.arena);
  tags.add(source.get("Tags"));
  if (with_own) tags.set(own_tag, context.make(source.id_span).text("SAM"));
  return tags.empty() ? nullptr : tags.node(source.span_of("Tags"));
}

void add_tags(Context& context, const Source& source, ApiBody& body) {
  const Node* tags = tags_of(context, source, true);
  Tree& list = body.document().list_at("tags", source.span_of("Tags"));
  for (const Entry& entry : tags->children) {
    Tree* existing = nullptr;
    for (const Tree::Member& member : list.members()) {
      Tree* name = member.value->get("name");
      if (name != nullptr && text_of(name->node()) == entry.key) existing = member.value;
    }
    const Make make = context.make(entry.key_span);
    if (existing != nullptr) {
      existing->set("x-amazon-apigateway-tag-value", entry.value, entry.key_span);
    } else {
      list.push(make.map({{"name", make.text(entry.key)}, {"x-amazon-apigateway-tag-value", entry.value}}));
    }
  }
}

void complete_body(Context& context, const Source& source, ApiBody& body) {
  add_http_cors(context, source, body);
  const Node* auth = context.expect_map(source.get("Auth"), "Auth");
  if (truthy(auth)) add_http_auth(context, source, auth, body);
  add_tags(context, source, body);
  if (const Node* disable = source.get("DisableExecuteApiEndpoint")) {
    const Span span = source.span_of("DisableExecuteApiEndpoint");
    Tree& servers = body.document().list_at("servers", span);
    if (servers.members().empty()) servers.push(context.make(span).map({}));
    for (const Tree::Member& server : servers.members()) {
      server.value->at("x-amazon-apigateway-endpoint-configuration", span)
          .set("disableExecuteApiEndpoint", disable, span);
    }
  }
  Tree& info = body.document().at("info", source.id_span);
  if (const Node* name = source.get("Name"); truthy(name)) {
    Tree* title = info.get("title");
    if (title != nullptr && ref_of(title->node()) == "AWS::StackName")
      info.set("title", name, source.span_of("Name"));
  }
  if (const Node* description = source.get("Description"); truthy(description) && !info.has("description")) {
    info.set("description", description, source.span_of("Description"));
  }
  if (!truthy(source.get("FailOnWarnings"))) return;
  for (Tree::Member& path : body.document().get("paths")->members()) {
    if (path.key == "$default") path.key = "/$default";
  }
}

void emit_api(Context& context, const Source& source, const ApiState& state) {
  Map properties(context.arena);
  if (truthy(source.get("FailOnWarnings"))) properties.copy(source.properties, "FailOnWarnings");
  const Node* uri = source.get("DefinitionUri");
  if (truthy(uri)) {
    properties.set("BodyS3Location", location(context, uri, "Bucket", "Key", "Version"),
                   source.span_of("DefinitionUri"));
  } else if (state.body != nullptr) {
    properties.set("Body", state.body->node(), source.span_of("DefinitionBody"));
  }
  context.emit_main(source, "AWS::ApiGatewayV2::Api", properties);
}

std::string_view emit_stage(Context& context, const Source& source, const ApiState& state,
                            bool with_own_tag) {
  const Span span = source.span_of("StageName");
  const Make make = context.make(span);
  const Node* given = source.get("StageName");
  const Node* name = given != nullptr ? given : make.text("$default");
  const std::string_view text = text_of(name);
  std::string id =
      std::string(source.id) + (is_alphanumeric(text) ? std::string(text) : std::string()) + "Stage";
  if (text == "$default") id = std::string(source.id) + "ApiGatewayDefaultStage";
  Map stage(context.arena);
  stage.set("ApiId", make.ref(source.id)).set("StageName", name);
  for (const std::string_view key : {"StageVariables", "AccessLogSettings", "DefaultRouteSettings"})
    stage.copy(source.properties, key);
  stage.set("Tags", tags_of(context, source, with_own_tag), source.span_of("Tags"));
  stage.set("AutoDeploy", make.boolean(true));
  if (state.route_settings != nullptr)
    stage.set("RouteSettings", state.route_settings->node(), source.span_of("RouteSettings"));
  context.refer(source.id, "Stage", id);
  return context.emit(source, id, "AWS::ApiGatewayV2::Stage", stage.node(span), span, "StageName").id;
}

} // namespace

void lower_http_api(Context& context, const Source& source) {
  ApiState& state = context.apis[source.id];
  bool editable = false;
  if (state.body != nullptr) {
    ApiBody body(context, *state.body);
    editable = body.is_valid() && body.is_openapi_3();
    if (editable) complete_body(context, source, body);
  }
  emit_api(context, source, state);
  emit_authorizer_permissions(context, source, source.get("Auth"), true);
  const std::string_view stage = emit_stage(context, source, state, editable);
  emit_v2_domain(context, source, stage, own_tag);
  const Node* tags = tags_of(context, source, editable);
  if (source.get("DefinitionUri") != nullptr || tags == nullptr) return;
  for (Draft& draft : context.drafts_of(source)) {
    if (draft.type == "AWS::ApiGatewayV2::DomainName") draft.properties->set("Tags", tags, tags->span);
  }
}

} // namespace slsaudit::dialect::sam
