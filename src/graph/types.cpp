// SPDX-License-Identifier: Apache-2.0
#include "graph/types.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

namespace slsaudit::graph {

namespace {

using enum Category;
using enum NameEnd;

// Where several rows share a service and a prefix, all are tried.
constexpr TypeInfo rows[] = {
    {"AWS::ApiGateway::RestApi", api, "execute-api", "", "", separator, ""},
    {"AWS::ApiGateway::Stage", none, "", "", "", separator, "RestApiId"},
    {"AWS::ApiGatewayV2::Api", api, "execute-api", "", "", separator, ""},
    {"AWS::ApiGatewayV2::Stage", none, "", "", "", separator, "ApiId"},
    {"AWS::AppRunner::Service", task, "apprunner", "service/", "ServiceName", separator, ""},
    {"AWS::AppSync::Api", api, "appsync", "apis/", "", separator, ""},
    {"AWS::AppSync::DataSource", none, "appsync", "datasource/", "Name", separator, ""},
    {"AWS::AppSync::GraphQLApi", api, "appsync", "apis/", "", separator, ""},
    {"AWS::Athena::WorkGroup", store, "athena", "workgroup/", "Name", separator, ""},
    {"AWS::Batch::JobDefinition", task, "batch", "job-definition/", "JobDefinitionName", separator, ""},
    {"AWS::Batch::JobQueue", task, "batch", "job-queue/", "JobQueueName", separator, ""},
    {"AWS::CloudFront::Distribution", api, "cloudfront", "distribution/", "", separator, ""},
    {"AWS::CloudWatch::Alarm", none, "cloudwatch", "alarm:", "AlarmName", colon, ""},
    {"AWS::CloudWatch::CompositeAlarm", none, "cloudwatch", "alarm:", "AlarmName", colon, ""},
    {"AWS::CodeBuild::Project", task, "codebuild", "project/", "Name", separator, ""},
    {"AWS::CodeCommit::Repository", none, "codecommit", "", "RepositoryName", separator, ""},
    {"AWS::CodePipeline::Pipeline", none, "codepipeline", "", "Name", separator, ""},
    {"AWS::Cognito::UserPool", user_pool, "cognito-idp", "userpool/", "", separator, ""},
    {"AWS::DAX::Cluster", store, "dax", "cache/", "ClusterName", separator, ""},
    {"AWS::DocDB::DBCluster", store, "rds", "cluster:", "DBClusterIdentifier", separator, ""},
    {"AWS::DocDB::DBInstance", store, "rds", "db:", "DBInstanceIdentifier", separator, "DBClusterIdentifier"},
    {"AWS::DynamoDB::GlobalTable", table, "dynamodb", "table/", "TableName", separator, ""},
    {"AWS::DynamoDB::Table", table, "dynamodb", "table/", "TableName", separator, ""},
    {"AWS::ECR::Repository", none, "ecr", "repository/", "RepositoryName", colon, ""},
    {"AWS::ECS::Cluster", none, "ecs", "cluster/", "ClusterName", separator, ""},
    {"AWS::ECS::Service", none, "ecs", "service/", "ServiceName", last, "TaskDefinition"},
    {"AWS::ECS::TaskDefinition", task, "ecs", "task-definition/", "Family", separator, ""},
    {"AWS::EFS::AccessPoint", none, "elasticfilesystem", "access-point/", "", separator, "FileSystemId"},
    {"AWS::EFS::FileSystem", store, "elasticfilesystem", "file-system/", "", separator, ""},
    {"AWS::ElastiCache::CacheCluster", store, "elasticache", "cluster:", "ClusterName", separator, ""},
    {"AWS::ElastiCache::ReplicationGroup", store, "elasticache", "replicationgroup:", "ReplicationGroupId",
     separator, ""},
    {"AWS::ElastiCache::ServerlessCache", store, "elasticache", "serverlesscache:", "ServerlessCacheName",
     separator, ""},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", api, "", "", "Name", separator, ""},
    {"AWS::Elasticsearch::Domain", store, "es", "domain/", "DomainName", separator, ""},
    {"AWS::Events::ApiDestination", endpoint, "events", "api-destination/", "Name", separator, ""},
    {"AWS::Events::Archive", none, "events", "archive/", "ArchiveName", separator, ""},
    {"AWS::Events::EventBus", bus, "events", "event-bus/", "Name", separator, ""},
    {"AWS::Events::Rule", rule, "events", "rule/", "Name", last, ""},
    {"AWS::Glue::Crawler", task, "glue", "crawler/", "Name", separator, ""},
    {"AWS::Glue::Job", task, "glue", "job/", "Name", separator, ""},
    {"AWS::IAM::Group", none, "iam", "group/", "GroupName", last, ""},
    {"AWS::IAM::ManagedPolicy", policy, "iam", "policy/", "ManagedPolicyName", last, ""},
    {"AWS::IAM::Role", role, "iam", "role/", "RoleName", last, ""},
    {"AWS::IAM::User", none, "iam", "user/", "UserName", last, ""},
    {"AWS::IoT::TopicRule", rule, "iot", "rule/", "RuleName", separator, ""},
    {"AWS::Kinesis::Stream", stream, "kinesis", "stream/", "Name", separator, ""},
    {"AWS::Kinesis::StreamConsumer", none, "", "", "", separator, "StreamARN"},
    {"AWS::KinesisFirehose::DeliveryStream", stream, "firehose", "deliverystream/", "DeliveryStreamName",
     separator, ""},
    {"AWS::KMS::Key", none, "kms", "key/", "", separator, ""},
    {"AWS::Lambda::Alias", none, "", "", "", separator, "FunctionName"},
    {"AWS::Lambda::Function", function, "lambda", "function:", "FunctionName", separator, ""},
    {"AWS::Lambda::LayerVersion", none, "lambda", "layer:", "LayerName", separator, ""},
    {"AWS::Lambda::Url", none, "", "", "", separator, "TargetFunctionArn"},
    {"AWS::Lambda::Version", none, "", "", "", separator, "FunctionName"},
    {"AWS::Logs::LogGroup", log_group, "logs", "log-group:", "LogGroupName", colon, ""},
    {"AWS::MSK::Cluster", stream, "kafka", "cluster/", "ClusterName", separator, ""},
    {"AWS::MSK::ServerlessCluster", stream, "kafka", "cluster/", "ClusterName", separator, ""},
    {"AWS::MemoryDB::Cluster", store, "memorydb", "cluster/", "ClusterName", separator, ""},
    {"AWS::AmazonMQ::Broker", queue, "mq", "broker:", "BrokerName", separator, ""},
    {"AWS::Neptune::DBCluster", store, "rds", "cluster:", "DBClusterIdentifier", separator, ""},
    {"AWS::Neptune::DBInstance", store, "rds", "db:", "DBInstanceIdentifier", separator,
     "DBClusterIdentifier"},
    {"AWS::OpenSearchServerless::Collection", store, "aoss", "collection/", "Name", separator, ""},
    {"AWS::OpenSearchService::Domain", store, "es", "domain/", "DomainName", separator, ""},
    {"AWS::Pipes::Pipe", rule, "pipes", "pipe/", "Name", separator, ""},
    {"AWS::RDS::DBCluster", store, "rds", "cluster:", "DBClusterIdentifier", separator, ""},
    {"AWS::RDS::DBInstance", store, "rds", "db:", "DBInstanceIdentifier", separator, ""},
    {"AWS::RDS::DBProxy", store, "rds", "db-proxy:", "DBProxyName", separator, ""},
    {"AWS::Redshift::Cluster", store, "redshift", "cluster:", "ClusterIdentifier", separator, ""},
    {"AWS::RedshiftServerless::Workgroup", store, "redshift-serverless", "workgroup/", "WorkgroupName",
     separator, ""},
    {"AWS::S3::Bucket", bucket, "s3", "", "BucketName", separator, ""},
    {"AWS::SES::ReceiptRule", rule, "", "", "", separator, ""},
    {"AWS::SNS::Topic", topic, "sns", "", "TopicName", separator, ""},
    {"AWS::SQS::Queue", queue, "sqs", "", "QueueName", separator, ""},
    {"AWS::SSM::Parameter", store, "ssm", "parameter/", "Name", colon, ""},
    {"AWS::SageMaker::Endpoint", endpoint, "sagemaker", "endpoint/", "EndpointName", separator, ""},
    {"AWS::Scheduler::Schedule", rule, "scheduler", "schedule/", "Name", last, ""},
    {"AWS::SecretsManager::Secret", store, "secretsmanager", "secret:", "Name", colon, ""},
    {"AWS::StepFunctions::Activity", store, "states", "activity:", "Name", separator, ""},
    {"AWS::StepFunctions::StateMachine", workflow, "states", "stateMachine:", "StateMachineName", separator,
     ""},
    {"AWS::StepFunctions::StateMachineVersion", none, "", "", "", separator, "StateMachineArn"},
    {"AWS::Timestream::Table", table, "timestream", "", "TableName", last, ""},
};

/// Of a type: its length and its last letters, which differ between most of them.
std::size_t slot_of(std::string_view type) {
  constexpr std::uint64_t spread = 0x9E3779B97F4A7C15U;
  std::uint64_t last = 0;
  if (type.size() >= sizeof last) std::memcpy(&last, type.data() + type.size() - sizeof last, sizeof last);
  return static_cast<std::size_t>(((last ^ type.size()) * spread) >> 55U);
}

struct Tables {
  /// By slot_of, each in the first free place from there on. Asked for more than all else.
  std::array<const TypeInfo*, 512> by_type{};
  std::map<std::string_view, std::vector<const TypeInfo*>> by_service;
};

const Tables& tables() {
  static const Tables made = [] {
    Tables result;
    for (const TypeInfo& row : rows) {
      std::size_t slot = slot_of(row.type);
      while (result.by_type[slot] != nullptr) slot = (slot + 1) % result.by_type.size();
      result.by_type[slot] = &row;
      if (!row.service.empty()) result.by_service[row.service].push_back(&row);
    }
    return result;
  }();
  return made;
}

/// Types of other platforms, "other::google::Queue": what they are stands at the end.
constexpr std::pair<std::string_view, Category> other_types[] = {
    {"Api", api},       {"Bucket", bucket}, {"Function", function}, {"Queue", queue},
    {"Schedule", rule}, {"Stream", stream}, {"Table", table},       {"Topic", topic},
};

} // namespace

const TypeInfo* type_info(std::string_view type) {
  const auto& by_type = tables().by_type;
  std::size_t slot = slot_of(type);
  while (by_type[slot] != nullptr && by_type[slot]->type != type) slot = (slot + 1) % by_type.size();
  return by_type[slot];
}

bool is_of_other_platform(std::string_view type) {
  return type.starts_with("other::");
}

Category category_of(std::string_view type) {
  if (is_of_other_platform(type)) {
    const std::string_view last = type.substr(type.rfind(':') + 1);
    for (const auto& row : other_types) {
      if (row.first == last) return row.second;
    }
    return none;
  }
  const TypeInfo* info = type_info(type);
  return info != nullptr ? info->category : Category::none;
}

std::span<const TypeInfo* const> types_of_service(std::string_view service) {
  const auto found = tables().by_service.find(service);
  if (found == tables().by_service.end()) return {};
  return found->second;
}

} // namespace slsaudit::graph
