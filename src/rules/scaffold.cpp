// SPDX-License-Identifier: Apache-2.0
#include "rules/scaffold.hpp"

namespace slsaudit::rules {

namespace {

constexpr std::string_view body = R"(severity: medium
profile: default
summary: A function may run longer than we allow
# The table whose rows are judged; `slsaudit facts PATH` shows all of them.
for: functions
parameters:
  most: {default: 300, meaning: seconds that a function may run}
# Only true fires: what the template doesn't say is unknown, and stays silent.
when: row.timeout > parameters.most
# Where the finding points; text in braces is an expression too.
at: row.timeout
message: "{row.function} may run {row.timeout} s, {parameters.most} s are allowed"
why: |
  What happens in production because of it, and by what mechanism.
fix:
  cloudformation: |
    Timeout: 60
  sam: |
    Timeout: 60
  serverless: |
    functions:
      report: {timeout: 60}
limits: What the rule deliberately does not catch.
references: []
tags: [operability]
examples:
  - name: a long timeout
    cloudformation: |
      Resources:
        Report:
          Type: AWS::Lambda::Function
          Properties: {Timeout: 900}
    expect: [{line: 4, column: 27}]
  - name: a long timeout
    sam: |
      Transform: AWS::Serverless-2016-10-31
      Resources:
        Report:
          Type: AWS::Serverless::Function
          Properties: {Timeout: 900}
    expect: [{line: 5, column: 27}]
  - name: a long timeout
    serverless: |
      service: reports
      provider: {name: aws, runtime: nodejs22.x}
      functions:
        report: {handler: src/report.handler, timeout: 900}
    expect: [{line: 4, column: 50}]
  - name: just within the limit
    cloudformation: |
      Resources:
        Report:
          Type: AWS::Lambda::Function
          Properties: {Timeout: 300}
    expect: []
  - name: the deployer decides
    kind: unknown
    cloudformation: |
      Parameters:
        Seconds: {Type: Number}
      Resources:
        Report:
          Type: AWS::Lambda::Function
          Properties: {Timeout: !Ref Seconds}
    expect: []
)";

} // namespace

std::string scaffold(std::string_view code, std::string_view name) {
  return "code: " + std::string(code) + "\nname: " + std::string(name) + "\n" + std::string(body);
}

} // namespace slsaudit::rules
