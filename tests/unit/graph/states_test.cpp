// SPDX-License-Identifier: Apache-2.0
// State machines: however the definition is written, the same calls come out.
#include "graph/system.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

#include <algorithm>

using namespace slsaudit;
using Lines = std::vector<std::string>;

namespace {

constexpr std::string_view others = R"(
  Work: { Type: AWS::Lambda::Function }
  Orders: { Type: AWS::DynamoDB::Table }
  Jobs: { Type: AWS::SQS::Queue }
  Child: { Type: AWS::StepFunctions::StateMachine }
)";

struct Case {
  std::string name;
  std::string resources;
  Lines edges;
};

} // namespace

TEST_CASE("definitions") {
  const std::vector<Case> cases = {
      {"an object with substitutions",
       R"(
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionSubstitutions: { WorkArn: !GetAtt Work.Arn, Table: !Ref Orders }
      Definition:
        StartAt: A
        States:
          A: { Type: Task, Resource: '${WorkArn}', Next: B }
          B: { Type: Task, Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: { TableName: '${Table}' }, End: true }
)",
       {"Flow -invokes-> Work", "Flow -writes-> Orders"}},
      {"JSON through Fn::Sub, with a number outside quotes",
       R"(
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: !Sub |
        { "StartAt": "A", "States": {
          "A": { "Type": "Task", "Resource": "arn:${AWS::Partition}:states:::lambda:invoke",
                 "Parameters": { "FunctionName": "${Work.Arn}" }, "TimeoutSeconds": ${AWS::AccountId}, "Next": "B" },
          "B": { "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                 "Parameters": { "QueueUrl": "${Jobs}" }, "End": true } } }
)",
       {"Flow -invokes-> Work", "Flow -sends-> Jobs"}},
      {"Map and Parallel, a child workflow, the default bus",
       R"(
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: !Join
        - ''
        - - '{"StartAt":"All","States":{"All":{"Type":"Map","MaxConcurrency":5,"Iterator":{"StartAt":"W","States":{"W":{"Type":"Task","Resource":"'
          - !GetAtt Work.Arn
          - '","End":true}}},"Next":"Par"},"Par":{"Type":"Parallel","Branches":[{"StartAt":"C","States":{"C":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution","Parameters":{"StateMachineArn":"'
          - !Ref Child
          - '"},"End":true}}},{"StartAt":"E","States":{"E":{"Type":"Task","Resource":"arn:aws:states:::events:putEvents","Parameters":{"Entries":[{"Source":"x"}]},"End":true}}}],"End":true}}}'
)",
       {"Flow -invokes-> Child", "Flow -invokes-> Work", "Flow -sends-> default event bus"}},
      {"text that is no JSON",
       R"(
  Flow: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: '{ "States": ' } }
)",
       {}},
  };
  for (const Case& expected : cases) {
    DYNAMIC_SECTION(expected.name) {
      const auto built = test::build_system({"Resources:" + std::string(others) + expected.resources});
      CHECK(graph::verify(built->system) == "");
      auto lines = test::dump_edges(built->system);
      std::sort(lines.begin(), lines.end());
      CHECK(lines == expected.edges);
    }
  }
}

TEST_CASE("a state's settings tell its name and the Maps around it") {
  const auto built = test::build_system({R"(
Resources:
  Work: { Type: AWS::Lambda::Function }
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        States:
          Outer:
            Type: Map
            MaxConcurrency: 3
            ItemProcessor:
              States:
                Inner:
                  Type: Map
                  ItemProcessor:
                    States:
                      Do: { Type: Task, Resource: !GetAtt Work.Arn, Retry: [ { MaxAttempts: 2 } ] }
          Again: { Type: Task, Resource: !GetAtt Work.Arn }
)"});
  const auto& system = built->system;
  REQUIRE(system.edges.size() == 1);
  const auto states = system.edges[0].settings;
  REQUIRE(states.items().size() == 2);
  CHECK(system.edges[0].evidence.size() == 2);
  CHECK(states.items()[0].get("Name").as_string() == "Again");
  CHECK(states.items()[1].get("Name").as_string() == "Do");
  const auto maps = states.items()[1].get("Maps");
  REQUIRE(maps.items().size() == 2);
  CHECK(maps.items()[0].display() == "{Name: Inner}");
  CHECK(maps.items()[1].display() == "{Name: Outer, MaxConcurrency: 3}");
}

TEST_CASE("a role says what a state machine calls only where its definition doesn't") {
  const std::string before = R"(
Resources:
  Work: { Type: AWS::Lambda::Function }
  Other: { Type: AWS::Lambda::Function }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: P
          PolicyDocument: { Statement: [ { Effect: Allow, Action: 'lambda:InvokeFunction', Resource: [ !GetAtt Work.Arn, !GetAtt Other.Arn ] } ] }
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
)";
  const std::string known =
      before + "      Definition: { States: { A: { Type: Task, Resource: !GetAtt Work.Arn } } }\n";
  CHECK(test::dump_edges(test::build_system({known})->system) ==
        Lines{"Flow -invokes-> Work [declared+granted]"});
  const std::string dynamic =
      before + "      Definition: { States: { A: { Type: Task, Resource: 'arn:aws:states:::lambda:invoke', "
               "Parameters: { FunctionName.$: $.name } } } }\n";
  CHECK(test::dump_edges(test::build_system({dynamic})->system) ==
        Lines{"Flow -invokes-> Work [granted]", "Flow -invokes-> Other [granted]"});
  const std::string elsewhere = before + "      DefinitionS3Location: { Bucket: b, Key: k }\n";
  CHECK(test::dump_edges(test::build_system({elsewhere})->system) ==
        Lines{"Flow -invokes-> Work [granted]", "Flow -invokes-> Other [granted]"});
}

TEST_CASE("an integration without an action is none") {
  for (const std::string resource : {"lambda:", "lambda:.sync", "aws-sdk:sqs:.waitForTaskToken"}) {
    CAPTURE(resource);
    const auto built = test::build_system({"Resources:\n"
                                           "  Flow:\n"
                                           "    Type: AWS::StepFunctions::StateMachine\n"
                                           "    Properties: {Definition: {States: {A: {Type: Task, "
                                           "Resource: 'arn:aws:states:::" +
                                           resource + "'}}}}\n"});
    REQUIRE(built->system.edges.size() == 1);
    CHECK(built->system.node(built->system.edges[0].to).resource == nullptr);
  }
}
