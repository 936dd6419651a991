// SPDX-License-Identifier: Apache-2.0
// `slsaudit what-if` on a shop whose answers can be worked out by hand.
#include "support/catch.hpp"
#include "support/golden.hpp"
#include "unit/cli/harness.hpp"

using namespace slsaudit;
using test::Files;
using test::Outcome;

namespace {

/// Requests put orders into a table and a queue; a function bills them and tells a topic.
const char* const shop = R"(Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
  Dead:
    Type: AWS::SQS::Queue
    Properties: {MessageRetentionPeriod: 1209600}
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Done:
    Type: AWS::SNS::Topic
  Order:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: nodejs20.x
      InlineCode: x
      Timeout: 10
      Environment: {Variables: {TABLE: !Ref Orders, QUEUE: !Ref Jobs}}
      Policies:
        - DynamoDBWritePolicy: {TableName: !Ref Orders}
        - SQSSendMessagePolicy: {QueueName: !GetAtt Jobs.QueueName}
      Events:
        Post: {Type: Api, Properties: {Path: /orders, Method: post}}
  Bill:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: nodejs20.x
      InlineCode: x
      Environment: {Variables: {TABLE: !Ref Orders}}
      Policies:
        - DynamoDBReadPolicy: {TableName: !Ref Orders}
        - SNSPublishMessagePolicy: {TopicName: !GetAtt Done.TopicName}
      Events:
        Job: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}
  Mail:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: nodejs20.x
      InlineCode: x
      Events:
        Told: {Type: SNS, Properties: {Topic: !Ref Done}}
)";

Outcome ask(const std::vector<std::string>& question, Files files = {{"shop.yaml", shop}}) {
  std::vector<std::string> arguments{"what-if", "."};
  arguments.insert(arguments.end(), question.begin(), question.end());
  return test::run(arguments, std::move(files));
}

} // namespace

TEST_CASE("what-if answers for people") {
  test::check_golden("what-if-fail-table.txt", ask({"--fail", "Orders"}).out);
  test::check_golden("what-if-fail-function.txt", ask({"--fail", "Bill"}).out);
  test::check_golden("what-if-slow.txt", ask({"--slow", "Orders"}).out);
  test::check_golden("what-if-compromise.txt", ask({"--compromise", "Order"}).out);
}

TEST_CASE("what-if answers for programs") {
  const Outcome outcome = ask({"--fail", "Mail", "--format", "json"});
  CHECK(outcome.code == 0);
  test::check_golden("what-if-fail.json", outcome.out);
}

TEST_CASE("what-if asks back") {
  SECTION("nothing of that name") {
    const Outcome outcome = ask({"--fail", "Order5"});
    CHECK(outcome.code == 2);
    CHECK(outcome.err.find("nothing is called `Order5` here; near it are `Order`") != std::string::npos);
  }
  SECTION("several of that name") {
    const Outcome outcome = ask({"--fail", "Mail"}, {{"a/shop.yaml", shop}, {"b/shop.yaml", shop}});
    CHECK(outcome.code == 2);
    CHECK(outcome.err.find("`a/shop.yaml:Mail`") != std::string::npos);
  }
  SECTION("one of several, by its path") {
    const Outcome outcome =
        ask({"--fail", "b/shop.yaml:Mail"}, {{"a/shop.yaml", shop}, {"b/shop.yaml", shop}});
    CHECK(outcome.code == 0);
    CHECK(outcome.out.find("[b/shop.yaml:") != std::string::npos);
    CHECK(outcome.out.find("[a/shop.yaml:") == std::string::npos);
  }
  SECTION("two questions") {
    CHECK(ask({"--fail", "Mail", "--slow", "Mail"}).code == 2);
  }
  SECTION("none") {
    CHECK(ask({}).code == 2);
  }
}
