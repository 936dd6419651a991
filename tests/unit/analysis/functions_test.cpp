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

TEST_CASE("functions say whose tracer they bring along") {
  const auto tracer = [](const std::string& transform, const std::string& properties) {
    return Model("Transform: [AWS::Serverless-2016-10-31" + transform +
                 "]\nResources:\n  F: {Type: AWS::Serverless::Function, Properties: {" + properties + "}}\n")
        .rows("functions", {"tracer"});
  };
  CHECK(tracer("", "") == "null\n");
  CHECK(tracer(", TeamMacro", "") == "null\n");
  CHECK(tracer(", DatadogServerless", "") == "Datadog\n");
  CHECK(tracer(", {Name: LumigoMacro, Parameters: {a: b}}", "") == "Lumigo\n");
  const auto with = [&](const std::string& variable) {
    return tracer("", "Environment: {Variables: {" + variable + "}}");
  };
  CHECK(with("DD_SITE: datadoghq.eu") == "Datadog\n");
  CHECK(with("DT_TENANT: abc123") == "Dynatrace\n");
  CHECK(with("DT_TABLE: orders") == "null\n");
  CHECK(with("SENTRY_DSN: 'https://key@o1.ingest.sentry.io/1'") == "null\n");
  CHECK(with("SENTRY_TRACES_SAMPLE_RATE: '0.1'") == "Sentry\n");
  CHECK(with("SPLUNK_HEC_URL: 'https://logs.example.com'") == "null\n");
  CHECK(with("SPLUNK_ACCESS_TOKEN: '{{resolve:ssm:splunk}}'") == "Splunk\n");
}
