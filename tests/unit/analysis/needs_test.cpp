// SPDX-License-Identifier: Apache-2.0
// What roles are there for, and whether they may, read by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

const std::string head =
    "Parameters: {P: {Type: String}}\nResources:\n  Q: {Type: AWS::SQS::Queue}\n  F: {Type: "
    "AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}\n";
const std::string mapping = "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, "
                            "EventSourceArn: !GetAtt Q.Arn}}\n";

std::string role(const std::string& statements, const std::string& service = "lambda.amazonaws.com",
                 const std::string& more = "") {
  return "  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, "
         "Principal: "
         "{Service: " +
         service + "}, Action: sts:AssumeRole}]}, Policies: [{PolicyName: a, PolicyDocument: {Statement: " +
         statements + "}}]" + more + "}}\n";
}
std::string allow(const std::string& actions, const std::string& resource) {
  return "[{Effect: Allow, Action: " + actions + ", Resource: " + resource + "}]";
}

} // namespace

TEST_CASE("roles may do what a statement surely allows, or surely may not") {
  struct Case {
    const char* name;
    std::string text;
    std::string expected; ///< purpose, held, missing, trusted
  };
  const std::string reads = "[sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes]";
  const std::string none =
      "reads | false | [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes] | true\n";
  const std::string runs = "runs with | true | [] | true\n";
  const std::string may = "reads | true | [] | true\n";
  const std::string maybe = "reads | ? | [] | true\n";
  const Case cases[] = {
      {"nothing", head + mapping + role("[]"), none + runs},
      {"all of it", head + mapping + role(allow(reads, "!GetAtt Q.Arn")), may + runs},
      {"all queues", head + mapping + role(allow("sqs:*", "\"*\"")), may + runs},
      {"all queues by ARN", head + mapping + role(allow("sqs:*", "\"arn:aws:sqs:*:*:*\"")), may + runs},
      {"a part", head + mapping + role(allow("sqs:ReceiveMessage", "!GetAtt Q.Arn")),
       "reads | false | [sqs:DeleteMessage, sqs:GetQueueAttributes] | true\n" + runs},
      {"another queue",
       head + "  O: {Type: AWS::SQS::Queue}\n" + mapping + role(allow(reads, "!GetAtt O.Arn")), none + runs},
      {"another queue by name", head + mapping + role(allow(reads, "\"arn:aws:sqs:eu-west-1:1:other\"")),
       none + runs},
      {"queues of a name that is not known",
       head + mapping + role(allow(reads, "!Sub \"arn:aws:sqs:*:*:${P}\"")), maybe + runs},
      {"actions that are not known", head + mapping + role(allow("!Ref P", "\"*\"")), maybe + runs},
      {"a managed policy that is not known",
       head + mapping + role("[]", "lambda.amazonaws.com", ", ManagedPolicyArns: [!Ref P]"), maybe + runs},
      {"statements that are not known", head + mapping + role("!Ref P"), maybe + runs},
      {"a policy for a role that is not known",
       head + mapping + role("[]") +
           "  X: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref P], PolicyDocument: {Statement: []}}}\n",
       "reads | ? | [] | ?\nruns with | true | [] | ?\n"},
      {"a boundary",
       head + mapping +
           role(allow(reads, "!GetAtt Q.Arn"), "lambda.amazonaws.com",
                ", PermissionsBoundary: \"arn:aws:iam::aws:policy/AmazonSQSFullAccess\""),
       may + runs},
      {"a role for another service", head + role("[]", "ec2.amazonaws.com"),
       "runs with | true | [] | false\n"},
      {"a role for whom nobody knows", head + role("[]", "!Ref P"), "runs with | true | [] | ?\n"},
  };
  for (const Case& one : cases) {
    INFO(one.name);
    CHECK(Model(one.text).rows("needs", {"purpose", "held", "missing", "trusted"}) == one.expected);
  }
}
