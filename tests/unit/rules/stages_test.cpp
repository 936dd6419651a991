// SPDX-License-Identifier: Apache-2.0
// Table "stages", from the files that name stages; and examples of several files.
#include "rules/examples.hpp"
#include "support/catch.hpp"

#include <map>

using namespace slsaudit;

namespace {

using Files = std::map<std::string, std::string>;

rules::Rule rule() {
  const rules::Loaded loaded = rules::load("rule.yaml", R"(code: ABC001
name: a-rule
summary: A rule
severity: medium
for: stages
when: "true"
message: "{row.source} {row.stages} {row.one_account} {row.unbounded}"
why: because
fix: {cloudformation: change it}
)");
  for (const auto& error : loaded.errors) FAIL(error.line << ":" << error.column << ": " << error.message);
  return loaded.rules.at(0);
}

std::string told(const Files& files, const std::string& path) {
  const rules::Rule judged = rule();
  const rules::Rule* list[] = {&judged};
  text::SourceMap sources;
  const rules::Trialled trialled = rules::judge_file(text::MemoryFileSystem(files), path, list, sources);
  std::string text;
  for (const rules::Finding& finding : trialled.findings) text += finding.message + "\n";
  for (const std::string& failure : trialled.failures) text += "failure " + failure + "\n";
  return text;
}

const std::string sam = R"(Transform: AWS::Serverless-2016-10-31
Resources:
  Work: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Handler: a.b, CodeUri: src/, Events: {Asked: {Type: SNS, Properties: {Topic: !Ref Asked}}}}}
  Asked: {Type: AWS::SNS::Topic}
)";

std::string of_sam(const std::string& samconfig) {
  return told({{"template.yaml", sam}, {"samconfig.toml", samconfig}}, "template.yaml");
}

std::string of_service(const std::string& text) {
  const std::string functions = "functions: {work: {handler: a.b, events: [{sns: asked}]}}\n";
  return told({{"serverless.yml", "service: a\n" + functions + text}}, "serverless.yml");
}

std::string of_parameter(const std::string& parameter, const std::string& name) {
  return told(
      {{"template.yaml",
        "Parameters: {" + parameter +
            "}\nResources:\n"
            "  Work: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.13, Handler: a.b, Role: "
            "arn:aws:iam::111122223333:role/a, Code: {S3Bucket: a, S3Key: b}}}\n"
            "  Asked: {Type: AWS::SNS::Topic, Properties: {" +
            name + "}}\n"}},
      "template.yaml");
}

} // namespace

TEST_CASE("environments of a samconfig are stages where they are stacks of one account and region") {
  const std::string two = "[test.deploy.parameters]\nstack_name = \"a-test\"\n[prod.deploy.parameters]\n"
                          "stack_name = \"a-prod\"\n";
  CHECK(of_sam(two) == "samconfig [prod, test] false [`Work`]\n");
  CHECK(of_sam(two + "region = \"eu-west-1\"\n").empty());
  CHECK(of_sam(two + "profile = \"prod\"\n").empty());
  CHECK(of_sam("[test.global.parameters]\nstack_name = \"a\"\nprofile = \"p\"\n"
               "[prod.deploy.parameters]\nstack_name = \"b\"\nprofile = \"p\"\n") ==
        "samconfig [prod, test] true [`Work`]\n");
  // One stack that is deployed by two names of an environment.
  CHECK(of_sam("[test.deploy.parameters]\nstack_name = \"a\"\n[prod.deploy.parameters]\nstack_name = \"a\"\n")
            .empty());
  CHECK(of_sam("[default.deploy.parameters]\nstack_name = \"a\"\n").empty());
  // Other templates of the folder.
  CHECK(of_sam(two + "template_file = \"other.yaml\"\n").empty());
  CHECK(of_sam(two + "template_file = \".aws-sam/build/template.yaml\"\n") ==
        "samconfig [prod, test] false [`Work`]\n");
  CHECK(of_sam("not toml [").empty());
  CHECK(of_sam("a = 1\n[b]\nc = 2\n").empty());
}

