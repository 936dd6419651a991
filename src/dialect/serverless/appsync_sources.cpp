// SPDX-License-Identifier: Apache-2.0
// Data sources of AppSync APIs, and the roles by which they act.
#include "dialect/serverless/appsync.hpp"
#include "dialect/serverless/naming.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

struct SourceKind {
  std::string_view type;
  std::string_view property;
  std::vector<Renamed> settings;
  std::vector<std::string_view> actions;
};

const std::vector<SourceKind>& source_kinds() {
  static const std::vector<SourceKind> kinds = {
      {"AWS_LAMBDA", "LambdaConfig", {}, {"lambda:invokeFunction"}},
      {"AMAZON_DYNAMODB",
       "DynamoDBConfig",
       {{"region", "AwsRegion"},
        {"tableName", "TableName"},
        {"useCallerCredentials", "UseCallerCredentials"}},
       {"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan",
        "dynamodb:UpdateItem", "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem",
        "dynamodb:ConditionCheckItem"}},
      {"AMAZON_OPENSEARCH_SERVICE",
       "OpenSearchServiceConfig",
       {{"region", "AwsRegion"}, {"endpoint", "Endpoint"}},
       {"es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut",
        "es:ESHttpPatch"}},
      {"AMAZON_ELASTICSEARCH",
       "ElasticsearchConfig",
       {{"region", "AwsRegion"}, {"endpoint", "Endpoint"}},
       {"es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"}},
      {"RELATIONAL_DATABASE",
       "RelationalDatabaseConfig",
       {},
       {"rds-data:DeleteItems", "rds-data:ExecuteSql", "rds-data:ExecuteStatement", "rds-data:GetItems",
        "rds-data:InsertItems", "rds-data:UpdateItems"}},
      {"HTTP", "HttpConfig", {{"endpoint", "Endpoint"}}, {}},
      {"AMAZON_EVENTBRIDGE", "EventBridgeConfig", {{"eventBusArn", "EventBusArn"}}, {"events:PutEvents"}},
  };
  return kinds;
}

/// What the data source may act on by itself; adds settings that aren't mere copies.
std::vector<const Node*> targets(const Service& service, const Make& at, const SourceKind& kind,
                                 const Node* config, std::string_view name, Properties& settings) {
  const Node* region = dig(config, {"region"});
  if (region == nullptr) region = at.ref("AWS::Region");
  const auto arn = [&](std::string_view owner, std::string_view what, const Node* id) {
    return at.join(":", {at.text("arn:aws:" + std::string(owner)), region, at.ref("AWS::AccountId"),
                         at.concat({at.text(what), id})});
  };
  const auto below = [&](const Node* of, std::string_view separator) {
    return at.join(separator, {of, at.text("*")});
  };
  if (kind.type == "AWS_LAMBDA") {
    const Node* function = function_arn(service, at, config, name);
    settings.push_back({"LambdaFunctionArn", function, {}});
    return {function, below(function, ":")};
  }
  if (kind.type == "AMAZON_DYNAMODB") {
    if (dig(config, {"region"}) == nullptr) settings.push_back({"AwsRegion", region, {}});
    const Node* table = arn("dynamodb", "table/", dig(config, {"tableName"}));
    return {table, below(table, "/")};
  }
  if (kind.type == "RELATIONAL_DATABASE") {
    const Node* cluster = arn("rds", "cluster:", dig(config, {"dbClusterIdentifier"}));
    Properties endpoint = {{"AwsRegion", region, {}}, {"DbClusterIdentifier", cluster, {}}};
    copy_properties(
        endpoint, config,
        {{"databaseName", "DatabaseName"}, {"schema", "Schema"}, {"awsSecretStoreArn", "AwsSecretStoreArn"}});
    settings.push_back({"RelationalDatabaseSourceType", at.text("RDS_HTTP_ENDPOINT"), {}});
    settings.push_back({"RdsHttpEndpointConfig", at.map(endpoint), {}});
    return {cluster, below(cluster, ":")};
  }
  if (kind.type == "AMAZON_EVENTBRIDGE") return {dig(config, {"eventBusArn"})};
  if (const auto domain = known_text(dig(config, {"domain"}))) {
    settings.push_back(
        {"Endpoint", at.concat({at.text("https://"), at.get_att(*domain, "DomainEndpoint")}), {}});
    return {below(at.get_att(*domain, "Arn"), "/")};
  }
  return {};
}

