// SPDX-License-Identifier: Apache-2.0
// Any bytes as a policy: of a role, of who may assume it, and of a resource.
#include "fuzz/system.hpp"
#include "fuzz/targets.hpp"

namespace slsaudit::fuzz {

void run_policies(std::string_view bytes) {
  const std::string policy = indented(bytes, 10);
  Reading reading;
  reading.add("Resources:\n"
              "  Table: {Type: AWS::DynamoDB::Table}\n"
              "  Function:\n"
              "    Type: AWS::Lambda::Function\n"
              "    Properties: {Role: !GetAtt Role.Arn, Handler: a.b, Runtime: nodejs22.x}\n"
              "  Role:\n"
              "    Type: AWS::IAM::Role\n"
              "    Properties:\n"
              "      Policies:\n"
              "      - PolicyName: p\n"
              "        PolicyDocument:\n" +
              policy + "      AssumeRolePolicyDocument:\n" + // once by alias would be one node
              policy +
              "  Queue: {Type: AWS::SQS::Queue}\n"
              "  QueuePolicy:\n"
              "    Type: AWS::SQS::QueuePolicy\n"
              "    Properties:\n"
              "      Queues: [!Ref Queue]\n"
              "      PolicyDocument:\n" +
              policy);
  Reading::compute_facts(reading.build());
}

} // namespace slsaudit::fuzz
