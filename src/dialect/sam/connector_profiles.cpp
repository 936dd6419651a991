// SPDX-License-Identifier: Apache-2.0
// The pairs that SAM connects. `%{Source.Arn}` and the like stand for the ends' properties.
#include "dialect/sam/connectors.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

#define SLSAUDIT_ALLOW(actions, resources)                                                                   \
  R"({"Effect": "Allow", "Action": )" actions R"(, "Resource": )" resources "}"

constexpr std::string_view table_read = "[" SLSAUDIT_ALLOW(
    R"(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem",
        "dynamodb:PartiQLSelect"])",
    R"(["%{Destination.Arn}", "%{Destination.Arn}/index/*"])") "]";
constexpr std::string_view table_write = "[" SLSAUDIT_ALLOW(
    R"(["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem",
        "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"])",
    R"(["%{Destination.Arn}", "%{Destination.Arn}/index/*"])") "]";
constexpr std::string_view bucket_read = "[" SLSAUDIT_ALLOW(
    R"(["s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectLegalHold", "s3:GetObjectRetention", "s3:GetObjectTorrent",
        "s3:GetObjectVersion", "s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTorrent", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions",
        "s3:ListMultipartUploadParts"])",
    R"(["%{Destination.Arn}", "%{Destination.Arn}/*"])") "]";
constexpr std::string_view bucket_write = "[" SLSAUDIT_ALLOW(
    R"(["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject",
        "s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:RestoreObject"])",
    R"(["%{Destination.Arn}", "%{Destination.Arn}/*"])") "]";
constexpr std::string_view put_events =
    "[" SLSAUDIT_ALLOW(R"(["events:PutEvents"])", R"(["%{Destination.Arn}"])") "]";
constexpr std::string_view invoke =
    "[" SLSAUDIT_ALLOW(R"(["lambda:InvokeAsync", "lambda:InvokeFunction"])", R"(["%{Destination.Arn}"])") "]";
constexpr std::string_view publish =
    "[" SLSAUDIT_ALLOW(R"(["sns:Publish"])", R"(["%{Destination.Arn}"])") "]";
constexpr std::string_view send =
    "[" SLSAUDIT_ALLOW(R"(["sqs:SendMessage"])", R"(["%{Destination.Arn}"])") "]";

#define SLSAUDIT_EXECUTION                                                                                   \
  "[\"arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:%{Destination.Name}:*\"]"
#define SLSAUDIT_MANAGED_RULE                                                                                \
  "[\"arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/"                                   \
  "StepFunctionsGetEventsForStepFunctionsExecutionRule\"]"

constexpr std::string_view api_permission =
    R"({"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
  "SourceArn": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:%{Source.ResourceId}/%{Source.Qualifier}"})";

#define SLSAUDIT_BY_SERVICE(service, action)                                                                 \
  R"([{"Effect": "Allow", "Principal": {"Service": ")" service                                               \
  R"("}, "Resource": "%{Destination.Arn}", "Action": ")" action                                              \
  R"(", "Condition": {"ArnEquals": {"aws:SourceArn": "%{Source.Arn}"}}}])"

constexpr std::string_view function = "AWS::Lambda::Function";
constexpr std::string_view table = "AWS::DynamoDB::Table";
constexpr std::string_view rule = "AWS::Events::Rule";
constexpr std::string_view bus = "AWS::Events::EventBus";
constexpr std::string_view queue = "AWS::SQS::Queue";
constexpr std::string_view topic = "AWS::SNS::Topic";
constexpr std::string_view bucket = "AWS::S3::Bucket";
constexpr std::string_view machine = "AWS::StepFunctions::StateMachine";
constexpr std::string_view data_source = "AWS::AppSync::DataSource";

constexpr ConnectorProfile profiles[] = {
    {table, function, Mechanism::role_policy, false, "mapping",
     "[" SLSAUDIT_ALLOW(
         R"(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"])",
         R"(["%{Source.Arn}/stream/*"])") "]",
     ""},
    {rule, topic, Mechanism::topic_policy, false, "", "",
     SLSAUDIT_BY_SERVICE("events.amazonaws.com", "sns:Publish")},
    {rule, bus, Mechanism::role_policy, true, "", "", put_events},
    {rule, machine, Mechanism::role_policy, true, "", "",
     "[" SLSAUDIT_ALLOW(R"(["states:StartExecution"])", R"(["%{Destination.Arn}"])") "]"},
    {rule, function, Mechanism::lambda_permission, false, "", "",
     R"({"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com", "SourceArn": "%{Source.Arn}"})"},
    {rule, queue, Mechanism::queue_policy, false, "", "",
     SLSAUDIT_BY_SERVICE("events.amazonaws.com", "sqs:SendMessage")},
    {function, function, Mechanism::role_policy, true, "", "", invoke},
    {function, bucket, Mechanism::role_policy, true, "", bucket_read, bucket_write},
    {function, table, Mechanism::role_policy, true, "", table_read, table_write},
    {function, queue, Mechanism::role_policy, true, "",
     "[" SLSAUDIT_ALLOW(R"(["sqs:ReceiveMessage", "sqs:GetQueueAttributes"])",
                        R"(["%{Destination.Arn}"])") "]",
     "[" SLSAUDIT_ALLOW(
         R"(["sqs:DeleteMessage", "sqs:SendMessage", "sqs:ChangeMessageVisibility", "sqs:PurgeQueue"])",
         R"(["%{Destination.Arn}"])") "]"},
    {function, topic, Mechanism::role_policy, true, "", "", publish},
    {function, machine, Mechanism::role_policy, true, "",
     "[" SLSAUDIT_ALLOW(R"(["states:DescribeStateMachine", "states:ListExecutions"])", R"(["%{Destination.Arn}"])") "," SLSAUDIT_ALLOW(
         R"(["states:DescribeExecution", "states:DescribeStateMachineForExecution", "states:GetExecutionHistory"])",
         SLSAUDIT_EXECUTION) "]",
     "[" SLSAUDIT_ALLOW(R"(["states:StartExecution", "states:StartSyncExecution"])",
                        R"(["%{Destination.Arn}"])") "," SLSAUDIT_ALLOW(R"(["states:StopExecution"])",
                                                                        SLSAUDIT_EXECUTION) "]"},
    {function, bus, Mechanism::role_policy, true, "", "", put_events},
    {function, "AWS::Location::PlaceIndex", Mechanism::role_policy, true, "",
     "[" SLSAUDIT_ALLOW(R"(["geo:DescribePlaceIndex", "geo:GetPlace", "geo:SearchPlaceIndexForPosition",
        "geo:SearchPlaceIndexForSuggestions", "geo:SearchPlaceIndexForText"])",
                        R"(["%{Destination.Arn}"])") "]",
     ""},
    {"AWS::ApiGatewayV2::Api", function, Mechanism::lambda_permission, false, "", "", api_permission},
    {"AWS::ApiGateway::RestApi", function, Mechanism::lambda_permission, false, "", "", api_permission},
    {topic, queue, Mechanism::queue_policy, false, "", "",
     SLSAUDIT_BY_SERVICE("sns.amazonaws.com", "sqs:SendMessage")},
    {topic, function, Mechanism::lambda_permission, false, "", "",
     R"({"Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com", "SourceArn": "%{Source.Arn}"})"},
    {queue, function, Mechanism::role_policy, false, "mapping",
     "[" SLSAUDIT_ALLOW(R"(["sqs:ReceiveMessage", "sqs:GetQueueAttributes"])", R"(["%{Source.Arn}"])") "]",
     "[" SLSAUDIT_ALLOW(R"(["sqs:DeleteMessage"])", R"(["%{Source.Arn}"])") "]"},
    {bucket, function, Mechanism::lambda_permission, false, "", "",
     R"({"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com", "SourceArn": "%{Source.Arn}",
         "SourceAccount": "${AWS::AccountId}"})"},
    {machine, function, Mechanism::role_policy, true, "", "", invoke},
    {machine, topic, Mechanism::role_policy, true, "", "", publish},
    {machine, queue, Mechanism::role_policy, true, "", "", send},
    {machine, bucket, Mechanism::role_policy, true, "", bucket_read, bucket_write},
    {machine, table, Mechanism::role_policy, true, "", table_read, table_write},
    {machine, machine, Mechanism::role_policy, true, "source",
     "[" SLSAUDIT_ALLOW(R"(["states:DescribeExecution"])", SLSAUDIT_EXECUTION) "," SLSAUDIT_ALLOW(
         R"(["events:DescribeRule"])", SLSAUDIT_MANAGED_RULE) "]",
     "[" SLSAUDIT_ALLOW(R"(["states:StartExecution"])", R"(["%{Destination.Arn}"])") "," SLSAUDIT_ALLOW(
         R"(["states:StopExecution"])",
         SLSAUDIT_EXECUTION) "," SLSAUDIT_ALLOW(R"(["events:PutTargets", "events:PutRule"])",
                                                SLSAUDIT_MANAGED_RULE) "]"},
    {machine, bus, Mechanism::role_policy, true, "", "", put_events},
    {data_source, table, Mechanism::role_policy, true, "", table_read, table_write},
    {data_source, function, Mechanism::role_policy, true, "", "",
     "[" SLSAUDIT_ALLOW(R"(["lambda:InvokeAsync", "lambda:InvokeFunction"])",
                        R"(["%{Destination.Arn}", "%{Destination.Arn}:*"])") "]"},
    {data_source, bus, Mechanism::role_policy, true, "", "", put_events},
    {"AWS::AppSync::GraphQLApi", function, Mechanism::lambda_permission, false, "", "",
     R"({"Action": "lambda:InvokeFunction", "Principal": "appsync.amazonaws.com",
         "SourceArn": "arn:${AWS::Partition}:appsync:${AWS::Region}:${AWS::AccountId}:apis/%{Source.ResourceId}"})"},
};

#undef SLSAUDIT_ALLOW
#undef SLSAUDIT_EXECUTION
#undef SLSAUDIT_MANAGED_RULE
#undef SLSAUDIT_BY_SERVICE

} // namespace

const ConnectorProfile* find_connector_profile(std::string_view source, std::string_view destination) {
  const auto* found =
      std::find_if(std::begin(profiles), std::end(profiles), [&](const ConnectorProfile& profile) {
        return profile.source == source && profile.destination == destination;
      });
  return found == std::end(profiles) ? nullptr : found;
}

} // namespace slsaudit::dialect::sam
