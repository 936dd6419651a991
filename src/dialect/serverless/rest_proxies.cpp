// SPDX-License-Identifier: Apache-2.0
// serverless-apigateway-service-proxy, and what other plugins route straight to a service.
#include "dialect/serverless/rest_proxies.hpp"

#include "dialect/print.hpp"
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/plugins.hpp"
#include "dialect/serverless/rest_api.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view api_id = "ApiGatewayRestApi";

/// The API that events made, one of another stack, or a new one.
struct Api {
  const Node* id = nullptr;
  const Node* root = nullptr;
  bool external = false;
};

Api api_of(Service& service, const Author& author, const Make& at, bool with_policy) {
  if (const Node* given = service.from_provider({"apiGateway", "restApiId"})) {
    const Node* root = service.from_provider({"apiGateway", "restApiRootResourceId"});
    return {given, root != nullptr ? root : at.unknown("the other stack's root resource is not given"), true};
  }
  if (service.find(api_id) == nullptr) {
    const Node* endpoint = service.from_provider({"endpointType"});
    service.add(std::string(api_id), "AWS::ApiGateway::RestApi", author,
                {{"Name", at.concat({service.stage, at.text("-"), service.name}), {}},
                 {"EndpointConfiguration",
                  at.map({{"Types", at.list({endpoint != nullptr ? endpoint : at.text("EDGE")}), {}}}),
                  {}},
                 {"Policy", with_policy ? at.text("") : nullptr, {}}});
  }
  return {at.ref(api_id), at.get_att(api_id, "RootResourceId"), false};
}

/// The resource of a path, made part by part.
const Node* resource_of(Service& service, const Author& author, const Make& at, const Api& api,
                        std::string_view path) {
  const Node* parent = api.root;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string id = "ApiGatewayResource" + naming::path(path.substr(0, end));
    if (service.find(id) == nullptr)
      service.add(id, "AWS::ApiGateway::Resource", author,
                  {{"ParentId", parent, {}},
                   {"PathPart", at.text(path.substr(begin, end - begin)), {}},
                   {"RestApiId", api.id, {}}});
    parent = at.ref(id);
    begin = end + 1;
  }
  return parent;
}

void deploy(Service& service, const Author& author, const Api& api, const std::string& method) {
  Draft* deployment = service.find("ApiGatewayDeployment");
  if (deployment == nullptr && !api.external) {
    Author generated = author;
    generated.generated = true;
    deployment = &service.add("ApiGatewayDeployment", "AWS::ApiGateway::Deployment", generated,
                              {{"RestApiId", api.id, {}}, {"StageName", service.stage, {}}});
    put_out_endpoint(service, service.make.at(author.span), api.id);
  }
  if (deployment != nullptr) deployment->depends_on.push_back(method);
}

/// What serverless-apigateway-service-proxy calls a service, and what its route names there.
struct Proxied {
  std::string_view key;
  std::string_view name_key; ///< Setting that names the target.
  std::string_view uri;
  std::string_view action;
  std::string_view arn;         ///< Of the target, without its name.
  std::string_view role_part;   ///< Of the role's id.
  std::string_view policy_name; ///< Of that role.
  std::string_view passthrough;
};
constexpr auto proxied = std::to_array<Proxied>({
    {"sqs", "queueName", "sqs:path//${AWS::AccountId}/", "sqs:SendMessage",
     "sqs:${AWS::Region}:${AWS::AccountId}:", "Sqs", "apigatewaytosqs", ""},
    {"sns", "topicName", "sns:path//", "sns:Publish", "sns:${AWS::Region}:${AWS::AccountId}:", "Sns",
     "apigatewaytosns", "NEVER"},
    {"kinesis", "streamName", "kinesis:action/PutRecord", "kinesis:PutRecord",
     "kinesis:${AWS::Region}:${AWS::AccountId}:stream/", "Kinesis", "apigatewaytokinesis", "NEVER"},
    {"s3", "bucket", "s3:path/{bucket}/{object}", "s3:PutObject", "s3:::", "S3", "apigatewaytos3",
     "WHEN_NO_MATCH"},
    {"dynamodb", "tableName", "dynamodb:action/PutItem", "dynamodb:PutItem",
     "dynamodb:${AWS::Region}:${AWS::AccountId}:table/", "Dynamodb", "apigatewaytodynamodb", "NEVER"},
    {"eventbridge", "eventBusName", "events:action/PutEvents", "events:PutEvents",
     "events:${AWS::Region}:${AWS::AccountId}:event-bus/", "EventBridge", "apigatewaytoeventbridge", "NEVER"},
});

/// The role by which the API calls the service: one for all routes to services of a kind.
const Node* add_to_role(Service& service, const Author& author, const RestProxy& proxy) {
  const Make at = service.make.at(author.span);
  std::vector<const Node*> statements;
  if (const Draft* before = service.find(proxy.role_id)) {
    // None where a state machine has the role's id.
    const Node* policies = before->get("Policies");
    const Node* policy = policies != nullptr ? policies->children.front().value : nullptr;
    if (const Node* written = dig(policy, {"PolicyDocument", "Statement"})) {
      for (const syntax::Entry& item : written->children) statements.push_back(item.value);
    }
  } else if (proxy.logs) {
    statements.push_back(at.json(R"({"Effect": "Allow", "Resource": "*",
      "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]})"));
  }
  const bool listed =
      proxy.logs && !proxy.action.starts_with("dynamodb:") && !proxy.action.starts_with("s3:");
  const Node* actions = at.texts({proxy.action});
  if (proxy.action == "kinesis:PutRecord") actions = at.texts({"kinesis:PutRecord", "kinesis:PutRecords"});
  const Node* statement = at.map({{"Effect", at.text("Allow"), {}},
                                  {"Action", proxy.logs && !listed ? at.text(proxy.action) : actions, {}},
                                  {"Resource", listed ? at.list({proxy.resource}) : proxy.resource, {}}});
  const auto shown = to_json(*statement);
  if (std::none_of(statements.begin(), statements.end(),
                   [&](const Node* other) { return to_json(*other) == shown; }))
    statements.push_back(statement);
  Author generated = author;
  generated.generated = true;
  generated.feature = "role";
  const Node* policy = at.map({{"PolicyName", at.text(proxy.policy_name), {}},
                               {"PolicyDocument", policy_document(at, statements), {}}});
  service.add(proxy.role_id, "AWS::IAM::Role", generated,
              {{"AssumeRolePolicyDocument", trust_in(at, "apigateway.amazonaws.com"), {}},
               {"Policies", at.list({policy}), {}}});
  return at.get_att(proxy.role_id, "Arn");
}

