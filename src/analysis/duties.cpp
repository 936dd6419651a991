// SPDX-License-Identifier: Apache-2.0
#include "analysis/duties.hpp"

#include "graph/extract.hpp"
#include "graph/index.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::analysis {
namespace {

constexpr std::array actors{
    Actor{"AWS::ApiGateway::Authorizer", "apigateway.amazonaws.com"},
    Actor{"AWS::ApiGateway::RestApi", "apigateway.amazonaws.com"},
    Actor{"AWS::ApiGatewayV2::Api", "apigateway.amazonaws.com"},
    Actor{"AWS::ApiGatewayV2::Authorizer", "apigateway.amazonaws.com"},
    Actor{"AWS::AppSync::DataSource", "appsync.amazonaws.com"},
    Actor{"AWS::Events::Rule", "events.amazonaws.com"},
    Actor{"AWS::KinesisFirehose::DeliveryStream", "firehose.amazonaws.com"},
    Actor{"AWS::Lambda::Function", "lambda.amazonaws.com", true},
    Actor{"AWS::Logs::SubscriptionFilter", "logs.amazonaws.com"},
    Actor{"AWS::Pipes::Pipe", "pipes.amazonaws.com"},
    Actor{"AWS::Scheduler::Schedule", "scheduler.amazonaws.com", true},
    Actor{"AWS::StepFunctions::StateMachine", "states.amazonaws.com", true},
};

/// What a target takes from who delivers to it; several where any of them will do.
struct Delivery {
  std::string_view target;
  std::vector<std::string> actions;
};
const std::array<Delivery, 7>& deliveries() {
  static const std::array<Delivery, 7> rows{
      Delivery{"AWS::Events::EventBus", {"events:PutEvents"}},
      Delivery{"AWS::Kinesis::Stream", {"kinesis:PutRecord", "kinesis:PutRecords"}},
      Delivery{"AWS::KinesisFirehose::DeliveryStream", {"firehose:PutRecord", "firehose:PutRecordBatch"}},
      Delivery{"AWS::Lambda::Function", {"lambda:InvokeFunction"}},
      Delivery{"AWS::SNS::Topic", {"sns:Publish"}},
      Delivery{"AWS::SQS::Queue", {"sqs:SendMessage"}},
      Delivery{"AWS::StepFunctions::StateMachine", {"states:StartExecution", "states:StartSyncExecution"}},
  };
  return rows;
}

/// Whether a text in it has some words, as far as they are known.
bool says(const value::Value& whole, std::string_view words) {
  bool found = false;
  graph::for_each_string(whole, [&](const value::Value& text) {
    found = found || text.as_string().value_or("").find(words) != std::string_view::npos;
    for (const value::Part& part : text.parts())
      found = found || part.literal.find(words) != std::string_view::npos;
  });
  return found;
}

} // namespace

const Actor* actor_of(std::string_view type) {
  const auto found = std::ranges::find(actors, type, &Actor::type);
  return found == actors.end() ? nullptr : &*found;
}

const std::vector<Declared>& declared_duties() {
  static const std::vector<std::string> items{
      "dynamodb:GetItem",      "dynamodb:PutItem",        "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",   "dynamodb:Query",          "dynamodb:Scan",
      "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"};
  static const std::vector<Declared> rows{
      {"AWS::ApiGateway::Authorizer", "AuthorizerCredentials", "AuthorizerUri", "calls", {}},
      {"AWS::ApiGatewayV2::Authorizer", "AuthorizerCredentialsArn", "AuthorizerUri", "calls", {}},
      {"AWS::AppSync::DataSource", "ServiceRoleArn", "DynamoDBConfig.TableName", "works on", items},
      {"AWS::AppSync::DataSource", "ServiceRoleArn", "LambdaConfig.LambdaFunctionArn", "calls", {}},
      {"AWS::KinesisFirehose::DeliveryStream",
       "ExtendedS3DestinationConfiguration.RoleARN",
       "ExtendedS3DestinationConfiguration.BucketARN",
       "delivers to",
       {"s3:PutObject"}},
      {"AWS::KinesisFirehose::DeliveryStream",
       "KinesisStreamSourceConfiguration.RoleARN",
       "KinesisStreamSourceConfiguration.KinesisStreamARN",
       "reads",
       {"kinesis:GetRecords"}},
      {"AWS::Logs::SubscriptionFilter", "RoleArn", "DestinationArn", "delivers to", {}, true},
      {"AWS::Scheduler::Schedule",
       "Target.RoleArn",
       "Target.DeadLetterConfig.Arn",
       "sends failed events to",
       {}},
  };
  return rows;
}

