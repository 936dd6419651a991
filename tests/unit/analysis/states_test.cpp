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
  for (const analysis::Row& row : model.table(table)->rows) text += row.field(name).display() + "\n";
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

TEST_CASE("tasks tell what they call and what they wait for") {
  struct Case {
    const char* name;
    std::string states;
    const char* expected; ///< name, type, service, waits, retried, caught, execution_timed
  };
  const auto task = [](const std::string& resource, const std::string& more = "") {
    return "{StartAt: A, States: {A: {Type: Task, Resource: '" + resource + "'" + more + "}}}";
  };
  const Case cases[] = {
      {"the answer of a function", task("arn:aws:states:::lambda:invoke"),
       "A | Task | lambda | answer | false | false | false\n"},
      {"the end of a workflow", task("arn:aws:states:::states:startExecution.sync:2"),
       "A | Task | states | end | false | false | false\n"},
      {"a worker that asks for work",
       task("arn:aws:states:eu-west-1:111122223333:activity:pack",
            ", Catch: [{ErrorEquals: [States.ALL], Next: A}]"),
       "A | Task | activity | worker | false | true | false\n"},
      {"a Retry without entries is none", task("arn:aws:states:::sqs:sendMessage", ", Retry: []"),
       "A | Task | sqs | answer | false | false | false\n"},
      {"states of a Map share its Catch, and the execution's timeout",
       "{TimeoutSeconds: 60, States: {Each: {Type: Map, Catch: [{ErrorEquals: [States.ALL], Next: B}], "
       "ItemProcessor: {States: {Do: {Type: Pass}}}}, B: {Type: Pass}}}",
       "Each | Map | null | null | false | true | true\nB | Pass | null | null | false | false | true\n"
       "Do | Pass | null | null | false | true | true\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Model model("Resources: {M: {Type: AWS::StepFunctions::StateMachine, Properties: {Definition: " +
                        c.states + "}}}\n");
      CHECK(model.rows("states", {"name", "type", "service", "waits", "retried", "caught",
                                  "execution_timed"}) == c.expected);
    }
  }
}
