// SPDX-License-Identifier: Apache-2.0
// Where functions run, and what they lack to be traced.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

TEST_CASE("functions that Greengrass cores run are told apart while nothing else starts them") {
  const std::string text = R"(Resources:
  F: {Type: AWS::Lambda::Function}
  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}
  Core: {Type: AWS::Greengrass::FunctionDefinition, Properties: {InitialVersion: {Functions: [{FunctionArn: !Ref V}]}}}
)";
  CHECK(Model(text).rows("functions", {"edge"}) == "true\n");
  const std::string tick =
      "  Tick: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), Targets: "
      "[{Id: f, Arn: !GetAtt F.Arn}]}}\n";
  CHECK(Model(text + tick).rows("functions", {"edge"}) == "false\n");
}

TEST_CASE("functions say how their roles would get the right to trace") {
  const auto right = [](const std::string& role) {
    return Model("Parameters: {More: {Type: CommaDelimitedList}}\nResources:\n"
                 "  F: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}\n"
                 "  R: {Type: AWS::IAM::Role, Properties: {" +
                 role + "}}\n")
        .rows("functions", {"trace_right"});
  };
  CHECK(right("ManagedPolicyArns: [a]") == "role\n");
  CHECK(right("ManagedPolicyArns: !Ref More") == "elsewhere\n");
  CHECK(right("Policies: [{PolicyName: t, PolicyDocument: {Statement: {Effect: Allow, Action: 'xray:Put*', "
              "Resource: '*'}}}]") == "null\n");
  const std::string sam = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: "
                          "AWS::Serverless::Function, Properties: {";
  CHECK(Model(sam + "}}\n").rows("functions", {"trace_right"}) == "null\n");
  CHECK(Model(sam + "Role: 'arn:aws:iam::111122223333:role/f'}}\n").rows("functions", {"trace_right"}) ==
        "elsewhere\n");
}
