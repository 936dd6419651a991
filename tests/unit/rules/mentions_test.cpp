// SPDX-License-Identifier: Apache-2.0
// Where a template says a name a second time.
#include "rules/examples.hpp"
#include "support/catch.hpp"

using namespace slsaudit;

namespace {

/// What of the template says the table's name, `orders`, or that of a log group, `/shop/log`.
std::string said(const std::string& rest) {
  const rules::Loaded loaded =
      rules::load("rule.yaml", "code: ABC001\nname: a-rule\nsummary: A rule\nseverity: low\nwhy: because\n"
                               "fix: {cloudformation: change it}\nfor: resources\n"
                               "of: [\"AWS::DynamoDB::Table\"]\nwhen: \"true\"\n"
                               "message: \"{resource.mentions(['orders', '/shop/log', 'ab'])}\"\n");
  REQUIRE(loaded.errors.empty());
  const rules::Rule* list[] = {&loaded.rules.at(0)};
  text::SourceMap sources;
  const rules::Trialled trialled = rules::judge_file(
      text::MemoryFileSystem(
          {{"template.yaml", "Parameters:\n  Name: {Type: String}\nResources:\n"
                             "  T: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}\n" +
                                 rest}}),
      "template.yaml", list, sources);
  REQUIRE(trialled.failures.empty());
  REQUIRE(trialled.findings.size() == 1);
  return trialled.findings[0].message;
}

std::string function(const std::string& properties) {
  return "  F: {Type: AWS::Lambda::Function, Properties: {" + properties + "}}\n";
}

std::string variable(const std::string& key, const std::string& value) {
  return function("Environment: {Variables: {" + key + ": " + value + "}}");
}

} // namespace

TEST_CASE("a name that a template says elsewhere is found where a name belongs") {
  struct Case {
    const char* name;
    std::string rest;
    const char* expected;
  };
  const Case cases[] = {
      {"nothing else", "", "[]"},
      {"a variable", variable("TABLE", "orders"), "[`F`'s Environment.Variables.TABLE]"},
      {"an ARN's last part", variable("TABLE", "'arn:aws:dynamodb:*:*:table/orders/index/*'"),
       "[`F`'s Environment.Variables.TABLE]"},
      {"an ARN with references", variable("TABLE", "!Sub '${AWS::AccountId}:table/orders'"),
       "[`F`'s Environment.Variables.TABLE]"},
      {"one side of a condition", variable("TABLE", "!If [C, orders, other]"),
       "[`F`'s Environment.Variables.TABLE]"},
      {"another table's", variable("TABLE", "orders-old"), "[]"},
      {"a part of a name", variable("TABLE", "!Sub '${Name}orders'"), "[]"},
      {"what the deployer says", variable("TABLE", "!Ref Name"), "[]"},
      {"a path of an API", variable("URL", "'https://example.com/orders'"), "[]"},
      {"a queue's address", variable("URL", "'https://sqs.eu-west-1.amazonaws.com/111122223333/orders'"),
       "[`F`'s Environment.Variables.URL]"},
      {"a label of logs", variable("POWERTOOLS_SERVICE_NAME", "orders"), "[]"},
      {"a word that is too short", variable("TABLE", "ab"), "[]"},
      {"prose", function("Description: 'writes /orders'"), "[]"},
      {"a name of its own", "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}\n", "[]"},
      {"a name of another's", "  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: orders}}\n",
       "[`V`'s FunctionName]"},
      {"an output", "Outputs:\n  O: {Value: !Sub 'arn:${AWS::Partition}:logs:::log-group:/shop/log'}\n",
       "[output `O`]"},
      {"a policy",
       "  P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [{Effect: Allow, "
       "Action: "
       "'*', Resource: 'arn:aws:dynamodb:*:*:table/orders'}]}}}\n",
       "[`P`'s PolicyDocument.Statement.Resource]"},
      {"a metric",
       "  A: {Type: AWS::CloudWatch::Alarm, Properties: {Dimensions: [{Name: TableName, Value: orders}]}}\n",
       "[`A`'s Dimensions.Value]"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(said(c.rest) == c.expected);
    }
  }
}
