// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/api_auth.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::dialect::sam {

namespace {

constexpr std::string_view authorizer_key = "x-amazon-apigateway-authorizer";

bool is_rest(ApiBody& body) {
  return !body.is_openapi_3();
}

void define_security(ApiBody& body, std::string_view name, const Node* definition) {
  Tree& definitions = body.document().at("securityDefinitions", definition->span);
  if (!definitions.has(name)) definitions.set(name, definition, definition->span);
}

void define_api_key(ApiBody& body, const Make& make) {
  define_security(body, "api_key", make.json(R"({"type": "apiKey", "name": "x-api-key", "in": "header"})"));
}

void define_iam(ApiBody& body, const Make& make) {
  define_security(body, "AWS_IAM", make.json(R"({"x-amazon-apigateway-authtype": "awsSigv4", "type": "apiKey",
    "name": "Authorization", "in": "header"})"));
}

bool first_security_is(Tree& definition, std::string_view name) {
  Tree* security = definition.get("security");
  if (security == nullptr || !security->is_list() || security->members().empty()) return false;
  return security->members()[0].value->has(name);
}

/// "a, b, c" of the identity sources with their prefixes.
std::vector<std::string> identity_sources(const Node* identity, bool http) {
  struct Row {
    std::string_view key;
    std::string_view rest;
    std::string_view http;
  };
  static constexpr Row rows[] = {{"Headers", "method.request.header.", "$request.header."},
                                 {"QueryStrings", "method.request.querystring.", "$request.querystring."},
                                 {"StageVariables", "stageVariables.", "$stageVariables."},
                                 {"Context", "context.", "$context."}};
  std::vector<std::string> result;
  for (const Row& row : rows) {
    const Node* values = get(identity, row.key);
    if (values == nullptr || !values->is_sequence()) continue;
    for (const Entry& entry : values->children) {
      result.push_back(std::string(http ? row.http : row.rest) + std::string(text_of(entry.value)));
    }
  }
  return result;
}

const Node* invoke_role(const Node* authorizer) {
  const Node* role = get(authorizer, "FunctionInvokeRole");
  return truthy(role) && text_of(role) != "NONE" ? role : nullptr;
}

const Node* authorizer_uri(Context& context, const Make& make, const Node* function) {
  return make.sub(
      "arn:" + partition(context) +
          ":apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${__FunctionArn__}/invocations",
      make.map({{"__FunctionArn__", function}}));
}

const Node* cognito_authorizer(const Make& make, const Node* authorizer, const Node* pools) {
  const Node* identity = get(authorizer, "Identity");
  const Node* header = get(identity, "Header");
  const Node* arns = pools->is_sequence() && !is_intrinsic(pools) ? pools : make.list({pools});
  return make.json(
      R"({"type": "apiKey", "name": "$header", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools",
    "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": "$arns",
    "identityValidationExpression": "$expression"}})",
      {{"header", header != nullptr ? header : make.text("Authorization")},
       {"arns", arns},
       {"expression", get(identity, "ValidationExpression")}});
}

std::string joined(const std::vector<std::string>& parts) {
  std::string result;
  for (const std::string& part : parts) result += (result.empty() ? "" : ", ") + part;
  return result;
}

const Node* lambda_authorizer(Context& context, const Make& make, const Node* authorizer) {
  const Node* identity = get(authorizer, "Identity");
  const Node* header = get(identity, "Header");
  const bool request = text_of(get(authorizer, "FunctionPayloadType")) == "REQUEST";
  const std::string sources = joined(identity_sources(identity, false));
  if (request) header = make.text("Unused");
  return make.json(
      R"({"type": "apiKey", "name": "$header", "in": "header", "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {"type": "$type", "authorizerUri": "$uri", "authorizerResultTtlInSeconds": "$ttl",
    "authorizerCredentials": "$role", "identitySource": "$sources", "identityValidationExpression": "$expression"}})",
      {{"header", header != nullptr ? header : make.text("Authorization")},
       {"type", make.text(request ? "request" : "token")},
       {"uri", authorizer_uri(context, make, get(authorizer, "FunctionArn"))},
       {"ttl", get(identity, "ReauthorizeEvery")},
       {"role", invoke_role(authorizer)},
       {"sources", request && !sources.empty() ? make.text(sources) : nullptr},
       {"expression", request ? nullptr : get(identity, "ValidationExpression")}});
}

