// SPDX-License-Identifier: Apache-2.0
// Who is let in by a target's own policy, read by hand.
#include "support/catch.hpp"
#include "support/model.hpp"

using namespace slsaudit;
using support::Model;

namespace {

const std::string head = "Parameters: {P: {Type: String}}\nResources:\n";
const std::string fn = "  F: {Type: AWS::Lambda::Function}\n";
const std::string queue = "  Q: {Type: AWS::SQS::Queue}\n";
const std::string rule =
    "  R: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !GetAtt F.Arn}]}}\n";

std::string bucket(const std::string& more = "") {
  return "  B: {Type: AWS::S3::Bucket, " + more +
         "Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: a, Function: !GetAtt "
         "F.Arn}]}}}\n";
}
std::string permission(const std::string& principal, const std::string& more = "",
                       const std::string& function = "!Ref F") {
  return "  May: {Type: AWS::Lambda::Permission, Properties: {Action: lambda:InvokeFunction, FunctionName: " +
         function + ", Principal: " + principal + more + "}}\n";
}
std::string subscription(const std::string& protocol, const std::string& endpoint) {
  return "  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: " + protocol +
         ", Endpoint: " + endpoint + "}]}}\n";
}
std::string policy(const std::string& statement) {
  return "  Policy: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q], PolicyDocument: {Statement: "
         "[" +
         statement + "]}}}\n";
}

} // namespace

TEST_CASE("callers are let in by permissions and policies that name them") {
  struct Case {
    const char* name;
    std::string text;
    const char* expected; ///< service, admitted, cause, order
  };
  const std::string sends = "Action: sqs:SendMessage, Resource: !GetAtt Q.Arn}";
  const Case cases[] = {
      {"no permission", head + fn + rule, "events.amazonaws.com | false | none | null\n"},
      {"a permission", head + fn + rule + permission("events.amazonaws.com", ", SourceArn: !GetAtt R.Arn"),
       "events.amazonaws.com | true | null | null\n"},
      {"a permission for another service", head + fn + rule + permission("s3.amazonaws.com"),
       "events.amazonaws.com | false | other-service | null\n"},
      {"a permission for another rule",
       head + fn + rule + "  Other: {Type: AWS::Events::Rule}\n" +
           permission("events.amazonaws.com", ", SourceArn: !GetAtt Other.Arn"),
       "events.amazonaws.com | false | other-source | null\n"},
      {"a permission for whom nobody knows", head + fn + rule + permission("!Ref P"),
       "events.amazonaws.com | ? | null | null\n"},
      {"a permission of a function that nobody knows",
       head + fn + rule + permission("events.amazonaws.com", "", "!Ref P"),
       "events.amazonaws.com | ? | none | null\n"},
      {"a rule that is off",
       head + fn +
           "  R: {Type: AWS::Events::Rule, Properties: {State: DISABLED, Targets: [{Id: a, Arn: !GetAtt "
           "F.Arn}]}}\n",
       ""},
      {"a rule with a role",
       head + fn +
           "  R: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !GetAtt F.Arn, RoleArn: !Ref "
           "P}]}}\n",
       ""},
      {"a bucket before its permission",
       head + fn + bucket() + permission("s3.amazonaws.com", ", SourceArn: !GetAtt B.Arn"),
       "s3.amazonaws.com | true | null | before\n"},
      {"a bucket and its permission, whichever is first",
       head + fn + bucket() + permission("s3.amazonaws.com", ", SourceAccount: !Ref AWS::AccountId"),
       "s3.amazonaws.com | true | null | unordered\n"},
      {"a bucket after its permission",
       head + fn + bucket("DependsOn: Later, ") + "  Later: {Type: AWS::SNS::Topic, DependsOn: May}\n" +
           permission("s3.amazonaws.com"),
       "s3.amazonaws.com | true | null | after\n"},
      {"a queue without a policy", head + queue + subscription("sqs", "!GetAtt Q.Arn"),
       "sns.amazonaws.com | false | none | null\n"},
      {"a queue with one",
       head + queue + subscription("sqs", "!GetAtt Q.Arn") +
           policy("{Effect: Allow, Principal: {Service: [events.amazonaws.com, sns.amazonaws.com]}, " +
                  sends),
       "sns.amazonaws.com | true | null | null\n"},
      {"a queue that lets everyone in under a condition",
       head + queue + subscription("sqs", "!GetAtt Q.Arn") +
           policy("{Effect: Allow, Principal: \"*\", Condition: {ArnEquals: {aws:SourceArn: !Ref T}}, " +
                  sends),
       "sns.amazonaws.com | true | null | null\n"},
      {"a queue with the platform's key",
       head + "  Q: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: alias/aws/sqs}}\n" +
           subscription("sqs", "!GetAtt Q.Arn"),
       "sns.amazonaws.com | false | key | null\n"},
      {"a stack that is not here",
       head + fn + rule + "  S: {Type: AWS::CloudFormation::Stack, Properties: {Parameters: {A: !Ref F}}}\n",
       "events.amazonaws.com | ? | none | null\n"},
  };
  for (const Case& one : cases) {
    INFO(one.name);
    CHECK(Model(one.text).rows("admissions", {"service", "admitted", "cause", "order"}) == one.expected);
  }
}
