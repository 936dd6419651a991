// SPDX-License-Identifier: Apache-2.0
// One method of the REST API: its integration, authorization, responses, validation; and the preflight methods.
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/rest_api.hpp"

#include <array>
#include <algorithm>

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

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) (out += out.empty() ? "" : ",") += item;
  return out;
}

void add_unique(std::vector<std::string>& to, std::string_view item) {
  if (std::find(to.begin(), to.end(), item) == to.end()) to.emplace_back(item);
}

std::vector<std::string> texts_of(const Node* node) {
  std::vector<std::string> out;
  if (const auto text = known_text(node)) out.emplace_back(*text);
  if (node == nullptr || !node->is_sequence()) return out;
  for (const syntax::Entry& item : node->children) {
    if (const auto text = known_text(item.value)) add_unique(out, *text);
  }
  return out;
}

Cors read_cors(const HttpEvent& event) {
  const Node* written = dig(event.body, {"cors"});
  Cors cors;
  cors.headers = texts_of(dig(written, {"headers"}));
  if (cors.headers.empty()) {
    cors.headers = {"Content-Type",         "X-Amz-Date",       "Authorization",  "X-Api-Key",
                    "X-Amz-Security-Token", "X-Amz-User-Agent", "X-Amzn-Trace-Id"};
  }
  cors.methods = texts_of(dig(written, {"methods"}));
  add_unique(cors.methods, "OPTIONS");
  add_unique(cors.methods, naming::upper(event.method));
  cors.origins = texts_of(dig(written, {"origins"}));
  if (cors.origins.empty()) cors.origins = texts_of(dig(written, {"origin"}));
  cors.allow_credentials = is_set(dig(written, {"allowCredentials"}));
  cors.max_age = dig(written, {"maxAge"});
  cors.cache_control = dig(written, {"cacheControl"});
  cors.event = event.use->event;
  return cors;
}

void merge_cors(Cors& all, Cors next) {
  for (const std::string& header : all.headers) add_unique(next.headers, header);
  for (const std::string& method : all.methods) add_unique(next.methods, method);
  for (const std::string& origin : all.origins) add_unique(next.origins, origin);
  next.allow_credentials = next.allow_credentials || all.allow_credentials;
  if (next.max_age == nullptr) next.max_age = all.max_age;
  if (next.cache_control == nullptr) next.cache_control = all.cache_control;
  next.event = all.event;
  all = std::move(next);
}

/// The mapping template by which the preflight answers with the caller's own origin, where that is allowed.
std::string origin_template(const std::vector<std::string>& origins) {
  std::string conditions;
  for (const std::string& origin : origins) {
    std::string pattern;
    bool starred = false;
    for (const char c : origin) {
      if (c == '.') pattern += "[.]";
      else if (c == '*' && !starred) pattern += ".+";
      else pattern += c;
      starred = starred || c == '*';
    }
    ((conditions += conditions.empty() ? "$origin.matches(\"" : " || $origin.matches(\"") += pattern) += "\")";
  }
  return "#set($origin = $input.params(\"Origin\"))\n#if($origin == \"\") #set($origin = $input.params(\"origin\")) "
         "#end\n#if(" +
         conditions + ") #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin) #end";
}

Properties preflight_headers(const Make& at, const Cors& cors) {
  std::vector<std::string> methods = cors.methods;
  for (std::string& method : methods) {
    if (method == "ANY") method = "DELETE,GET,HEAD,PATCH,POST,PUT";
  }
  const auto quoted = [&](std::string_view text) { return at.text("'" + std::string(text) + "'"); };
  Properties headers = {
      {"Access-Control-Allow-Origin", quoted(cors.origins.empty() ? "*" : cors.origins.front()), {}},
      {"Access-Control-Allow-Headers", quoted(joined(cors.headers)), {}},
      {"Access-Control-Allow-Methods", quoted(joined(methods)), {}}};
  if (cors.allow_credentials) headers.push_back({"Access-Control-Allow-Credentials", quoted("true"), {}});
  if (const auto age = known_text(cors.max_age)) headers.push_back({"Access-Control-Max-Age", quoted(*age), {}});
  if (const auto control = known_text(cors.cache_control)) headers.push_back({"Cache-Control", quoted(*control), {}});
  return headers;
}