const Node* own_role(const GraphQlApi& api, const Make& at, std::string_view name, const SourceKind& kind,
                     const Node* config, const std::vector<const Node*>& resources) {
  std::vector<const Node*> statements;
  if (const Node* written = dig(config, {"iamRoleStatements"}); written != nullptr) {
    if (!written->is_sequence()) return at.unknown("its permissions are not known");
    for (const syntax::Entry& item : written->children) statements.push_back(item.value);
  } else if (kind.actions.empty()) {
    return nullptr;
  } else if (resources.empty()) {
    return at.unknown("the plugin makes a role for an endpoint that is not known");
  } else {
    statements.push_back(at.map({{"Action", at.texts(kind.actions), {}},
                                 {"Effect", at.text("Allow"), {}},
                                 {"Resource", at.list(resources), {}}}));
    const Node* secret = dig(config, {"awsSecretStoreArn"});
    if (secret != nullptr)
      statements.push_back(at.json(
          R"({"Action": ["secretsmanager:GetSecretValue"], "Effect": "Allow", "Resource": ["$secret"]})",
          {{"secret", secret}}));
  }
  const std::string role = api.source_id(std::string(name) + "Role");
  const Node* policy = at.map({{"PolicyName", at.text("AppSync-Datasource-" + std::string(name)), {}},
                               {"PolicyDocument", policy_document(at, statements), {}}});
  api.service.add(role, "AWS::IAM::Role", GraphQlApi::author(at.span(), true),
                  {{"AssumeRolePolicyDocument", trust_in(at, "appsync.amazonaws.com"), {}},
                   {"Policies", at.list({policy}), {}}});
  return at.get_att(role, "Arn");
}

} // namespace

std::string GraphQlApi::id(std::string_view name) const {
  return prefix + naming::plain(name);
}

Author GraphQlApi::author(text::Span span, bool generated) {
  return {.id = "appSync",
          .type = "serverless GraphQL API",
          .span = span,
          .generated = generated,
          .feature = generated ? "appSync" : ""};
}

const Node* either(const Node* body, std::string_view now, std::string_view before) {
  const Node* found = dig(body, {now});
  return found != nullptr ? found : dig(body, {before});
}

const Node* function_arn(const Service& service, const Make& at, const Node* config,
                         std::string_view embedded) {
  if (const Node* arn = either(config, "functionArn", "lambdaFunctionArn")) return arn;
  std::string_view key = embedded;
  if (dig(config, {"function"}) == nullptr) {
    const auto name = known_text(dig(config, {"functionName"}));
    if (!name) return at.unknown("the function is not named by a text that is known");
    key = *name;
  }
  const Node* arn = at.get_att(naming::resource(key) + "LambdaFunction", "Arn");
  const Node* alias = either(config, "functionAlias", "lambdaFunctionAlias");
  if (service.function(key) == nullptr) return at.unknown("the service has no function of that name");
  return alias == nullptr ? arn : at.join(":", {arn, alias});
}

void lower_data_source(const GraphQlApi& api, std::string_view name, text::Span span, const Node* body) {
  const Make at = api.service.make.at(span);
  const Node* config = dig(body, {"config"});
  const auto type = known_text(dig(body, {"type"}));
  Properties properties = {{"ApiId", api.id_node, {}},
                           {"Name", at.text(name), {}},
                           {"Description", dig(body, {"description"}), {}},
                           {"Type", dig(body, {"type"}), {}}};
  const auto kind = std::find_if(source_kinds().begin(), source_kinds().end(),
                                 [&](const SourceKind& row) { return row.type == type; });
  const Node* role = dig(config, {"serviceRoleArn"});
  if (kind != source_kinds().end()) {
    Properties settings;
    std::vector<const Node*> resources = targets(api.service, at, *kind, config, name, settings);
    copy_properties(settings, config, kind->settings);
    properties.push_back({kind->property, at.map(settings), {}});
    if (role == nullptr) role = own_role(api, at, name, *kind, config, resources);
  }
  properties.push_back({"ServiceRoleArn", role, {}});
  api.service.add(api.source_id(name), "AWS::AppSync::DataSource", GraphQlApi::author(span), properties);
}

} // namespace slsaudit::dialect::serverless
