// SPDX-License-Identifier: Apache-2.0
#include "harness.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"

#include <nlohmann/json.hpp>

using namespace slsaudit;
using test::run;

namespace {

const std::string shop = R"(Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      MethodSettings: [{ResourcePath: "/*", HttpMethod: "*", ThrottlingRateLimit: 100, ThrottlingBurstLimit: 50}]
  Place:
    Type: AWS::Serverless::Function
    Properties:
      Handler: place.handler
      Runtime: nodejs22.x
      CodeUri: .
      Timeout: 10
      Environment: {Variables: {JOBS: !Ref Jobs}}
      Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Jobs.QueueName}}]
      Events: {Post: {Type: Api, Properties: {Path: /orders, Method: post, RestApiId: !Ref Api}}}
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Handler: work.handler
      Runtime: nodejs22.x
      CodeUri: .
      MemorySize: 512
      ReservedConcurrentExecutions: 20
      Events: {Job: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 5}}}
  Report:
    Type: AWS::Serverless::Function
    Properties:
      Handler: report.handler
      Runtime: nodejs22.x
      CodeUri: .
      Events: {Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}
  Jobs: {Type: AWS::SQS::Queue}
  Gateway: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: subnet-1}}
)";

const std::string profile = R"(load:
  size: small
  entries: {Api: {rate: 3000/min, burst: 40, payload: 2KB}, Gone: {rate: 1/s}}
  functions: {Work: {duration: 1.5s}}
)";

} // namespace

TEST_CASE("load without a profile says that it assumes a small one") {
  const auto outcome = run({"load", "t.yaml"}, {{"t.yaml", shop}});
  CHECK(outcome.code == 0);
  test::check_golden("load.txt", outcome.out);
}

TEST_CASE("load takes the profile of the configuration, many times over") {
  const test::Files files{{"t.yaml", shop}, {"slsaudit.yaml", profile}};
  const auto outcome = run({"load", "t.yaml", "--at", "10x"}, files);
  CHECK(outcome.code == 0);
  test::check_golden("load-profile.txt", outcome.out);
  CHECK(run({"load", "t.yaml", "--at", "10x", "--no-config"}, files).out != outcome.out);
}

TEST_CASE("load tells programs the same") {
  const auto outcome =
      run({"load", "t.yaml", "--format", "json"}, {{"t.yaml", shop}, {"slsaudit.yaml", profile}});
  const auto json = nlohmann::json::parse(outcome.out);
  CHECK(json["format"] == "slsaudit-load");
  CHECK(json["size_assumed"] == false);
  const auto& system = json["systems"][0];
  CHECK(system["entries"][0]["rate"] == 50);
  CHECK(system["functions"][0]["function"] == "Place");
  CHECK(system["functions"][0]["demand"] == 50); // 50/s × 200 ms + 40
  CHECK(system["functions"][1]["demand"] == 15); // 10/s × 1.5 s
  CHECK(system["limits"][0]["what"] == "its throttle's burst");
}

TEST_CASE("load refuses what is no factor or size") {
  CHECK(run({"load", ".", "--at", "much"}).code == 2);
  CHECK(run({"load", ".", "--size", "huge"}).code == 2);
  CHECK(run({"load", "gone.yaml"}).code == 3);
}