const Node* rest_authorizer(Context& context, const Make& make, const Node* authorizer) {
  const Node* pools = get(authorizer, "UserPoolArn");
  return truthy(pools) ? cognito_authorizer(make, authorizer, pools)
                       : lambda_authorizer(context, make, authorizer);
}

const Node* http_authorizer(Context& context, const Make& make, const Node* authorizer) {
  if (const Node* jwt = get(authorizer, "JwtConfiguration"); truthy(jwt)) {
    Map configuration(context.arena);
    for (const Entry& entry : jwt->children)
      configuration.set(normal_method(entry.key), entry.value, entry.key_span);
    return make.json(R"({"type": "oauth2", "x-amazon-apigateway-authorizer": {"jwtConfiguration": "$jwt",
      "identitySource": "$source", "type": "jwt"}})",
                     {{"jwt", configuration.node(jwt->span)}, {"source", get(authorizer, "IdentitySource")}});
  }
  const Node* identity = get(authorizer, "Identity");
  std::vector<const Node*> sources;
  for (const std::string& source : identity_sources(identity, true)) sources.push_back(make.text(source));
  return make.json(
      R"({"type": "apiKey", "name": "Unused", "in": "header", "x-amazon-apigateway-authorizer": {
    "type": "request", "authorizerUri": "$uri", "authorizerCredentials": "$role", "authorizerResultTtlInSeconds": "$ttl",
    "identitySource": "$sources", "authorizerPayloadFormatVersion": "$version", "enableSimpleResponses": "$simple"}})",
      {{"uri", authorizer_uri(context, make, get(authorizer, "FunctionArn"))},
       {"role", invoke_role(authorizer)},
       {"ttl", get(identity, "ReauthorizeEvery")},
       {"sources", identity != nullptr ? make.list(sources) : nullptr},
       {"version", get(authorizer, "AuthorizerPayloadFormatVersion")},
       {"simple", truthy(get(authorizer, "EnableSimpleResponses")) ? get(authorizer, "EnableSimpleResponses")
                                                                   : nullptr}});
}

const Node* scopes_of(const Node* authorizers, std::string_view name) {
  return get(get(authorizers, name), "AuthorizationScopes");
}

/// Puts the default authorizer on a method that names none itself; "NONE" is taken away.
void apply_default(Context& context, ApiBody& body, Tree& definition, std::string_view name,
                   const Node* authorizers, Span span) {
  std::set<std::string_view> names{"AWS_IAM", name};
  if (authorizers != nullptr) {
    for (const Entry& entry : authorizers->children) names.insert(entry.key);
  }
  const Make make = context.make(span);
  std::vector<const Node*> others;
  std::vector<const Node*> own;
  bool none = false;
  Tree& security = definition.list_at("security", span);
  for (const Tree::Member& member : security.members()) {
    const bool authorizes =
        std::any_of(names.begin(), names.end(), [&](std::string_view n) { return member.value->has(n); });
    if (!authorizes && !none && member.value->has("NONE")) {
      none = true;
    } else {
      (authorizes ? own : others).push_back(member.value->node());
    }
  }
  if (none) {
    own.clear();
  } else if (own.empty()) {
    const Node* scopes = scopes_of(authorizers, name);
    own.push_back(make.map({{name, scopes != nullptr ? scopes : make.list({})}}));
  }
  others.insert(others.end(), own.begin(), own.end());
  // A method whose only entry was NONE keeps it: that is how the deployed body says that nothing is asked.
  if (others.empty()) return;
  definition.set("security", make.list(others), span);
  if (first_security_is(definition, "AWS_IAM")) define_iam(body, make);
}

void apply_api_key(Context& context, Tree& definition, bool options, bool on_options, Span span) {
  const Make make = context.make(span);
  std::vector<const Node*> others;
  bool refused = false;
  Tree* security = definition.get("security");
  if (security != nullptr && security->is_list()) {
    for (const Tree::Member& member : security->members()) {
      refused = refused || member.value->has("api_key_false");
      if (!member.value->has("api_key") && !member.value->has("api_key_false"))
        others.push_back(member.value->node());
    }
  }
  if (!refused && !(options && !on_options)) others.push_back(make.json(R"({"api_key": []})"));
  if (security != nullptr || !others.empty()) definition.set("security", make.list(others), span);
}

} // namespace