TEST_CASE("stages of a service are those of its params and stages") {
  const std::string aws = "provider: {name: aws, runtime: nodejs24.x}\n";
  const std::string params = "params: {test: {a: 1}, prod: {a: 2}}\n";
  CHECK(of_service(params + aws) == "service [prod, test] false [`work`]\n");
  CHECK(of_service("stages: {default: {params: {a: 1}}, prod: {params: {a: 2}}}\n" + aws) ==
        "service [default, prod] false [`work`]\n");
  CHECK(of_service("params: {default: {a: 1}}\n" + aws).empty());
  CHECK(of_service(params + "provider: {name: aws, runtime: nodejs24.x, profile: shop}\n") ==
        "service [prod, test] true [`work`]\n");
  CHECK(of_service(params +
                   "provider: {name: aws, runtime: nodejs24.x, region: \"${opt:region, 'eu-west-1'}\"}\n") ==
        "service [prod, test] false [`work`]\n");
  CHECK(
      of_service(params + "provider: {name: aws, runtime: nodejs24.x, profile: \"${opt:stage}\"}\n").empty());
  CHECK(of_service(params + "provider: {name: aws, runtime: nodejs24.x, region: \"${param:region}\"}\n")
            .empty());
  CHECK(of_service("params: {test: {a: 1}, prod: {accountId: '111122223333'}}\n" + aws).empty());
  CHECK(of_service("org: shop\n" + params + aws).empty());
}

TEST_CASE("a parameter is for the stage where names are made of it") {
  CHECK(of_parameter("Stage: {Type: String, AllowedValues: [test, prod]}",
                     "TopicName: !Sub \"a-${Stage}\"") == "parameter [test, prod] false []\n");
  CHECK(of_parameter("Stage: {Type: String, Default: test, AllowedValues: [test, prod]}",
                     "TopicName: !Sub \"a-${Stage}\"") == "parameter [test, prod] false []\n");
  CHECK(of_parameter("Stage: {Type: String, AllowedValues: [test, prod]}", "DisplayName: a").empty());
  CHECK(of_parameter("Stage: {Type: String}", "TopicName: !Sub \"a-${Stage}\"").empty());
  CHECK(of_parameter("Size: {Type: String, AllowedValues: [small, large]}", "TopicName: !Sub \"a-${Size}\"")
            .empty());
}

TEST_CASE("the files of an example are one system, and say in which of them a finding stands") {
  const std::string head =
      "code: ABC001\nname: a-rule\nsummary: A rule\nseverity: medium\nfor: resources\n"
      "of: [\"AWS::SQS::Queue\"]\nwhen: \"system.resources.size() == 2\"\n"
      "message: \"{resource}\"\nwhy: because\nfix: {cloudformation: change it}\n"
      "examples:\n  - name: two\n    cloudformation: |\n      Resources:\n"
      "        A: {Type: AWS::SNS::Topic}\n    files:\n      sub/other.yaml: |\n"
      "        Resources:\n          B: {Type: AWS::SQS::Queue}\n      data.json: '[1]'\n";
  const rules::Loaded good =
      rules::load("rule.yaml", head + "    expect: [{file: sub/other.yaml, line: 2, column: 3}]\n");
  REQUIRE(good.errors.empty());
  CHECK(rules::check_example(good.rules[0], good.rules[0].examples[0]).empty());
  const rules::Loaded wrong = rules::load("rule.yaml", head + "    expect: [{line: 2, column: 3}]\n");
  REQUIRE(wrong.errors.empty());
  const auto complaints = rules::check_example(wrong.rules[0], wrong.rules[0].examples[0]);
  REQUIRE(complaints.size() == 2);
  CHECK(complaints[1] == "found one at sub/other.yaml, line 2, column 3 (medium), none is expected");
  CHECK(rules::load("rule.yaml", head + "    expect: [{file: none.yaml, line: 1}]\n").errors.size() == 1);
}
