// SPDX-License-Identifier: Apache-2.0
// Lists that a fix puts something behind.
#include "rules/examples.hpp"
#include "support/catch.hpp"

using namespace slsaudit;

namespace {

/// What the policies of a service's role are, as its author wrote them.
std::string policies(const std::string& list) {
  const rules::Loaded loaded =
      rules::load("rule.yaml", "code: ABC001\nname: a-rule\nsummary: A rule\nseverity: low\nwhy: because\n"
                               "fix: {cloudformation: change it}\nfor: resources\n"
                               "of: [\"AWS::IAM::Role\"]\nwhen: resource.id == 'R'\n"
                               "message: \"{resource.items('ManagedPolicyArns')}\"\n");
  REQUIRE(loaded.errors.empty());
  const rules::Rule* rule[] = {&loaded.rules.at(0)};
  text::SourceMap sources;
  const rules::Trialled trialled = rules::judge_file(
      text::MemoryFileSystem(
          {{"serverless.yml", "service: shop\nprovider: {name: aws}\ncustom: {one: first}\n"
                              "resources:\n  Resources:\n    R:\n      Type: AWS::IAM::Role\n"
                              "      Properties: {" +
                                  list + "}\n"}}),
      "serverless.yml", rule, sources);
  REQUIRE(trialled.failures.empty());
  REQUIRE(trialled.findings.size() == 1);
  return trialled.findings[0].message;
}

} // namespace

TEST_CASE("items of a list are those that its author wrote") {
  CHECK(policies("ManagedPolicyArns: [other, \"${self:custom.one}\"]") == "[other, ${self:custom.one}]");
  CHECK(policies("ManagedPolicyArns: [other]") == "[other]");
  CHECK(policies("Path: /") == "[]");
}