void add_preflight(Service& service, RestApi& api, const std::string& path, const Cors& cors, const Function& function,
                   bool many_origins) {
  const Make at = service.make.at(cors.event->span);
  Properties allowed;
  Properties sent;
  for (const Property& header : preflight_headers(at, cors)) {
    const std::string_view name = at.keep("method.response.header." + std::string(header.key));
    allowed.push_back({name, at.boolean(true), {}});
    sent.push_back({name, header.value, {}});
  }
  const Node* answer = at.map({{"application/json", at.text(many_origins ? origin_template(cors.origins) : ""), {}}});
  const Node* integration = at.map(
      {{"Type", at.text("MOCK"), {}},
       {"RequestTemplates", at.map({{"application/json", at.text("{statusCode:200}"), {}}}), {}},
       {"ContentHandling", at.text("CONVERT_TO_TEXT"), {}},
       {"IntegrationResponses",
        at.list({at.map({{"StatusCode", at.text("200"), {}},
                         {"ResponseParameters", at.map(sent), {}},
                         {"ResponseTemplates", answer, {}}})}),
        {}}});
  const std::string id = method_id(path, "options");
  api.methods.push_back(id);
  service.add(id, "AWS::ApiGateway::Method", generated_by(function, cors.event->span, "http.cors"),
              {{"AuthorizationType", at.text("NONE"), {}},
               {"HttpMethod", at.text("OPTIONS"), {}},
               {"MethodResponses",
                at.list({at.map({{"StatusCode", at.text("200"), {}},
                                 {"ResponseParameters", at.map(allowed), {}},
                                 {"ResponseModels", at.map({}), {}}})}),
                {}},
               {"RequestParameters", at.map({}), {}},
               {"Integration", integration, {}},
               {"ResourceId", path.empty() ? api.root : api.resources.at(path), {}},
               {"RestApiId", api.id, {}}});
}

const Node* lambda_uri(const Make& at, const Function& function, bool streaming) {
  std::vector<const Node*> parts = {at.text(":apigateway:"), at.ref("AWS::Region"),
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
    mapped.push_back({at.keep("method.response.header." + std::string(entry.key)), as_flags ? at.boolean(true) : entry.value,
                      entry.key_span});
  }
  return at.map(mapped);
}

const Node* shared_headers(const Make& at, const HttpEvent& event) {
  Properties headers;
  if (event.cors) {
    const Cors cors = read_cors(event);
    headers.push_back({"Access-Control-Allow-Origin",
                       at.text("'" + (cors.origins.empty() ? std::string("*") : joined(cors.origins)) + "'"), {}});
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
    for (const StatusCode& row : default_codes) add(at.text(row.code), at.text(row.pattern), nullptr, templates);
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
      parameters.push_back({at.keep(std::string(place.prefix) + std::string(entry.key)), entry.value, entry.key_span});
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
  const bool streaming = naming::upper(known_text(transfer).value_or("")) == "STREAM";
  if (lambda) properties.push_back({"Uri", lambda_uri(at, *event.use->function, streaming), {}});
  if (http) {
    const Node* method = dig(event.body, {"request", "method"});
    properties.front().value = at.text(naming::upper(known_text(method).value_or(event.method)));
    properties.push_back({"Uri", dig(event.body, {"request", "uri"}), {}});
    copy_properties(properties, event.body, {{"connectionId", "ConnectionId"}});
    if (const auto type = known_text(dig(event.body, {"connectionType"}))) {
      properties.push_back({"ConnectionType", at.text(*type == "vpc-link" ? "VPC_LINK" : naming::upper(*type)), {}});
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
                        from != nullptr ? from : at.text(parameter.key), {}});
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
    draft.properties.push_back({"AuthorizationType", here.text(authorizer.cognito ? "COGNITO_USER_POOLS" : "CUSTOM"), {}});
    draft.properties.push_back({"AuthorizerId", here.ref(id), {}});
    draft.depends_on = {id};
  }
  draft.properties.push_back({"AuthorizationScopes", authorizer.scopes, {}});
}

} // namespace

