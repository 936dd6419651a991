// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/rest_api.hpp"

#include "dialect/serverless/naming.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view api_id = "ApiGatewayRestApi";

std::string_view trim_slashes(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::string integration_of(const Node* body) {
  const auto written = known_text(dig(body, {"integration"}));
  if (!written) return is_set(dig(body, {"async"})) ? "AWS" : "AWS_PROXY";
  std::string name = text::upper(*written);
  if (const std::size_t dash = name.find('-'); dash != std::string::npos) name[dash] = '_';
  if (name == "LAMBDA") return "AWS";
  return name == "LAMBDA_PROXY" ? "AWS_PROXY" : name;
}

/// What an authorizer is called when only its ARN is given: the last word of the function's name.
std::string name_of_arn(const Node* arn) {
  const std::string name = source_name(arn, ':');
  return std::string(naming::last_part(name, '-'));
}

Authorizer read_authorizer(Service& service, const Node* written) {
  Authorizer authorizer{.type = {}, .name = {}, .written = written};
  const auto text = known_text(written);
  if (text && text::upper(*text) == "AWS_IAM") {
    authorizer.type = "AWS_IAM";
  } else if (text && text->find(':') == std::string_view::npos) {
    authorizer.name = *text;
  } else if (text || !written->is_mapping()) {
    authorizer.arn = written;
    authorizer.name = name_of_arn(written);
  } else {
    authorizer.type = text::upper(known_text(dig(written, {"type"})).value_or(""));
    authorizer.id = dig(written, {"authorizerId"});
    authorizer.arn = dig(written, {"arn"});
    authorizer.scopes = dig(written, {"scopes"});
    const auto name = known_text(dig(written, {"name"}));
    if (authorizer.id == nullptr && authorizer.type != "AWS_IAM") {
      authorizer.name = name                        ? std::string(*name)
                        : authorizer.arn != nullptr ? name_of_arn(authorizer.arn)
                                                    : "";
    }
  }
  const Make at = service.make.at(written->span);
  if (authorizer.arn == nullptr && !authorizer.name.empty()) {
    authorizer.function = service.function(authorizer.name);
    if (authorizer.function != nullptr) {
      authorizer.arn = service.target(at, *authorizer.function);
    } else {
      service.problem(text::ProblemLevel::finding, "unknown-function",
                      "the authorizer `" + authorizer.name + "` is no function of the service", written->span,
                      "name a function or give an `arn`");
      authorizer.arn = at.unknown("the authorizer's function isn't in the service");
    }
  }
  const auto arn = known_text(authorizer.arn);
  authorizer.cognito = authorizer.type == "COGNITO_USER_POOLS" ||
                       (arn && arn->find(":cognito-idp:") != std::string_view::npos);
  return authorizer;
}

std::optional<HttpEvent> read_event(Service& service, const Use& use) {
  const Node* body = use.event->body;
  HttpEvent event{.use = &use, .body = body->is_mapping() ? body : nullptr};
  std::optional<std::string_view> method = known_text(dig(body, {"method"}));
  std::optional<std::string_view> path = known_text(dig(body, {"path"}));
  if (const auto text = known_text(body)) {
    const std::size_t blank = text->find(' ');
    method = text->substr(0, blank);
    path = blank == std::string_view::npos ? std::optional<std::string_view>() : text->substr(blank + 1);
  }
  if (!method || !path) {
    const bool unresolved = dig(body, {"path"}) != nullptr && dig(body, {"method"}) != nullptr;
    service.problem(unresolved ? text::ProblemLevel::note : text::ProblemLevel::error,
                    "http-event-without-path", "an `http` event needs a `method` and a `path` that are known",
                    body->span, "write `method` and `path`, or `METHOD path`");
    return std::nullopt;
  }
  event.method = text::lower(*method);
  event.path = trim_slashes(*path);
  event.integration = integration_of(event.body);
  event.cors = is_set(dig(body, {"cors"}));
  if (const Node* authorizer = dig(body, {"authorizer"}))
    event.authorizer = read_authorizer(service, authorizer);
  return event;
}

void add_api(Service& service, RestApi& api, const Event& event) {
  const Node* given = service.from_provider({"apiGateway", "restApiId"});
  const Make at = service.make.at(event.span);
  if (given != nullptr) {
    api.external = true;
    api.id = given;
    api.root = service.from_provider({"apiGateway", "restApiRootResourceId"});
    if (api.root == nullptr) api.root = at.unknown("`provider.apiGateway.restApiRootResourceId` isn't given");
    return;
  }
  api.id = at.ref(api_id);
  api.root = at.get_att(api_id, "RootResourceId");
  const Node* settings = service.from_provider({"apiGateway"});
  const Node* name = service.from_provider({"apiName"});
  if (name == nullptr) {
    name = is_set(dig(settings, {"shouldStartNameWithService"}))
               ? service.dashed(at)
               : at.concat({service.stage, at.text("-"), service.name});
  }
  const Node* type = service.from_provider({"endpointType"});
  if (const auto text = known_text(type)) type = at.at(type->span).text(text::upper(*text));
  const Node* endpoint = at.map({{"Types", at.list({type != nullptr ? type : at.text("EDGE")}), {}},
                                 {"VpcEndpointIds", service.from_provider({"vpcEndpointIds"}), {}}});
  const Node* statements = dig(settings, {"resourcePolicy"});
  Properties properties = {{"Name", name, {}}, {"EndpointConfiguration", endpoint, {}}};
  copy_properties(properties, settings,
                  {{"binaryMediaTypes", "BinaryMediaTypes"},
                   {"disableDefaultEndpoint", "DisableExecuteApiEndpoint"},
                   {"apiKeySourceType", "ApiKeySourceType"},
                   {"minimumCompressionSize", "MinimumCompressionSize"},
                   {"description", "Description"}});
  properties.push_back({"Tags", tag_list(at, service.from_provider({"tags"})), {}});
  properties.push_back({"Policy",
                        statements == nullptr
                            ? at.text("")
                            : at.map({{"Version", at.text("2012-10-17"), {}}, {"Statement", statements, {}}}),
                        {}});
  const Author author{.id = "provider",
                      .type = "serverless provider",
                      .span = event.span,
                      .generated = true,
                      .feature = "provider.apiGateway"};
  service.add(std::string(api_id), "AWS::ApiGateway::RestApi", author, properties);
}

/// Resources that another stack made, from provider.apiGateway.restApiResources. Their parents exist, too.
void read_predefined(const Service& service, RestApi& api) {
  const Node* given = service.from_provider({"apiGateway", "restApiResources"});
  if (given == nullptr) return;
  for (const syntax::Entry& entry : given->children) {
    const Node* path = given->is_sequence() ? dig(entry.value, {"path"}) : nullptr;
    const Node* id = given->is_sequence() ? dig(entry.value, {"resourceId"}) : entry.value;
    const std::string_view text = given->is_sequence() ? known_text(path).value_or("") : entry.key;
    if (id == nullptr) continue;
    api.predefined.emplace_back(trim_slashes(text));
    api.resources[api.predefined.back()] = id;
  }
}

bool is_above_predefined(const RestApi& api, const std::string& path) {
  return std::any_of(api.predefined.begin(), api.predefined.end(),
                     [&](const std::string& known) { return known.starts_with(path + "/"); });
}

void add_resources(Service& service, RestApi& api, const HttpEvent& event) {
  if (event.path.empty()) return;
  const Make at = service.make.at(event.use->event->span);
  const Node* parent = api.root;
  for (std::size_t begin = 0; begin != std::string::npos;) {
    const std::size_t end = event.path.find('/', begin);
    begin = end == std::string::npos ? end : end + 1;
    const std::string path = event.path.substr(0, end);
    if (!api.resources.contains(path) && !is_above_predefined(api, path)) {
      const std::string id = "ApiGatewayResource" + naming::path(path);
      service.add(id, "AWS::ApiGateway::Resource",
                  generated_by(*event.use->function, event.use->event->span, "http"),
                  {{"ParentId", parent, {}},
                   {"PathPart", at.text(naming::last_part(path, '/')), {}},
                   {"RestApiId", api.id, {}}});
      api.resources[path] = at.ref(id);
    }
    if (const auto it = api.resources.find(path); it != api.resources.end()) parent = it->second;
  }
}

void add_authorizer(Service& service, const RestApi& api, const HttpEvent& event) {
  const Authorizer& authorizer = *event.authorizer;
  if (authorizer.arn == nullptr || authorizer.name.empty()) return;
  const Node* written = authorizer.written;
  const Make at = service.make.at(written->span);
  const Node* identity = dig(written, {"identitySource"});
  const Node* ttl = dig(written, {"resultTtlInSeconds"});
  if (ttl == nullptr && written->is_mapping() && !is_intrinsic(written)) ttl = at.number(300);
  const bool uncached_request = authorizer.type == "REQUEST" && known_text(ttl) == "0";
  if (identity == nullptr && !uncached_request) identity = at.text("method.request.header.Authorization");
  Properties properties = {{"AuthorizerResultTtlInSeconds", ttl, {}},
                           {"IdentitySource", identity, {}},
                           {"Name", at.text(authorizer.name), {}},
                           {"RestApiId", api.id, {}}};
  copy_properties(properties, written, {{"identityValidationExpression", "IdentityValidationExpression"}});
  if (authorizer.cognito) {
    properties.push_back({"Type", at.text("COGNITO_USER_POOLS"), {}});
    properties.push_back({"ProviderARNs", at.list({authorizer.arn}), {}});
  } else {
    properties.push_back(
        {"AuthorizerUri",
         at.arn({at.text(":apigateway:"), at.ref("AWS::Region"),
                 at.text(":lambda:path/2015-03-31/functions/"), authorizer.arn, at.text("/invocations")}),
         {}});
    properties.push_back({"Type", at.text(authorizer.type.empty() ? "TOKEN" : authorizer.type), {}});
  }
  Author author = author_of(*event.use->function, *event.use->event);
  author.span = written->span;
  const std::string name = naming::resource(authorizer.name);
  Draft& draft =
      service.add(name + "ApiGatewayAuthorizer", "AWS::ApiGateway::Authorizer", author, properties);
  if (authorizer.function != nullptr) depend_on_alias(draft, *authorizer.function);
  if (authorizer.cognito || is_set(dig(written, {"managedExternally"}))) return;
  const Node* source = at.arn({at.text(":execute-api:"), at.ref("AWS::Region"), at.text(":"),
                               at.ref("AWS::AccountId"), at.text(":"), api.id, at.text("/*/*")});
  Draft& permission = service.add(name + "LambdaPermissionApiGateway", "AWS::Lambda::Permission",
                                  generated_by(*event.use->function, written->span, "http.authorizer"),
                                  {{"FunctionName", authorizer.arn, {}},
                                   {"Action", at.text("lambda:InvokeFunction"), {}},
                                   {"Principal", at.text("apigateway.amazonaws.com"), {}},
                                   {"SourceArn", source, {}}});
  if (authorizer.function != nullptr) depend_on_alias(permission, *authorizer.function);
}

const Node* stage_settings(const Service& service, const Make& at) {
  Properties settings;
  if (const Node* tracing = service.from_provider({"tracing", "apiGateway"})) {
    settings.push_back({"TracingEnabled", tracing, {}});
  }
  if (const Node* metrics = service.from_provider({"apiGateway", "metrics"})) {
    settings.push_back({"MetricsEnabled", metrics, {}});
  }
  const Node* logs = service.from_provider({"logs", "restApi"});
  if (is_set(logs)) {
    const Node* level = dig(logs, {"level"});
    if (is_false(dig(logs, {"executionLogging"}))) level = at.text("OFF");
    settings.push_back({"LoggingLevel", level != nullptr ? level : at.text("INFO"), {}});
    const Node* data = dig(logs, {"fullExecutionData"});
    settings.push_back({"DataTraceEnabled", data != nullptr ? data : at.at(logs->span).boolean(true), {}});
    if (!is_false(dig(logs, {"accessLogging"}))) {
      settings.push_back({"AccessLogSetting",
                          at.map({{"DestinationArn", at.get_att("ApiGatewayLogGroup", "Arn"), {}},
                                  {"Format", dig(logs, {"format"}), {}}}),
                          {}});
    }
  }
  return settings.empty() ? nullptr : at.map(settings);
}

std::string add_deployment(Service& service, const RestApi& api, const Event& event) {
  const Make at = service.make.at(event.span);
  const Author author{.id = "provider",
                      .type = "serverless provider",
                      .span = event.span,
                      .generated = true,
                      .feature = "provider.apiGateway"};
  if (is_set(service.from_provider({"logs", "restApi"})) &&
      !is_false(service.from_provider({"logs", "restApi", "accessLogging"}))) {
    Properties group = {{"LogGroupName", at.concat({at.text("/aws/api-gateway/"), service.dashed(at)}), {}}};
    add_retention(service, group);
    service.add("ApiGatewayLogGroup", "AWS::Logs::LogGroup", author, group);
    ensure_logging_role(service, author);
  }
  // The framework appends a number of its own to the id, and sets stages up after the deployment; the stage's
  // settings stand here, where CloudFormation knows them.
  const std::string id = "ApiGatewayDeployment";
  Draft& draft = service.add(id, "AWS::ApiGateway::Deployment", author,
                             {{"RestApiId", api.id, {}},
                              {"StageName", service.stage, {}},
                              {"Description", service.from_provider({"apiGateway", "description"}), {}},
                              {"StageDescription", stage_settings(service, at), {}}});
  draft.depends_on = api.methods;
  put_out_endpoint(service, at, api.id);
  return id;
}

} // namespace

