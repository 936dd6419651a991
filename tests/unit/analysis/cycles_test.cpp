// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/model.hpp"

using slsaudit::support::Model;

namespace {

const std::vector<std::string> columns{"kind", "length", "way"};

struct Case {
  std::string name;
  std::vector<std::string> templates;
  std::string rows;
};

} // namespace

TEST_CASE("what needs itself in a circle") {
  const std::string queue = ": {Type: AWS::SQS::Queue, Properties: {QueueName: ";
  const std::vector<Case> cases{
      {"two resources",
       {"Resources:\n  A" + queue + "!Ref B}}\n  B" + queue + "!GetAtt A.QueueName}}\n"},
       "resources | 2 | `A` → `B` → `A`\n"},
      {"through Sub and DependsOn",
       {"Resources:\n  A: {Type: AWS::SNS::Topic, DependsOn: [B]}\n  B" + queue +
        "!Sub 'x-${C.QueueName}'}}\n"
        "  C" +
        queue + "!Join ['', [!GetAtt A.TopicName]]}}\n"},
       "resources | 3 | `A` → `B` → `C` → `A`\n"},
      {"itself", {"Resources:\n  A" + queue + "!Sub '${A.Arn}'}}\n"}, "resources | 1 | `A` → `A`\n"},
      {"one line to another, twice",
       {"Resources:\n  A" + queue + "!Ref B}}\n  B" + queue + "b}}\n  C" + queue + "!Ref B}}\n"},
       ""},
      {"two circles",
       {"Resources:\n  A" + queue + "!Ref B}}\n  B" + queue + "!Ref A}}\n  C" + queue + "!Ref D}}\n  D" +
        queue + "!Ref C}}\n"},
       "resources | 2 | `A` → `B` → `A`\nresources | 2 | `C` → `D` → `C`\n"},
      {"sides of a condition that never hold together",
       {"Parameters: {P: {Type: String}}\nConditions: {X: !Equals [!Ref P, x]}\nResources:\n  A" + queue +
        "!If [X, !Ref B, a]}}\n  B" + queue + "!If [X, b, !Ref A]}}\n"},
       ""},
      {"sides of a condition that hold together",
       {"Parameters: {P: {Type: String}}\nConditions: {X: !Equals [!Ref P, x]}\nResources:\n  A" + queue +
        "!If [X, !Ref B, a]}}\n  B" + queue + "!If [X, !Ref A, b]}}\n"},
       "resources | 2 | `A` → `B` → `A`\n"},
      {"a resource that isn't there when the reference is",
       {"Parameters: {P: {Type: String}}\nConditions: {X: !Equals [!Ref P, x]}\nResources:\n  A" + queue +
        "!If [X, a, !Ref B]}}\n  B: {Type: AWS::SQS::Queue, Condition: X, Properties: {QueueName: !Ref "
        "A}}\n"},
       ""},
      {"stacks that import from each other",
       {"Resources:\n  A" + queue + "!ImportValue b}}\nOutputs: {O: {Value: !Ref A, Export: {Name: a}}}\n",
        "Resources:\n  B" + queue + "!ImportValue a}}\nOutputs: {O: {Value: !Ref B, Export: {Name: b}}}\n"},
       "stacks | 2 | the stack of `A` → the stack of `B` → the stack of `A`\n"},
      {"one stack imports from the other",
       {"Resources:\n  A" + queue + "a}}\nOutputs: {O: {Value: !Ref A, Export: {Name: a}}}\n",
        "Resources:\n  B" + queue + "!ImportValue a}}\nOutputs: {O: {Value: !Ref B, Export: {Name: b}}}\n"},
       ""},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(Model(c.templates).rows("cycles", columns) == c.rows);
    }
  }
}

TEST_CASE("services that wait for each other") {
  const auto caller = [](const std::string& id, const std::string& other) {
    return "Transform: AWS::Serverless-2016-10-31\nResources:\n  " + id +
           ":\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Name: " + id +
           "\n      Role: arn:aws:iam::123456789012:role/r\n      Definition:\n        StartAt: Call\n"
           "        States: {Call: {Type: Task, Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:" +
           other + "', End: true}}\n  " + id +
           "Fn:\n    Type: AWS::Lambda::Function\n    Properties: {FunctionName: " + id +
           "-fn, Role: !GetAtt Role.Arn}\n";
  };
  const Model model({caller("One", "Two-fn"), caller("Two", "One-fn")});
  CHECK(model.rows("cycles", columns) ==
        "services | 2 | the stack of `One` → the stack of `Two` → the stack of `One`\n");
}
