// SPDX-License-Identifier: Apache-2.0
#include "graph/actions.hpp"

#include "knowledge/iam.hpp"

#include <iterator>
#include <string>
#include <vector>

namespace slsaudit::graph {

namespace {

using enum EdgeKind;
constexpr Mode sync = Mode::synchronous;
constexpr Mode async = Mode::asynchronous;

constexpr FlowAction rows[] = {
    {"aoss", "APIAccessAll", reads, sync, "aoss", Category::store},
    {"aoss", "APIAccessAll", writes, sync, "aoss", Category::store},
    {"appsync", "GraphQL", invokes, sync, "appsync", Category::api},
    {"athena", "StartQueryExecution", reads, sync, "athena", Category::store},
    {"batch", "SubmitJob", invokes, async, "batch", Category::task},
    {"codebuild", "StartBuild", invokes, async, "codebuild", Category::task},
    {"codebuild", "StartBuildBatch", invokes, async, "codebuild", Category::task},
    {"cognito-idp", "AdminCreateUser", writes, sync, "cognito-idp", Category::user_pool},
    {"cognito-idp", "AdminDeleteUser", writes, sync, "cognito-idp", Category::user_pool},
    {"cognito-idp", "AdminGetUser", reads, sync, "cognito-idp", Category::user_pool},
    {"cognito-idp", "AdminUpdateUserAttributes", writes, sync, "cognito-idp", Category::user_pool},
    {"cognito-idp", "ListUsers", reads, sync, "cognito-idp", Category::user_pool},
    {"dynamodb", "BatchGetItem", reads, sync, "dynamodb", Category::table},
    {"dynamodb", "BatchWriteItem", writes, sync, "dynamodb", Category::table},
    {"dynamodb", "ConditionCheckItem", reads, sync, "dynamodb", Category::table},
    {"dynamodb", "DeleteItem", writes, sync, "dynamodb", Category::table},
    {"dynamodb", "GetItem", reads, sync, "dynamodb", Category::table},
    {"dynamodb", "PartiQLDelete", writes, sync, "dynamodb", Category::table},
    {"dynamodb", "PartiQLInsert", writes, sync, "dynamodb", Category::table},
    {"dynamodb", "PartiQLSelect", reads, sync, "dynamodb", Category::table},
    {"dynamodb", "PartiQLUpdate", writes, sync, "dynamodb", Category::table},
    {"dynamodb", "PutItem", writes, sync, "dynamodb", Category::table},
    {"dynamodb", "Query", reads, sync, "dynamodb", Category::table},
    {"dynamodb", "Scan", reads, sync, "dynamodb", Category::table},
    {"dynamodb", "TransactGetItems", reads, sync, "dynamodb", Category::table},
    {"dynamodb", "TransactWriteItems", writes, sync, "dynamodb", Category::table},
    {"dynamodb", "UpdateItem", writes, sync, "dynamodb", Category::table},
    {"ecs", "RunTask", invokes, async, "ecs", Category::task},
    {"elasticfilesystem", "ClientMount", reads, sync, "elasticfilesystem", Category::store},
    {"elasticfilesystem", "ClientWrite", writes, sync, "elasticfilesystem", Category::store},
    {"es", "ESHttpDelete", writes, sync, "es", Category::store},
    {"es", "ESHttpGet", reads, sync, "es", Category::store},
    {"es", "ESHttpPost", writes, sync, "es", Category::store},
    {"es", "ESHttpPut", writes, sync, "es", Category::store},
    {"events", "PutEvents", sends, async, "events", Category::bus},
    {"execute-api", "Invoke", invokes, sync, "execute-api", Category::api},
    {"execute-api", "ManageConnections", sends, async, "execute-api", Category::api},
    {"firehose", "PutRecord", sends, async, "firehose", Category::stream},
    {"firehose", "PutRecordBatch", sends, async, "firehose", Category::stream},
    {"glue", "StartCrawler", invokes, async, "glue", Category::task},
    {"glue", "StartJobRun", invokes, async, "glue", Category::task},
    {"kinesis", "PutRecord", sends, async, "kinesis", Category::stream},
    {"kinesis", "PutRecords", sends, async, "kinesis", Category::stream},
    {"kafka-cluster", "WriteData", sends, async, "kafka", Category::stream},
    {"lambda", "InvokeAsync", invokes, async, "lambda", Category::function},
    {"lambda", "InvokeFunction", invokes, Mode::none, "lambda", Category::function},
    {"lambda", "InvokeFunctionUrl", invokes, sync, "lambda", Category::function},
    {"rds-data", "BatchExecuteStatement", writes, sync, "rds", Category::store},
    {"rds-data", "ExecuteStatement", reads, sync, "rds", Category::store},
    {"rds-data", "ExecuteStatement", writes, sync, "rds", Category::store},
    {"rds-db", "connect", reads, sync, "rds", Category::store},
    {"rds-db", "connect", writes, sync, "rds", Category::store},
    {"redshift-data", "BatchExecuteStatement", writes, sync, "redshift", Category::store},
    {"redshift-data", "BatchExecuteStatement", writes, sync, "redshift-serverless", Category::store},
    {"redshift-data", "ExecuteStatement", reads, sync, "redshift", Category::store},
    {"redshift-data", "ExecuteStatement", reads, sync, "redshift-serverless", Category::store},
    {"redshift-data", "ExecuteStatement", writes, sync, "redshift", Category::store},
    {"redshift-data", "ExecuteStatement", writes, sync, "redshift-serverless", Category::store},
    {"s3", "DeleteObject", writes, sync, "s3", Category::bucket},
    {"s3", "GetObject", reads, sync, "s3", Category::bucket},
    {"s3", "ListBucket", reads, sync, "s3", Category::bucket},
    {"s3", "PutObject", writes, sync, "s3", Category::bucket},
    {"sagemaker", "InvokeEndpoint", invokes, sync, "sagemaker", Category::endpoint},
    {"secretsmanager", "GetSecretValue", reads, sync, "secretsmanager", Category::store},
    {"secretsmanager", "PutSecretValue", writes, sync, "secretsmanager", Category::store},
    {"sns", "Publish", sends, async, "sns", Category::topic},
    {"sqs", "SendMessage", sends, async, "sqs", Category::queue},
    {"ssm", "GetParameter", reads, sync, "ssm", Category::store},
    {"ssm", "GetParameters", reads, sync, "ssm", Category::store},
    {"ssm", "GetParametersByPath", reads, sync, "ssm", Category::store},
    {"ssm", "PutParameter", writes, sync, "ssm", Category::store},
    {"states", "GetActivityTask", reads, sync, "states", Category::store},
    {"states", "SendTaskFailure", writes, sync, "states", Category::store},
    {"states", "SendTaskSuccess", writes, sync, "states", Category::store},
    {"states", "StartExecution", invokes, async, "states", Category::workflow},
    {"states", "StartSyncExecution", invokes, sync, "states", Category::workflow},
    {"timestream", "Select", reads, sync, "timestream", Category::table},
    {"timestream", "WriteRecords", writes, sync, "timestream", Category::table},
};
static_assert(std::size(rows) <= max_flow_actions);

template <class Predicate> ActionSet select(Predicate predicate) {
  ActionSet set;
  for (std::size_t i = 0; i < std::size(rows); ++i) set[i] = predicate(rows[i]);
  return set;
}

} // namespace

std::span<const FlowAction> flow_actions() {
  return rows;
}

ActionSet flow_actions_matching(std::string_view pattern) {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const FlowAction& row : rows) all.push_back(std::string(row.service) + ":" + std::string(row.name));
    return all;
  }();
  const std::size_t end = pattern.find_first_of(":*?");
  const bool names_service = end != std::string_view::npos && pattern[end] == ':';
  ActionSet set;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names_service && rows[i].service.size() != end) continue; // most patterns name another one
    set[i] = knowledge::wildcard_match(pattern, names[i]);
  }
  return set;
}

ActionSet flow_actions_on(std::string_view type) {
  const TypeInfo* info = type_info(type);
  if (info == nullptr) return {};
  return select([&](const FlowAction& row) {
    return row.target_service == info->service && row.target == info->category;
  });
}

ActionSet flow_actions_on_service(std::string_view service) {
  return select([&](const FlowAction& row) { return service.empty() || row.target_service == service; });
}

} // namespace slsaudit::graph