void put_out_endpoint(Service& service, const Make& at, const Node* api) {
  service.outputs.push_back(
      {"ServiceEndpoint",
       at.map({{"Description", at.text("URL of the service endpoint"), {}},
               {"Value",
                at.join("", {at.text("https://"), api, at.text(".execute-api."), at.ref("AWS::Region"),
                             at.text("."), at.ref("AWS::URLSuffix"), at.text("/"), service.stage}),
                {}}}),
       {}});
}

std::string method_id(std::string_view path, std::string_view method) {
  return "ApiGatewayMethod" + (path.empty() ? std::string() : naming::path(path)) +
         naming::upper_first(text::lower(method));
}

void lower_http(Service& service, const Uses& uses) {
  RestApi api;
  for (const Use& use : uses) {
    if (auto event = read_event(service, use)) api.events.push_back(std::move(*event));
  }
  if (api.events.empty()) return;
  const Event& first = *uses.front().event;
  add_api(service, api, first);
  read_predefined(service, api);
  for (const HttpEvent& event : api.events) add_resources(service, api, event);
  lower_preflight(service, api);
  for (const HttpEvent& event : api.events) {
    if (event.authorizer) add_authorizer(service, api, event);
    lower_method(service, api, event);
    lower_validation(service, api, event);
  }
  lower_usage_plans(service, api, add_deployment(service, api, first));
}

} // namespace slsaudit::dialect::serverless