void add_method_auth(const Event& event, ApiState& api, ApiBody& body, std::string_view path,
                     std::string_view method) {
  const Node* auth = event.context.expect_map(event.get("Auth"), "Auth");
  if (!truthy(auth)) return;
  const Span span = key_span(event.properties, "Auth", event.span);
  const Make make = event.context.make(span);
  const std::string_view name = text_of(get(auth, "Authorizer"));
  const Node* authorizers = get(api.source->get("Auth"), "Authorizers");
  if (!name.empty() && name != "NONE" && name != "AWS_IAM" && get(authorizers, name) == nullptr &&
      is_rest(body)) {
    event.context.problem(text::ProblemLevel::finding, "unknown-authorizer",
                          "event `" + std::string(event.key) + "` of `" + std::string(event.source.id) +
                              "` names the authorizer `" + std::string(name) + "`, which `" +
                              std::string(api.source->id) + "` does not define",
                          get(auth, "Authorizer")->span, "define it in `Auth.Authorizers` of the API");
  }
  const Node* key_required = get(auth, "ApiKeyRequired");
  for (Tree* definition : body.definitions(path, method)) {
    if (!name.empty()) {
      const Node* scopes = get(auth, "AuthorizationScopes");
      if (scopes == nullptr) scopes = scopes_of(authorizers, name);
      body.add_security(*definition, name,
                        name != "NONE" && get(authorizers, name) != nullptr ? scopes : nullptr, span);
      if (first_security_is(*definition, "AWS_IAM")) define_iam(body, make);
    }
    if (key_required == nullptr) continue;
    if (truthy(key_required)) define_api_key(body, make);
    body.add_security(*definition, truthy(key_required) ? "api_key" : "api_key_false", nullptr, span);
  }
  if (const Node* policy = event.context.expect_map(get(auth, "ResourcePolicy"), "ResourcePolicy")) {
    const Node* stage = api.source->get("StageName");
    add_resource_policy(event.context, policy, body, path, is_text(stage) ? stage : make.text("Stage"), span);
    add_custom_statements(event.context, policy, body, span);
  }
}

void add_http_method_auth(const Event& event, ApiState& api, ApiBody& body, std::string_view path,
                          std::string_view method) {
  const Node* auth = event.context.expect_map(event.get("Auth"), "Auth");
  if (auth == nullptr) return;
  const Node* api_auth = api.source->get("Auth");
  const Span span = key_span(event.properties, "Auth", event.span);
  std::string_view name = text_of(get(auth, "Authorizer"));
  if (name.empty()) name = text_of(get(api_auth, "DefaultAuthorizer"));
  if (name.empty()) return;
  const Node* authorizers = get(api_auth, "Authorizers");
  const Node* scopes = nullptr;
  if (name != "NONE" && name != "AWS_IAM") {
    scopes = get(auth, "AuthorizationScopes");
    if (!truthy(scopes)) scopes = scopes_of(authorizers, name);
    if (get(authorizers, name) == nullptr) {
      event.context.problem(text::ProblemLevel::finding, "unknown-authorizer",
                            "event `" + std::string(event.key) + "` of `" + std::string(event.source.id) +
                                "` names the authorizer `" + std::string(name) + "`, which `" +
                                std::string(api.source->id) + "` does not define",
                            span, "define it in `Auth.Authorizers` of the API");
    }
  }
  for (Tree* definition : body.definitions(path, method)) body.add_security(*definition, name, scopes, span);
}

