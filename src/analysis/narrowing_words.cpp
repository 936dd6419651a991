// SPDX-License-Identifier: Apache-2.0
#include "analysis/narrowing_words.hpp"

#include "analysis/grants.hpp"
#include "analysis/needed_arns.hpp"
#include "graph/types.hpp"
#include "knowledge/iam.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace slsaudit::analysis {
namespace {

bool is_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

bool ref_is_arn(std::string_view type) {
  return is_any(type, {"AWS::SNS::Topic", "AWS::StepFunctions::StateMachine", "AWS::StepFunctions::Activity",
                       "AWS::SecretsManager::Secret", "AWS::ECS::TaskDefinition", "AWS::ECS::Service",
                       "AWS::Batch::JobQueue", "AWS::Batch::JobDefinition", "AWS::AppRunner::Service",
                       "AWS::SageMaker::Endpoint", "AWS::Lambda::Alias", "AWS::Lambda::Version",
                       "AWS::Lambda::LayerVersion"});
}

/// Of some, nothing else tells the ARN: it ends with an id that Ref doesn't give.
bool has_arn_attribute(std::string_view type) {
  return is_any(type, {"AWS::Lambda::Function",
                       "AWS::DynamoDB::Table",
                       "AWS::DynamoDB::GlobalTable",
                       "AWS::S3::Bucket",
                       "AWS::SQS::Queue",
                       "AWS::Kinesis::Stream",
                       "AWS::Events::EventBus",
                       "AWS::KinesisFirehose::DeliveryStream",
                       "AWS::KMS::Key",
                       "AWS::Cognito::UserPool",
                       "AWS::Logs::LogGroup",
                       "AWS::ECR::Repository",
                       "AWS::IAM::Role",
                       "AWS::EFS::FileSystem",
                       "AWS::CodeBuild::Project",
                       "AWS::ECS::Cluster",
                       "AWS::OpenSearchService::Domain",
                       "AWS::AmazonMQ::Broker",
                       "AWS::AppSync::GraphQLApi",
                       "AWS::CodeCommit::Repository",
                       "AWS::EFS::AccessPoint",
                       "AWS::Events::ApiDestination",
                       "AWS::MSK::Cluster",
                       "AWS::MSK::ServerlessCluster",
                       "AWS::OpenSearchServerless::Collection",
                       "AWS::Scheduler::Schedule",
                       "AWS::Timestream::Table"});
}

cel::Value sub(std::string text) {
  return cel::Map{{"Fn::Sub", cel::Value(std::move(text))}};
}

cel::Value one_or_all(const cel::List& list) {
  return list.size() == 1 ? list.front() : cel::Value(list);
}

std::string arn_of(std::string_view service, std::string_view resource) {
  const std::string head = "arn:${AWS::Partition}:" + std::string(service);
  if (service == "s3" || service == "route53") return head + ":::" + std::string(resource);
  constexpr std::array<std::string_view, 6> without_region{"budgets", "cloudfront",    "globalaccelerator",
                                                           "iam",     "organizations", "sts"};
  const bool global = std::ranges::find(without_region, service) != without_region.end();
  const std::string_view region = global ? "" : "${AWS::Region}";
  return (service == "sts" ? "arn:${AWS::Partition}:iam" : head) + ":" + std::string(region) +
         ":${AWS::AccountId}:" + std::string(resource);
}

/// What a resource is called in texts with `${}`.
std::string token_of(const graph::Node& node) {
  const std::string id(node.resource->logical_id);
  if (ref_is_arn(node.type)) return "${" + id + "}";
  if (has_arn_attribute(node.type)) return "${" + id + ".Arn}";
  const graph::TypeInfo* info = graph::type_info(node.type);
  std::string_view prefix = info->prefix;
  // A parameter's name may begin with the slash.
  const value::Value name = node.resource->properties.get("Name");
  if (node.type == "AWS::SSM::Parameter" && name.display().starts_with('/')) prefix.remove_suffix(1);
  return arn_of(info->service, std::string(prefix) + "${" + id + "}");
}

cel::Value whole(const graph::Node& node) {
  const std::string id(node.resource->logical_id);
  if (ref_is_arn(node.type)) return cel::Map{{"Ref", cel::Value(id)}};
  if (has_arn_attribute(node.type)) return cel::Map{{"Fn::GetAtt", cel::Value(id + ".Arn")}};
  return sub(token_of(node));
}

/// Calls that set APIs up, not those that call them.
bool manages_apis(const std::vector<std::string>& actions) {
  return std::ranges::all_of(actions,
                             [](const std::string& action) { return action.starts_with("apigateway:"); });
}

std::string managed_api(std::string_view path) {
  return "arn:${AWS::Partition}:apigateway:${AWS::Region}::/" + std::string(path);
}

/// Which parts of a resource actions take.
struct Parts {
  bool whole = false;
  bool inner = false; ///< A bucket's objects, an API's methods, a table's indexes, a domain's paths.
  bool stream = false;
};

Parts parts_of(const graph::Node& node, const std::vector<std::string>& actions) {
  Parts parts;
  const bool has_stream = node.resource->properties.get("StreamSpecification").is_present();
  for (const std::string& action : actions) {
    const std::string_view name = std::string_view(action).substr(action.find(':') + 1);
    const bool object = name.find("Object") != std::string_view::npos || name.find("MultipartUpload") == 4;
    if (node.type == "AWS::S3::Bucket")
      (object ? parts.inner : parts.whole) = true;
    else if (node.type.starts_with("AWS::DynamoDB::") &&
             is_any(name, {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}))
      parts.stream = parts.stream || has_stream; // a table without one has no such attribute
    else if (goes_to_path(action))
      parts.inner = true;
    else
      parts.whole = true;
    const bool searches = node.type.starts_with("AWS::DynamoDB::") && is_any(name, {"Query", "Scan"});
    const bool indexed = node.resource->properties.get("GlobalSecondaryIndexes").is_present() ||
                         node.resource->properties.get("LocalSecondaryIndexes").is_present();
    parts.inner = parts.inner || (searches && indexed);
  }
  return parts;
}

value::Value name_of(const graph::Node& node) {
  return node.resource->properties.get(graph::type_info(node.type)->name_property);
}

/// An ARN whose end the author has written.
cel::Value joined(std::string_view service, const value::Value& name, std::string_view end) {
  const auto ref = [](std::string_view to) { return cel::Value(cel::Map{{"Ref", cel::Value(to)}}); };
  cel::List parts{"arn:", ref("AWS::Partition"), ":" + std::string(service) + ":"};
  if (service == "s3") {
    parts.back() = ":s3:::";
  } else {
    for (const std::string_view part : {"AWS::Region", "AWS::AccountId"}) {
      parts.push_back(ref(part));
      parts.emplace_back(":");
    }
  }
  parts.emplace_back(name);
  if (!end.empty()) parts.emplace_back(end);
  return cel::Map{{"Fn::Join", cel::Value(cel::List{"", cel::Value(std::move(parts))})}};
}

/// What stands before a name in the ARNs that a call takes, where the service has many kinds of resources;
/// "TYPE/" where the call's name doesn't tell.
std::string_view prefix_of_call(std::string_view service, std::string_view action) {
  struct Part {
    std::string_view service;
    std::string_view part; ///< Of the call's name.
    std::string_view prefix;
  };
  static constexpr Part parts[] = {{"ec2", "Instance", "instance/"},
                                   {"ecs", "RunTask", "task-definition/"},
                                   {"ecs", "StartTask", "task-definition/"},
                                   {"ecs", "Service", "service/"},
                                   {"ecs", "Task", "task/"},
                                   {"ecs", "Cluster", "cluster/"},
                                   {"glue", "Crawler", "crawler/"},
                                   {"glue", "Job", "job/"},
                                   {"glue", "Database", "database/"},
                                   {"states", "StartExecution", "stateMachine:"},
                                   {"states", "StartSyncExecution", "stateMachine:"},
                                   {"states", "ListExecutions", "stateMachine:"},
                                   {"states", "Execution", "execution:"},
                                   {"states", "Activity", "activity:"},
                                   {"states", "", "stateMachine:"}};
  const auto part = std::ranges::find_if(parts, [&](const Part& one) {
    return one.service == service && action.find(one.part) != std::string_view::npos;
  });
  return part != std::end(parts) ? part->prefix : std::string_view("TYPE/");
}

/// What stands before a name in the ARNs of a service, of its first kind of resource.
std::string_view prefix_of(std::string_view service) {
  struct Other {
    std::string_view service;
    std::string_view prefix;
  };
  static constexpr Other others[] = {{"cognito-identity", "identitypool/"},
                                     {"cognito-sync", "identitypool/"},
                                     {"ecr", "repository/"},
                                     {"iam", "role/"},
                                     {"iot", "topic/"},
                                     {"mq", "broker:"},
                                     {"rekognition", "collection/"},
                                     {"route53", "hostedzone/"},
                                     {"ses", "identity/"},
                                     {"sts", "role/"},
                                     {"cloudformation", "stack/"},
                                     {"ec2", "instance/"},
                                     {"codebuild", "project/"},
                                     {"kms", "key/"}};
  const auto other = std::ranges::find(others, service, &Other::service);
  if (other != std::end(others)) return other->prefix;
  const auto types = graph::types_of_service(service);
  const auto named =
      std::ranges::find_if(types, [](const graph::TypeInfo* info) { return !info->prefix.empty(); });
  return named == types.end() ? std::string_view("") : (*named)->prefix;
}

} // namespace

