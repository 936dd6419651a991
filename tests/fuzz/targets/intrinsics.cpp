// SPDX-License-Identifier: Apache-2.0
// Any bytes as a value in a template that has one of everything an intrinsic may name.
#include "fuzz/system.hpp"
#include "fuzz/targets.hpp"

namespace slsaudit::fuzz {

namespace {

constexpr std::string_view before = R"(Transform: AWS::LanguageExtensions
Parameters:
  P: {Type: String, Default: p}
  Q: {Type: String}
  L: {Type: CommaDelimitedList, Default: "a,b"}
  N: {Type: Number, Default: 3}
Mappings:
  M: {a: {x: 1, y: [1, 2]}, us-east-1: {x: 2, y: text}}
Conditions:
  Yes: !Equals [a, a]
  Maybe: !Equals [!Ref Q, prod]
  Both: !And [!Condition Yes, !Not [!Condition Maybe]]
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Queue: {Type: AWS::SQS::Queue, Condition: Maybe}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Environment: {Variables: {T: !Ref Table}}
      Tested:
)";

} // namespace

void run_intrinsics(std::string_view bytes) {
  Reading reading;
  const std::string text = std::string(before) + indented(bytes, 8);
  (void)reading.evaluate(reading.lower(dialect::Dialect::cloudformation, text));
}

} // namespace slsaudit::fuzz