void add_rest_auth(Context& context, const Source& source, const Node* auth, ApiBody& body) {
  const Span span = source.span_of("Auth");
  const Make make = context.make(span);
  const Node* authorizers = context.expect_map(get(auth, "Authorizers"), "Authorizers");
  const std::string_view fallback = text_of(get(auth, "DefaultAuthorizer"));
  if (fallback == "AWS_IAM") {
    body.document()
        .at("securityDefinitions", span)
        .set("AWS_IAM", make.json(R"({"type": "apiKey", "name": "Authorization",
      "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"})"));
  }
  if (authorizers != nullptr) {
    for (const Entry& entry : authorizers->children) {
      if (context.expect_map(entry.value, entry.key) == nullptr) continue;
      body.document()
          .at("securityDefinitions", span)
          .set(entry.key, rest_authorizer(context, context.make(entry.key_span), entry.value),
               entry.key_span);
    }
  }
  const bool preflight = !is_false(get(auth, "AddDefaultAuthorizerToCorsPreflight"));
  const bool key_required = truthy(get(auth, "ApiKeyRequired"));
  const bool key_preflight = !is_false(get(auth, "AddApiKeyRequiredToCorsPreflight"));
  if (key_required) define_api_key(body, make);
  const Node* policy = context.expect_map(get(auth, "ResourcePolicy"), "ResourcePolicy");
  for (const std::string_view path : body.paths()) {
    for (const ApiBody::Method& method : body.all_methods(path)) {
      const bool options = method.name == "options";
      if (!fallback.empty() && (preflight || !options))
        apply_default(context, body, *method.definition, fallback, authorizers, span);
      if (key_required) apply_api_key(context, *method.definition, options, key_preflight, span);
    }
    if (policy != nullptr) add_resource_policy(context, policy, body, path, source.get("StageName"), span);
  }
  if (policy != nullptr) add_custom_statements(context, policy, body, span);
}

void add_http_auth(Context& context, const Source& source, const Node* auth, ApiBody& body) {
  const Span span = source.span_of("Auth");
  const Make make = context.make(span);
  const Node* authorizers = context.expect_map(get(auth, "Authorizers"), "Authorizers");
  Map schemes(context.arena);
  if (is_true(get(auth, "EnableIamAuthorizer"))) {
    schemes.set("AWS_IAM", make.json(R"({"type": "apiKey", "name": "Authorization", "in": "header",
      "x-amazon-apigateway-authtype": "awsSigv4"})"));
  }
  if (authorizers != nullptr) {
    for (const Entry& entry : authorizers->children) {
      if (context.expect_map(entry.value, entry.key) == nullptr) continue;
      schemes.set(entry.key, http_authorizer(context, context.make(entry.key_span), entry.value),
                  entry.key_span);
    }
  }
  if (!schemes.empty()) {
    Tree& all = body.document().at("components", span).at("securitySchemes", span);
    for (const Entry& entry : schemes.node(span)->children) all.set(entry.key, entry.value, entry.key_span);
  }
  const std::string_view fallback = text_of(get(auth, "DefaultAuthorizer"));
  if (fallback.empty()) return;
  for (const std::string_view path : body.paths()) {
    for (const ApiBody::Method& method : body.all_methods(path)) {
      if (method.name == "options") continue;
      Tree* security = method.definition->get("security");
      if (security != nullptr && truthy(security->node())) continue;
      body.add_security(*method.definition, fallback, scopes_of(authorizers, fallback), span);
    }
  }
}

void emit_authorizer_permissions(Context& context, const Source& source, const Node* auth, bool http) {
  const Node* authorizers = get(auth, "Authorizers");
  if (!is_plain_map(authorizers)) return;
  for (const Entry& entry : authorizers->children) {
    const Node* function = get(entry.value, "FunctionArn");
    const bool wanted = http ? truthy(get(entry.value, "EnableFunctionDefaultPermissions"))
                             : !truthy(get(entry.value, "DisableFunctionDefaultPermissions"));
    if (!truthy(function) || !wanted) continue;
    const Make make = context.make(entry.key_span);
    const std::string arn = "arn:" + (http ? std::string("${AWS::Partition}") : partition(context)) +
                            ":execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*";
    context.emit(source, std::string(source.id) + std::string(entry.key) + "AuthorizerPermission",
                 "AWS::Lambda::Permission",
                 make.map({{"Action", make.text("lambda:InvokeFunction")},
                           {"FunctionName", function},
                           {"Principal", make.text("apigateway.amazonaws.com")},
                           {"SourceArn", make.sub(arn, make.map({{"__ApiId__", make.ref(source.id)}}))}}),
                 entry.key_span, "Auth");
  }
}

} // namespace slsaudit::dialect::sam