cel::Map with_lists(const graph::Statement& statement, const cel::List& actions, const cel::List& resources) {
  cel::Map map;
  for (const value::Member& member : statement.value.members()) {
    const std::string_view key = member.key;
    if (!member.value.is_present()) continue; // null is nothing
    if (key == "Action" || key == "NotAction") {
      map.emplace_back("Action", one_or_all(actions));
    } else if ((key == "Resource" || key == "NotResource") && !resources.empty()) {
      map.emplace_back("Resource", one_or_all(resources));
    } else {
      map.emplace_back(key, cel::Value(member.value));
    }
  }
  return map;
}

cel::List resources_for(const graph::Node& node, const std::vector<std::string>& actions) {
  const Parts parts = parts_of(node, actions);
  if (node.type == "AWS::ApiGateway::RestApi" || node.type.starts_with("AWS::ApiGatewayV2::")) {
    const std::string inner = "${" + std::string(node.resource->logical_id) + "}/*";
    if (manages_apis(actions))
      return {sub(managed_api(node.type == "AWS::ApiGateway::RestApi" ? "restapis/" : "apis/") + inner)};
    return {sub(token_of(node) + "/*")};
  }
  if (node.type == "AWS::AppSync::GraphQLApi" &&
      std::ranges::find(actions, "appsync:GraphQL") != actions.end())
    return {sub(token_of(node) + "/*")};
  cel::List list;
  if (parts.whole) list.push_back(whole(node));
  const std::string_view below = node.type.starts_with("AWS::DynamoDB::") ? "/index/*" : "/*";
  if (parts.inner) list.push_back(sub(token_of(node) + std::string(below)));
  if (parts.stream)
    list.push_back(
        cel::Map{{"Fn::GetAtt", cel::Value(std::string(node.resource->logical_id) + ".StreamArn")}});
  return list;
}

