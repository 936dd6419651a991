// SPDX-License-Identifier: Apache-2.0
#include "dialect/detect.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "syntax/reader.hpp"

#include <iostream>
#include <map>

using namespace slsaudit;

namespace {

std::string detect(const std::string& text, const std::string& path, std::string* why_not = nullptr) {
  text::SourceMap sources;
  text::Arena arena;
  const auto found = dialect::detect(syntax::read(sources, arena, path, text));
  if (why_not != nullptr) *why_not = found.why_not;
  return found.dialect ? std::string(dialect::name(*found.dialect)) : "-";
}

} // namespace

TEST_CASE("dialects are known by their content") {
  struct Row {
    const char* text;
    const char* expected;
  };
  const auto row = GENERATE(
      Row{"Resources: {A: {Type: AWS::SNS::Topic}}", "cloudformation"},
      Row{"AWSTemplateFormatVersion: '2010-09-09'", "cloudformation"},
      Row{"Resources: {A: {Type: Custom::Thing}}", "cloudformation"},
      Row{"Resources: {A: {Type: Alexa::ASK::Skill}}", "cloudformation"},
      Row{"Resources: {A: {Type: Datadog::Monitors::Monitor}}", "cloudformation"},
      Row{"Resources: {A: {Type: thing}}", "-"},
      Row{"Transform: MyMacro\nResources: {A: {Kind: x}}", "cloudformation"},
      Row{"{\"Resources\": {\"A\": {\"Type\": \"AWS::SNS::Topic\"}}}", "cloudformation"},
      Row{"Transform: AWS::Serverless-2016-10-31", "sam"},
      Row{"Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]", "sam"},
      Row{"Transform: {Name: AWS::Serverless-2016-10-31}", "sam"},
      Row{"Transform: [{Name: AWS::Serverless-2016-10-31}]", "sam"},
      Row{"Transform: {'Fn::Transform': {Name: AWS::Serverless-2016-10-31}}", "sam"},
      Row{"Resources: {A: {Type: AWS::SNS::Topic}, F: {Type: AWS::Serverless::Function}}", "sam"},
      Row{"Resources: {'Fn::ForEach::L': [X, [a], {'F${X}': {Type: AWS::Serverless::Function}}]}", "sam"},
      Row{"service: s\nprovider: aws", "serverless"}, Row{"service: s\nprovider: {name: aws}", "serverless"},
      Row{"service: {name: s}\nprovider: {name: google}", "serverless"},
      Row{"service: s\nprovider: ${file(p.yml)}", "serverless"},
      Row{"service: s\nprovider: {runtime: x}\nfunctions: {}", "serverless"},
      Row{"{\"service\": \"s\", \"provider\": {\"name\": \"aws\"}}", "serverless"},
      Row{"functions: {a: {handler: h}}", "-"}, Row{"service: s", "-"},
      Row{"service: [a]\nprovider: aws", "-"}, Row{"services: {web: {image: x}}", "-"},
      Row{"openapi: 3.0.0\npaths: {}", "-"}, Row{"apiVersion: v1\nkind: Service", "-"},
      Row{"version: 0.2\nphases: {build: {commands: [x]}}", "-"},
      Row{"on: push\njobs: {a: {steps: []}}", "-"},
      Row{"version: 0.1\ndefault: {deploy: {parameters: {}}}", "-"}, Row{"services: {a: {path: a}}", "-"},
      Row{"[a, b]", "-"}, Row{"text", "-"}, Row{"", "-"});
  CAPTURE(row.text);
  std::string why_not;
  CHECK(detect(row.text, "t.yaml", &why_not) == row.expected);
  CHECK(why_not.empty() == (std::string(row.expected) != "-"));
}

TEST_CASE("what a file is instead is said") {
  std::string why_not;
  (void)detect("openapi: 3.0.0", "t.yaml", &why_not);
  CHECK(why_not == "it looks like an OpenAPI document");
  (void)detect("service: s", "t.yaml", &why_not);
  CHECK(why_not ==
        "the Serverless Framework's `service` has neither `provider` with a name nor `functions` beside it");
  (void)detect("[a]", "t.yaml", &why_not);
  CHECK(why_not.starts_with("the document is a list"));
}

TEST_CASE("dialects of the collection's files") {
  const auto files = test::indexed_files();
  if (files.empty()) {
    WARN("skipped: no collection of templates at " << test::shared_data());
    return;
  }
  const std::map<std::string, std::string> expected{{"cfn", "cloudformation"}, {"sam", "sam"},
                                                    {"sls", "serverless"},     {"ref", "-"},
                                                    {"sls-compose", "-"},      {"sam-jinja", "-"}};
  const bool verbose = !test::environment_or("SLSAUDIT_VERBOSE_TESTS", "").empty();
  std::size_t right = 0;
  for (const auto& file : files) {
    const std::string found = detect(test::read_file(test::shared_data() / "corpus" / file.path), file.path);
    if (found == expected.at(file.kind))
      ++right;
    else if (verbose)
      std::cout << file.kind << " taken for " << found << ": " << file.path << '\n';
  }
  CAPTURE(right, files.size());
  CHECK(right * 100 >= files.size() * 98);
  if (verbose) std::cout << right << " of " << files.size() << " as expected\n";
}