void lower_preflight(Service& service, RestApi& api) {
  struct Path {
    std::string path;
    Cors cors;
    const Function* function;
    bool many_origins;
  };
  std::vector<Path> paths; // in source order
  for (const HttpEvent& event : api.events) {
    if (!event.cors) continue;
    const bool many = !texts_of(dig(event.body, {"cors", "origins"})).empty();
    Cors cors = read_cors(event);
    if (cors.origins.size() == 1 && cors.origins.front().find(',') != std::string::npos) {
      std::vector<std::string> split;
      const std::string all = cors.origins.front();
      for (std::size_t begin = 0; begin <= all.size();) {
        const std::size_t end = std::min(all.find(',', begin), all.size());
        std::string one = all.substr(begin, end - begin);
        one.erase(0, one.find_first_not_of(' '));
        split.push_back(std::move(one));
        begin = end + 1;
      }
      cors.origins = std::move(split);
    }
    const bool lists = many || cors.origins.size() > 1;
    const auto it = std::find_if(paths.begin(), paths.end(), [&](const Path& known) { return known.path == event.path; });
    if (it == paths.end()) {
      paths.push_back({event.path, std::move(cors), event.use->function, lists});
    } else {
      merge_cors(it->cors, std::move(cors));
      it->many_origins = it->many_origins || lists;
    }
  }
  for (const Path& path : paths) {
    if (!path.path.empty() && !api.resources.contains(path.path)) continue;
    add_preflight(service, api, path.path, path.cors, *path.function, path.many_origins);
  }
}

void lower_method(Service& service, RestApi& api, const HttpEvent& event) {
  const Function& function = *event.use->function;
  const Make at = service.make.at(event.use->event->span);
  const std::string permission = function.normalized + "LambdaPermissionApiGateway";
  if (event.integration == "AWS" || event.integration == "AWS_PROXY") {
    add_permission(service, function, *event.use->event, permission, "apigateway.amazonaws.com",
                   at.arn({at.text(":execute-api:"), at.ref("AWS::Region"), at.text(":"), at.ref("AWS::AccountId"), at.text(":"),
                           api.id, at.text("/*/*")}));
  }
  Properties parameters;
  for (const Property& parameter : request_parameters(at, event)) {
    parameters.push_back({parameter.key, is_required(at, parameter.value), parameter.key_span});
  }
  const bool answers = event.integration == "AWS" || event.integration == "HTTP" || event.integration == "MOCK";
  const Responses all = answers ? responses(at, event) : Responses{at.list({}), at.list({})};
  const auto resource = api.resources.find(event.path);
  const std::string id = method_id(event.path, event.method);
  Draft& draft = service.add(
      id, "AWS::ApiGateway::Method", author_of(function, *event.use->event),
      {{"HttpMethod", at.text(naming::upper(event.method)), {}},
       {"RequestParameters", at.map(parameters), {}},
       {"ResourceId", resource == api.resources.end() ? api.root : resource->second, {}},
       {"RestApiId", api.id, {}},
       {"OperationName", dig(event.body, {"operationId"}), {}},
       {"ApiKeyRequired", at.boolean(is_set(dig(event.body, {"private"}))), {}},
       {"Integration", integration(service, at, event, all.integration), {}},
       {"MethodResponses", all.method, {}}});
  draft.depends_on = {permission};
  authorize(at, event, draft);
  depend_on_alias(draft, function);
  api.methods.push_back(id);
}

} // namespace slsaudit::dialect::serverless