bool is_needed(const graph::Node& node, std::string_view service, const std::vector<std::string>& actions) {
  const graph::TypeInfo* info = graph::type_info(node.type);
  const auto needed = needs(service, actions);
  return info == nullptr || needed.empty() || std::ranges::any_of(needed, [&](std::string_view one) {
           const NeededArn need = needed_arn_of(service, one);
           return need.service == info->service && need.rest.starts_with(info->prefix);
         });
}

cel::List resources_beside(std::span<const graph::Node* const> nodes, std::string_view service,
                           std::string_view name, const std::vector<std::string>& actions) {
  cel::List list;
  for (const std::string_view one : needs(service, actions)) {
    const NeededArn need = needed_arn_of(service, one);
    const bool there = std::ranges::any_of(nodes, [&](const graph::Node* node) {
      const graph::TypeInfo* info = graph::type_info(node->type);
      return info == nullptr || (need.service == info->service && need.rest.starts_with(info->prefix));
    });
    if (!there) list.push_back(sub(spelled(need, name)));
  }
  return list;
}

bool stays_on_all(std::string_view action) {
  constexpr std::array<std::string_view, 4> of_others{"logs:GetLogEvents", "logs:FilterLogEvents",
                                                      "logs:Delete*", "logs:StartQuery"};
  return is_basic(action) && std::ranges::none_of(of_others, [&](std::string_view one) {
           return knowledge::wildcard_match(one, action);
         });
}

cel::Value where_made(std::string_view condition, cel::Value resource, cel::Value otherwise) {
  return cel::Map{
      {"Fn::If", cel::Value(cel::List{cel::Value(condition), std::move(resource), std::move(otherwise)})}};
}