void lower_proxied(Service& service, const Proxied& row, const syntax::Entry& entry) {
  const Make at = service.make.at(entry.key_span);
  const Node* name = dig(entry.value, {row.name_key});
  if (name == nullptr) return;
  const auto own_action = known_text(dig(entry.value, {"action"}));
  std::string action(row.action);
  std::string uri(row.uri);
  const bool chooses = own_action && (row.key == "s3" || row.key == "dynamodb" || row.key == "kinesis");
  if (chooses) {
    action = std::string(row.key) + ":" + std::string(*own_action);
    if (row.key != "s3") uri = uri.substr(0, uri.find('/') + 1) + std::string(*own_action);
  }
  const Node* arn = at.sub(
      {at.text("arn:${AWS::Partition}:" + std::string(row.arn)), name, at.text(row.key == "s3" ? "/*" : "")});
  const Author author{.id = entry.key,
                      .type = "serverless service proxy",
                      .span = entry.key_span,
                      .generated = false,
                      .feature = {}};
  add_rest_proxy(service, author,
                 {.route = entry.value,
                  .uri = std::move(uri),
                  .uri_end = row.key == "sqs" ? name : nullptr,
                  .action = at.keep(action),
                  .resource = arn,
                  .role_id = "ApigatewayTo" + std::string(row.role_part) + "Role",
                  .policy_name = row.policy_name,
                  .logs = true,
                  .role = dig(entry.value, {"roleArn"}),
                  .called_with = row.key != "s3"                ? "POST"
                                 : own_action == "GetObject"    ? "GET"
                                 : own_action == "DeleteObject" ? "DELETE"
                                                                : "PUT",
                  .passthrough = row.passthrough,
                  .target = row.key == "sqs" ? nullptr : name});
}

} // namespace

void add_rest_proxy(Service& service, const Author& author, const RestProxy& proxy) {
  const Make at = service.make.at(author.span);
  const auto written_path = known_text(dig(proxy.route, {"path"}));
  const auto method = known_text(dig(proxy.route, {"method"}));
  if (!written_path || !method) {
    service.problem(text::ProblemLevel::note, "partly-understood-plugin",
                    "a route whose path or method is not known is not read", author.span,
                    "what it adds is not audited");
    return;
  }
  std::string_view path = *written_path;
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  const Api api = api_of(service, author, at, proxy.logs);
  const Node* role = proxy.role != nullptr ? proxy.role : add_to_role(service, author, proxy);
  std::vector<const Node*> uri = {at.text("arn:${AWS::Partition}:apigateway:${AWS::Region}:" + proxy.uri)};
  if (proxy.uri_end != nullptr) uri.push_back(proxy.uri_end);
  const Node* request =
      proxy.target == nullptr
          ? nullptr
          : at.map({{"application/json",
                     at.join("", {at.text("{\"target\": \""), proxy.target, at.text("\"}")}),
                     {}}});
  const Node* written_auth = dig(proxy.route, {"authorizationType"});
  const auto authorizer = known_text(dig(proxy.route, {"authorizer"}));
  const Node* auth = written_auth != nullptr            ? written_auth
                     : authorizer == "aws_iam"          ? at.text("AWS_IAM")
                     : dig(proxy.route, {"authorizer"}) ? at.unknown("the plugin makes the authorizer")
                                                        : at.text("NONE");
  const Node* key = dig(proxy.route, {"private"});
  const std::string id = method_id(path, *method);
  service.add(
      id, "AWS::ApiGateway::Method", author,
      {{"HttpMethod", at.text(text::upper(*method)), {}},
       {"ResourceId", resource_of(service, author, at, api, path), {}},
       {"RestApiId", api.id, {}},
       {"ApiKeyRequired", key != nullptr ? key : at.boolean(false), {}},
       {"AuthorizationType", auth, {}},
       {"Integration",
        at.map({{"IntegrationHttpMethod", at.text(proxy.called_with), {}},
                {"Type", at.text("AWS"), {}},
                {"Credentials", role, {}},
                {"PassthroughBehavior", proxy.passthrough.empty() ? nullptr : at.text(proxy.passthrough), {}},
                {"Uri", at.sub(uri), {}},
                {"RequestTemplates", request, {}}}),
        {}}});
  deploy(service, author, api, id);
}

void lower_service_proxies(Service& service) {
  const Node* proxies = dig(service.root, {"custom", "apiGatewayServiceProxies"});
  if (proxies == nullptr || !proxies->is_sequence()) return;
  for (const syntax::Entry& item : proxies->children) {
    if (!item.value->is_mapping() || item.value->children.empty()) continue;
    const syntax::Entry& entry = item.value->children.front();
    for (const Proxied& row : proxied) {
      if (row.key == entry.key) lower_proxied(service, row, entry);
    }
  }
}

} // namespace slsaudit::dialect::serverless
