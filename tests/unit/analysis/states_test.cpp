// SPDX-License-Identifier: Apache-2.0
// States of workflows, and identities that templates write.
#include "analysis/describe.hpp"
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

/// The cells of a column, one a line.
std::string column(const Model& model, std::string_view table, std::string_view name) {
  std::string text;
  for (const analysis::Row& row : model.facts().table(table)->rows) text += row.field(name).display() + "\n";
  return text;
}

} // namespace

TEST_CASE("states are told at any depth, with what happens round them") {
  const Model model(R"(Resources:
  Ship:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: Both
        States:
          Both:
            Type: Parallel
            Retry: [{ErrorEquals: [States.ALL]}]
            Branches:
              - States: {Pack: {Type: Task, Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", HeartbeatSeconds: 9}}
          Tell: {Type: Task, Resource: "arn:aws:states:::aws-sdk:sns:publish"}
)");
  CHECK(column(model, "states", "name") == "Both\nTell\nPack\n");
  CHECK(column(model, "states", "service") == "null\nsns\nlambda\n");
  CHECK(column(model, "states", "waits") == "null\nanswer\ntoken\n");
  CHECK(column(model, "states", "retried") == "true\nfalse\ntrue\n");
  CHECK(column(model, "states", "timed") == "false\nfalse\ntrue\n");
}

TEST_CASE("identities are those that a template writes itself") {
  const Model model(R"(Parameters: {Topic: {Type: String, Default: "arn:aws:sns:eu-west-1:111122223333:a"}}
Resources:
  Call:
    Type: AWS::Lambda::Function
    Properties:
      Role: !Sub arn:aws:iam::${AWS::AccountId}:role/call
      Layers: ["arn:aws:lambda:eu-west-1:111122223333:layer:tools:1"]
      Environment: {Variables: {A: !Ref Topic, B: "arn:aws:sns:eu-west-1:111122223333:b"}}
)");
  CHECK(column(model, "identities", "text") == "arn:aws:sns:eu-west-1:111122223333:b\n");
  CHECK(column(model, "identities", "account") == "111122223333\n");
  CHECK(column(model, "identities", "region") == "eu-west-1\n");
}