bool go_by_id(std::string_view service) {
  return is_any(service, {"aoss", "appsync", "cloudfront", "cognito-idp", "cognito-identity", "dsql",
                          "elasticfilesystem", "execute-api", "kms", "redshift-serverless", "route53"});
}

bool are_of_rules(const std::vector<std::string>& actions) {
  return std::ranges::all_of(actions, [](const std::string& action) {
    return is_any(action, {"events:PutRule", "events:PutTargets", "events:DescribeRule", "events:DeleteRule",
                           "events:RemoveTargets"});
  });
}

cel::Value rule_of_workflows() {
  return sub(arn_of("events", "rule/StepFunctionsGetEvent*"));
}

bool has_varying_id(const graph::Node& node) {
  if (!can_be_spelled(node) || node.resource->author.type.empty()) return false;
  for (const value::Origin* origin = name_of(node).origin(); origin != nullptr; origin = origin->next) {
    if (origin->kind == value::Origin::Kind::variable) return true;
  }
  return false;
}

bool can_be_spelled(const graph::Node& node) {
  return is_any(node.type, {"AWS::S3::Bucket", "AWS::SNS::Topic"}) && name_of(node).is_present();
}

cel::List resources_spelled(const graph::Node& node, const std::vector<std::string>& actions) {
  const Parts parts = parts_of(node, actions);
  const std::string_view service = graph::type_info(node.type)->service;
  cel::List list;
  if (parts.whole) list.push_back(joined(service, name_of(node), ""));
  if (parts.inner) list.push_back(joined(service, name_of(node), "/*"));
  return list;
}

cel::List resources_named(std::string_view service, std::string_view name,
                          const std::vector<std::string>& actions) {
  const Needs all = all_needs(service, actions);
  if (const auto& needed = all.known; !needed.empty()) {
    cel::List list;
    for (const std::string_view one : needed) {
      std::string arn = spelled(needed_arn_of(service, one), name);
      // A role is assumed in another account as often as in this one.
      constexpr std::string_view own = "${AWS::AccountId}";
      const std::size_t account = arn.find(own);
      if (service == "sts" && account != std::string::npos) arn.replace(account, own.size(), "ACCOUNT");
      list.push_back(sub(std::move(arn)));
    }
    const auto searches = [](const std::string& action) {
      return is_any(action, {"dynamodb:Query", "dynamodb:Scan"});
    };
    // Whether the table has indexes is not known, and a search of one that it has is refused otherwise.
    const bool tables = std::ranges::find(needed, "table/NAME") != needed.end();
    const bool indexes = std::ranges::find(needed, "table/NAME/index/NAME") == needed.end() &&
                         std::ranges::find(needed, "table/NAME/index/*") == needed.end();
    if (service == "dynamodb" && tables && indexes && std::ranges::any_of(actions, searches))
      list.push_back(sub(arn_of(service, "table/" + std::string(name) + "/index/*")));
    // EC2 has dozens of kinds, and such a call works on several; others mostly work on what their like do.
    if (service == "ec2" && !all.others.empty())
      list.push_back(sub(arn_of(service, "TYPE/" + std::string(name))));
    return list;
  }
  if (service == "s3") return {sub(arn_of(service, name)), sub(arn_of(service, std::string(name) + "/*"))};
  if (service == "apigateway") return {sub(managed_api("restapis/") + std::string(name) + "/*")};
  std::vector<std::string> prefixes{std::string(prefix_of(service))};
  if (is_any(service, {"ec2", "ecs", "glue", "states"}) && !actions.empty()) {
    prefixes.clear();
    for (const std::string& action : actions) {
      std::string prefix(prefix_of_call(service, action));
      if (std::ranges::find(prefixes, prefix) == prefixes.end()) prefixes.push_back(std::move(prefix));
    }
    if (std::ranges::find(prefixes, "TYPE/") != prefixes.end()) prefixes = {"TYPE/"};
  }
  cel::List list;
  for (const std::string& prefix : prefixes) {
    const bool versions = service == "logs" || is_any(prefix, {"task-definition/", "execution:"});
    // A broker's id stands behind its name.
    const std::string end = service == "secretsmanager"   ? "-*"
                            : versions || service == "mq" ? ":*"
                            : service == "cloudformation" ? "/*"
                                                          : "";
    list.push_back(sub(arn_of(service, prefix + std::string(name) + end)));
  }
  return list;
}

} // namespace slsaudit::analysis