std::vector<std::string> delivery_to(std::string_view type) {
  const auto row = std::ranges::find(deliveries(), type, &Delivery::target);
  return row == deliveries().end() ? std::vector<std::string>{} : row->actions;
}

std::vector<std::string> polling_of(std::string_view type) {
  if (type == "AWS::SQS::Queue") return {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"};
  if (type == "AWS::Kinesis::Stream") return {"kinesis:GetRecords", "kinesis:GetShardIterator"};
  if (type == "AWS::DynamoDB::Table") return {"dynamodb:GetRecords", "dynamodb:GetShardIterator"};
  return {};
}

std::string action_of_state(const value::Value& resource) {
  const auto spelling = graph::spell(resource);
  const auto arn = spelling ? graph::parse_arn(spelling->text) : std::nullopt;
  if (!arn) return {};
  if (arn->service == "lambda") return "lambda:InvokeFunction";
  if (arn->service != "states" || !arn->account.empty()) return {};
  std::string_view rest = arn->resource;
  if (rest.starts_with("aws-sdk:")) rest.remove_prefix(8);
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos || colon + 1 >= rest.size()) return {};
  std::string service(rest.substr(0, colon));
  std::string name(rest.substr(colon + 1, rest.find('.') - colon - 1));
  if (service == "sfn") service = "states";
  if (service == "lambda" && name == "invoke") name = "invokeFunction";
  if (name.empty()) return {};
  if (name.front() >= 'a' && name.front() <= 'z') name.front() = static_cast<char>(name.front() - 'a' + 'A');
  return service + ":" + name;
}

bool makes_rule(const value::Value& resource) {
  const auto spelling = graph::spell(resource);
  const std::string_view text = spelling ? std::string_view(spelling->text) : std::string_view{};
  constexpr std::array<std::string_view, 4> starts{":states:startExecution.sync", ":ecs:runTask.sync",
                                                   ":batch:submitJob.sync", ":codebuild:startBuild.sync"};
  return std::ranges::any_of(starts, [&](auto start) { return text.find(start) != std::string_view::npos; });
}

std::string action_of_integration(const value::Value& integration) {
  const auto subtype = integration.get("IntegrationSubtype").as_string();
  if (subtype) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> rows{
        {{"EventBridge-PutEvents", "events:PutEvents"},
         {"Kinesis-PutRecord", "kinesis:PutRecord"},
         {"SQS-ReceiveMessage", "sqs:ReceiveMessage"},
         {"SQS-SendMessage", "sqs:SendMessage"},
         {"StepFunctions-StartExecution", "states:StartExecution"},
         {"StepFunctions-StartSyncExecution", "states:StartSyncExecution"}}};
    const auto row = std::ranges::find(rows, *subtype, &std::pair<std::string_view, std::string_view>::first);
    return row == rows.end() ? std::string() : std::string(row->second);
  }
  value::Value uri = integration.get("Uri");
  if (!uri.is_present()) uri = integration.get("uri");
  const auto spelling = graph::spell(uri);
  const auto arn = spelling ? graph::parse_arn(spelling->text) : std::nullopt;
  if (!arn || arn->service != "apigateway") return {};
  if (arn->account == "lambda") return "lambda:InvokeFunction";
  if (arn->account == "sqs" && says(integration, "Action=SendMessage&")) return "sqs:SendMessage";
  constexpr std::string_view by_action = "action/";
  if (!arn->resource.starts_with(by_action) || graph::has_token(arn->resource)) return {};
  return std::string(arn->account) + ":" + std::string(arn->resource.substr(by_action.size()));
}

} // namespace slsaudit::analysis
