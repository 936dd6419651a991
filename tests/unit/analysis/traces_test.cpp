// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/model.hpp"

using slsaudit::support::Model;

namespace {

/// Rows without the marks around names.
std::string rows(const Model& model, const char* table, const std::vector<std::string>& columns) {
  std::string text = model.rows(table, columns);
  std::erase(text, '`');
  return text;
}

const std::vector<std::string> all_columns{"from",      "to",     "link",       "starts_on",
                                           "to_traced", "broken", "cause_kind", "paths"};

std::string function(const std::string& name, const std::string& mode, const std::string& more = "") {
  const std::string tracing = mode.empty() ? "" : "TracingConfig: {Mode: " + mode + "}";
  const std::string comma = tracing.empty() || more.empty() ? "" : ", ";
  return "  " + name + ": {Type: AWS::Lambda::Function, Properties: {" + tracing + comma + more + "}}\n";
}
std::string mapping(const std::string& source, const std::string& target) {
  return "  " + source + "To" + target +
         ": {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt " + source +
         ".Arn, FunctionName: !Ref " + target + "}}\n";
}
/// A function whose role allows an action on a resource.
std::string writer(const std::string& name, const std::string& mode, const std::string& action,
                   const std::string& target) {
  return function(name, mode, "Role: !GetAtt " + name + "Role.Arn") + "  " + name +
         "Role: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: p, PolicyDocument: {Statement: "
         "[{Effect: "
         "Allow, Action: '" +
         action + "', Resource: " + target + "}]}}]}}\n";
}

} // namespace

TEST_CASE("what becomes of a trace at each hop") {
  struct Case {
    const char* name;
    std::string text;
    const char* rows;
  };
  const std::string head = "Parameters: {Mode: {Type: String}}\nResources:\n";
  const std::string queue = "  Q: {Type: AWS::SQS::Queue}\n";
  const std::string stream = "  S: {Type: AWS::Kinesis::Stream}\n";
  const std::vector<Case> cases{
      {"a queue links to the sender's trace",
       head + queue + writer("A", "Active", "sqs:SendMessage", "!GetAtt Q.Arn") + function("B", "Active") +
           mapping("Q", "B"),
       "Q | B | linked | true | true | false | null | 1\nA | Q | parent | true | null | false | null | 1\n"},
      {"a function behind a queue is off",
       head + queue + writer("A", "Active", "sqs:SendMessage", "!GetAtt Q.Arn") + function("B", "") +
           mapping("Q", "B"),
       "Q | B | linked | true | false | true | off | 1\nA | Q | parent | true | null | false | null | 1\n"},
      {"a stream ends it",
       head + stream + writer("A", "Active", "kinesis:PutRecord", "!GetAtt S.Arn") + function("B", "Active") +
           mapping("S", "B"),
       "S | B | none | true | true | true | crossing | 1\nA | S | parent | true | null | false | null | 1\n"},
      {"nothing is traced before the stream",
       head + stream + writer("A", "PassThrough", "kinesis:PutRecord", "!GetAtt S.Arn") +
           function("B", "Active") + mapping("S", "B"),
       "S | B | none | false | true | false | null | 1\nA | S | parent | false | null | false | null | 1\n"},
      {"nothing that records comes behind the stream",
       head + stream + writer("A", "Active", "kinesis:PutRecord", "!GetAtt S.Arn") +
           "  D: {Type: AWS::KinesisFirehose::DeliveryStream, Properties: {KinesisStreamSourceConfiguration: "
           "{KinesisStreamARN: !GetAtt S.Arn, RoleARN: x}}}\n",
       "S | D | none | true | null | false | null | 1\nA | S | parent | true | null | false | null | 1\n"},
      {"whether a function is traced isn't known",
       head + queue + writer("A", "Active", "sqs:SendMessage", "!GetAtt Q.Arn") + function("B", "!Ref Mode") +
           mapping("Q", "B"),
       "Q | B | linked | true | ? | ? | null | 1\nA | Q | parent | true | null | false | null | 1\n"},
      {"whether a trace starts isn't known",
       head + stream + writer("A", "!Ref Mode", "kinesis:PutRecord", "!GetAtt S.Arn") +
           function("B", "Active") + mapping("S", "B"),
       "S | B | none | ? | true | ? | crossing | 1\nA | S | parent | ? | null | false | null | 1\n"},
      {"a tracer of its own",
       head + stream + writer("A", "Active", "kinesis:PutRecord", "!GetAtt S.Arn") +
           function("B", "", "Environment: {Variables: {DD_TRACE_ENABLED: 'true'}}") + mapping("S", "B"),
       "S | B | ? | true | ? | ? | crossing | 1\nA | S | parent | true | null | false | null | 1\n"},
      {"one break is told once",
       head + queue + stream + writer("A", "Active", "sqs:SendMessage", "!GetAtt Q.Arn") +
           writer("B", "", "kinesis:PutRecord", "!GetAtt S.Arn") + mapping("Q", "B") +
           function("C", "Active") + mapping("S", "C"),
       "Q | B | linked | true | false | true | off | 1\nS | C | none | false | true | false | null | 1\n"
       "A | Q | parent | true | null | false | null | 1\nB | S | parent | false | null | false | null | 1\n"},
      {"several entries",
       head + stream + writer("A", "Active", "kinesis:PutRecord", "!GetAtt S.Arn") +
           writer("A2", "", "kinesis:PutRecord", "!GetAtt S.Arn") + function("B", "Active") +
           mapping("S", "B"),
       "S | B | none | true | true | true | crossing | 2\nA | S | parent | true | null | false | null | 1\n"
       "A2 | S | parent | false | null | false | null | 1\n"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const Model model(c.text);
    CHECK(rows(model, "traces", all_columns) == c.rows);
  }
}

TEST_CASE("a trace that a stage starts") {
  const std::string text = R"(Transform: AWS::Serverless-2016-10-31
Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: live, TracingEnabled: true}}
  Get:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      CodeUri: .
      Runtime: python3.12
      Events:
        E: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /, Method: get}}
)";
  const Model model(text);
  CHECK(rows(model, "traces", all_columns) == "Api | Get | parent | true | false | true | off | 1\n");
  const slsaudit::analysis::Row& row = model.table("traces")->rows.front();
  REQUIRE(row.steps().size() == 3);
  CHECK(row.steps()[0].text == "tracing is on at `Api`");
  CHECK(row.steps()[1].text == "`Api` routes `Get`");
  CHECK(row.steps()[2].text == "tracing is off at `Get`");
}

TEST_CASE("a state machine hands its trace on") {
  const std::string machine =
      "  M: {Type: AWS::StepFunctions::StateMachine, Properties: {TracingConfiguration: {Enabled: ON}, "
      "DefinitionString: !Sub '{\"StartAt\":\"a\",\"States\":{\"a\":{\"Type\":\"Task\","
      "\"Resource\":\"${F.Arn}\",\"End\":true}}}'}}\n";
  const auto with = [&](const std::string& on) {
    std::string text = "Resources:\n" + machine + function("F", "");
    return rows(Model(text.replace(text.find("ON}"), 2, on)), "traces", all_columns);
  };
  CHECK(with("true") == "M | F | parent | true | false | true | off | 1\n");
  CHECK(with("false") == "M | F | parent | false | false | false | null | 1\n");
}
