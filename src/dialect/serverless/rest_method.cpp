// SPDX-License-Identifier: Apache-2.0
// One method of the REST API: its integration, authorization and responses.
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/rest_api.hpp"
#include "text/words.hpp"

#include <array>

namespace slsaudit::dialect::serverless {

namespace {

struct StatusCode {
  std::string_view code;
  std::string_view pattern;
};
/// What a Lambda integration answers without settings of the author.
constexpr auto default_codes = std::to_array<StatusCode>({
    {"200", ""},
    {"400", R"([\s\S]*\[400\][\s\S]*)"},
    {"401", R"([\s\S]*\[401\][\s\S]*)"},
    {"403", R"([\s\S]*\[403\][\s\S]*)"},
    {"404", R"([\s\S]*\[404\][\s\S]*)"},
    {"422", R"([\s\S]*\[422\][\s\S]*)"},
    {"500", R"([\s\S]*(Process\s?exited\s?before\s?completing\s?request|\[500\])[\s\S]*)"},
    {"502", R"([\s\S]*\[502\][\s\S]*)"},
    {"504", R"(([\s\S]*\[504\][\s\S]*)|(.*Task timed out after \d+\.\d+ seconds$))"},
});

const Node* lambda_uri(const Make& at, const Function& function, bool streaming) {
  std::vector<const Node*> parts = {
      at.text(":apigateway:"), at.ref("AWS::Region"),
      at.text(streaming ? ":lambda:path/2021-11-15/functions/" : ":lambda:path/2015-03-31/functions/"),
      at.get_att(function.logical_id, "Arn")};
  if (!function.alias.empty()) parts.insert(parts.end(), {at.text(":"), at.text(function.alias)});
  parts.push_back(at.text(streaming ? "/response-streaming-invocations" : "/invocations"));
  return at.arn(std::move(parts));
}

const Node* header_map(const Make& at, const Node* headers, bool as_flags) {
  Properties mapped;
  if (headers == nullptr) return at.map(mapped);
  for (const syntax::Entry& entry : headers->children) {
    mapped.push_back({at.keep("method.response.header." + std::string(entry.key)),
                      as_flags ? at.boolean(true) : entry.value, entry.key_span});
  }
  return at.map(mapped);
}

const Node* shared_headers(const Make& at, const HttpEvent& event) {
  Properties headers;
  if (event.cors) {
    const Cors cors = read_cors(event);
    headers.push_back({"Access-Control-Allow-Origin",
                       at.text("'" + (cors.origins.empty() ? std::string("*") : joined(cors.origins)) + "'"),
                       {}});
    if (cors.allow_credentials) headers.push_back({"Access-Control-Allow-Credentials", at.text("true"), {}});
  }
  return merge_shallow(at, at.map(headers), dig(event.body, {"response", "headers"}));
}

struct Responses {
  const Node* method = nullptr;
  const Node* integration = nullptr;
};

Responses responses(const Make& at, const HttpEvent& event) {
  std::vector<const Node*> of_method;
  std::vector<const Node*> of_integration;
  const Node* shared = shared_headers(at, event);
  const auto add = [&](const Node* code, const Node* pattern, const Node* headers, const Node* templates) {
    const Node* all = merge_shallow(at, shared, headers);
    of_method.push_back(at.map({{"ResponseParameters", header_map(at, all, true), {}},
                                {"ResponseModels", at.map({}), {}},
                                {"StatusCode", code, {}}}));
    of_integration.push_back(at.map({{"StatusCode", code, {}},
                                     {"SelectionPattern", pattern != nullptr ? pattern : at.text(""), {}},
                                     {"ResponseParameters", header_map(at, all, false), {}},
                                     {"ResponseTemplates", templates, {}}}));
  };
  const Node* common = dig(event.body, {"response", "template"});
  const Node* templates = common == nullptr ? at.map({}) : at.map({{"application/json", common, {}}});
  const Node* codes = dig(event.body, {"response", "statusCodes"});
  if (codes != nullptr && codes->is_mapping()) {
    for (const syntax::Entry& entry : codes->children) {
      const Node* own = dig(entry.value, {"template"});
      if (known_text(own)) own = at.map({{"application/json", own, {}}});
      add(at.at(entry.key_span).text(entry.key), dig(entry.value, {"pattern"}), dig(entry.value, {"headers"}),
          merge_shallow(at, templates, own));
    }
  } else if (event.integration == "AWS" || dig(event.body, {"response"}) != nullptr) {
    for (const StatusCode& row : default_codes)
      add(at.text(row.code), at.text(row.pattern), nullptr, templates);
  }
  return {at.list(of_method), at.list(of_integration)};
}

const Node* request_templates(const Make& at, const HttpEvent& event) {
  Properties templates;
  const Node* own = dig(event.body, {"request", "template"});
  if (event.integration == "AWS") {
    for (const std::string_view type : {"application/json", "application/x-www-form-urlencoded"}) {
      if (own == nullptr || own->find(type) == nullptr) {
        templates.push_back({type, at.unknown("the framework's own mapping template"), {}});
      }
    }
  }
  if (own != nullptr && own->is_mapping()) {
    for (const syntax::Entry& entry : own->children) {
      if (!syntax::is_null(*entry.value)) templates.push_back({entry.key, entry.value, entry.key_span});
    }
  }
  return templates.empty() ? nullptr : at.map(templates);
}

/// `request.parameters`: either lists of names by place (`paths: {id: true}`) or full names.
Properties request_parameters(const Make& at, const HttpEvent& event) {
  struct Place {
    std::string_view key;
    std::string_view prefix;
  };
  constexpr auto places = std::to_array<Place>({{"querystrings", "method.request.querystring."},
                                                {"headers", "method.request.header."},
                                                {"paths", "method.request.path."}});
  Properties parameters;
  const Node* written = dig(event.body, {"request", "parameters"});
  if (written == nullptr) return parameters;
  for (const Place& place : places) {
    const Node* named = dig(written, {place.key});
    if (named == nullptr) continue;
    for (const syntax::Entry& entry : named->children) {
      parameters.push_back(
          {at.keep(std::string(place.prefix) + std::string(entry.key)), entry.value, entry.key_span});
    }
  }
  return parameters;
}

const Node* is_required(const Make& at, const Node* value) {
  if (!value->is_mapping()) return value;
  const Node* required = dig(value, {"required"});
  return required != nullptr ? required : at.boolean(true);
}

const Node* integration(const Service& service, const Make& at, const HttpEvent& event, const Node* answers) {
  const Node* timeout = dig(event.body, {"timeoutInMillis"});
  if (timeout == nullptr) timeout = service.from_provider({"apiGateway", "timeoutInMillis"});
  Properties properties = {{"IntegrationHttpMethod", at.text("POST"), {}},
                           {"Type", at.text(event.integration), {}},
                           {"TimeoutInMillis", timeout, {}}};
  const bool lambda = event.integration == "AWS" || event.integration == "AWS_PROXY";
  const bool http = event.integration == "HTTP" || event.integration == "HTTP_PROXY";
  const Node* transfer = dig(event.body, {"response", "transferMode"});
  const bool streaming = text::upper(known_text(transfer).value_or("")) == "STREAM";
  if (lambda) properties.push_back({"Uri", lambda_uri(at, *event.use->function, streaming), {}});
  if (http) {
    const Node* method = dig(event.body, {"request", "method"});
    properties.front().value = at.text(text::upper(known_text(method).value_or(event.method)));
    properties.push_back({"Uri", dig(event.body, {"request", "uri"}), {}});
    copy_properties(properties, event.body, {{"connectionId", "ConnectionId"}});
    if (const auto type = known_text(dig(event.body, {"connectionType"}))) {
      properties.push_back(
          {"ConnectionType", at.text(*type == "vpc-link" ? "VPC_LINK" : text::upper(*type)), {}});
    }
  }
  if (event.integration == "AWS" || event.integration == "HTTP" || event.integration == "MOCK") {
    const Node* pass = dig(event.body, {"request", "passThrough"});
    if (pass == nullptr && event.integration != "MOCK") pass = at.text("NEVER");
    properties.push_back({"PassthroughBehavior", pass, {}});
    properties.push_back({"ContentHandling", dig(event.body, {"request", "contentHandling"}), {}});
    properties.push_back({"RequestTemplates", request_templates(at, event), {}});
    properties.push_back({"IntegrationResponses", answers, {}});
  }
  Properties mapped;
  if (event.integration != "AWS_PROXY" && event.integration != "MOCK") {
    for (const Property& parameter : request_parameters(at, event)) {
      const Node* from = dig(parameter.value, {"mappedValue"});
      mapped.push_back({at.keep("integration." + std::string(parameter.key.substr(7))),
                        from != nullptr ? from : at.text(parameter.key),
                        {}});
    }
  }
  if (is_set(dig(event.body, {"async"}))) {
    mapped.push_back({"integration.request.header.X-Amz-Invocation-Type", at.text("'Event'"), {}});
  }
  if (!mapped.empty()) properties.push_back({"RequestParameters", at.map(mapped), {}});
  if (event.integration.ends_with("_PROXY")) properties.push_back({"ResponseTransferMode", transfer, {}});
  return at.map(properties);
}

void authorize(const Make& at, const HttpEvent& event, Draft& draft) {
  if (!event.authorizer) {
    draft.properties.push_back({"AuthorizationType", at.text("NONE"), {}});
    return;
  }
  const Authorizer& authorizer = *event.authorizer;
  const Make here = at.at(authorizer.written->span);
  if (authorizer.type == "AWS_IAM" || authorizer.id != nullptr) {
    draft.properties.push_back({"AuthorizationType", here.text(authorizer.type), {}});
    draft.properties.push_back({"AuthorizerId", authorizer.id, {}});
  } else {
    const std::string id = naming::resource(authorizer.name) + "ApiGatewayAuthorizer";
    draft.properties.push_back(
        {"AuthorizationType", here.text(authorizer.cognito ? "COGNITO_USER_POOLS" : "CUSTOM"), {}});
    draft.properties.push_back({"AuthorizerId", here.ref(id), {}});
    draft.depends_on = {id};
  }
  draft.properties.push_back({"AuthorizationScopes", authorizer.scopes, {}});
}

} // namespace

void lower_method(Service& service, RestApi& api, const HttpEvent& event) {
  const Function& function = *event.use->function;
  const Make at = service.make.at(event.use->event->span);
  const std::string permission = function.normalized + "LambdaPermissionApiGateway";
  add_permission(service, function, *event.use->event, permission, "apigateway.amazonaws.com",
                 at.arn({at.text(":execute-api:"), at.ref("AWS::Region"), at.text(":"),
                         at.ref("AWS::AccountId"), at.text(":"), api.id, at.text("/*/*")}));
  Properties parameters;
  for (const Property& parameter : request_parameters(at, event)) {
    parameters.push_back({parameter.key, is_required(at, parameter.value), parameter.key_span});
  }
  const bool answers =
      event.integration == "AWS" || event.integration == "HTTP" || event.integration == "MOCK";
  const Responses all = answers ? responses(at, event) : Responses{at.list({}), at.list({})};
  const auto resource = api.resources.find(event.path);
  const std::string id = method_id(event.path, event.method);
  service.tell_repeated_route(id, text::upper(event.method) + " /" + event.path, function, *event.use->event);
  Draft& draft =
      service.add(id, "AWS::ApiGateway::Method", author_of(function, *event.use->event),
                  {{"HttpMethod", at.text(text::upper(event.method)), {}},
                   {"RequestParameters", at.map(parameters), {}},
                   {"ResourceId", resource == api.resources.end() ? api.root : resource->second, {}},
                   {"RestApiId", api.id, {}},
                   {"OperationName", dig(event.body, {"operationId"}), {}},
                   {"ApiKeyRequired", at.flag(dig(event.body, {"private"})), {}},
                   {"Integration", integration(service, at, event, all.integration), {}},
                   {"MethodResponses", all.method, {}}});
  draft.depends_on = {permission};
  authorize(at, event, draft);
  depend_on_alias(draft, function);
  api.methods.push_back(id);
}

} // namespace slsaudit::dialect::serverless
