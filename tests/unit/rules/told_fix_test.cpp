// SPDX-License-Identifier: Apache-2.0
// Edits as people are told them: what goes in words, and JSON for templates of JSON.
#include "rules/examples.hpp"
#include "rules/told_fix.hpp"
#include "support/catch.hpp"

using namespace slsaudit;

namespace {

struct Case {
  const char* name;
  const char* snippet;
  const char* expected;
};

/// What a rule tells of the file, and whether its fix leaves nothing to find.
std::string told(const std::string& fix, const std::string& path, const std::string& source) {
  const rules::Loaded loaded =
      rules::load("rule.yaml", "code: ABC001\nname: a-rule\nsummary: A rule\nseverity: medium\nwhy: because\n"
                               "message: slow\nfor: resources\nof: [\"AWS::SQS::Queue\"]\n"
                               "when: resource.DelaySeconds != null && resource.DelaySeconds > 5\n" +
                                   fix);
  for (const auto& error : loaded.errors) FAIL(error.line << ":" << error.column << ": " << error.message);
  const text::MemoryFileSystem files({{path, source}});
  const rules::Rule* rules[] = {&loaded.rules.at(0)};
  text::SourceMap sources;
  const rules::Trialled found = rules::judge_file(files, path, rules, sources);
  for (const std::string& failure : found.failures) FAIL(failure);
  REQUIRE(found.findings.size() == 1);
  text::SourceMap edited;
  const rules::Trialled after =
      rules::judge_edited(files, path, rules::edits_of(found.findings[0], sources), rules, edited);
  for (const std::string& failure : after.failures) FAIL(failure);
  for (const text::Problem& problem : after.errors) FAIL(problem.message);
  CHECK(after.findings.empty());
  return found.findings[0].fix;
}

} // namespace

TEST_CASE("a key that goes is a comment where it stood") {
  const Case cases[] = {
      {"alone", "A: ~\n", "# remove A\n"},
      {"spelled out", "A: null\nB: 1\n", "# remove A\nB: 1\n"},
      {"with why", "P:\n  A: ~     # it is the default\n  B: 1   # stays\n",
       "P:\n  # remove A; it is the default\n  B: 1   # stays\n"},
      {"in braces", "Q: {DependsOn: ~, Properties: {A: 1}}   # both\n",
       "Q:\n  # remove DependsOn\n  Properties:\n    A: 1   # both\n"},
      {"last in braces", "R:\n  Q: {B: 1, P: {A: ~}}   # both\nS: [x]\n",
       "R:\n  Q:\n    B: 1\n    P:\n      # remove A; both\nS: [x]\n"},
      {"all in braces", "{A: ~, B: {C: ~}}\n", "# remove A\nB:\n  # remove C\n"},
      {"nothing goes", "A: \"~\"\nB: [~]\nC:   # what it says\nD: !If [c, ~, 1]\n",
       "A: \"~\"\nB: [~]\nC:   # what it says\nD: !If [c, ~, 1]\n"},
      {"text of several lines", "A: ~\nB: |\n  C: ~\n", "# remove A\nB: |\n  C: ~\n"},
      {"an alias", "A: &a {B: ~, C: 1}\nD: *a\n", "A: &a {B: ~, C: 1}\nD: *a\n"},
      {"no end of line", "A: 1\nB: ~", "A: 1\n# remove B"},
      {"no mapping", "set A to ~", "set A to ~"},
      {"no YAML", "A: [~\nB: ~\n", "A: [~\nB: ~\n"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(rules::with_removals(c.snippet) == c.expected);
  }
}

TEST_CASE("what is merged into JSON is JSON") {
  const Case cases[] = {
      {"intrinsics",
       "A: !GetAtt Q.Arn\nB: !Sub \"${C}-x\"\nD: !Ref E\nF: !If [G, !Ref H, !Ref AWS::NoValue]\n",
       "{\n  \"A\": {\"Fn::GetAtt\": [\"Q\", \"Arn\"]},\n  \"B\": {\"Fn::Sub\": \"${C}-x\"},\n"
       "  \"D\": {\"Ref\": \"E\"},\n"
       "  \"F\": {\"Fn::If\": [\"G\", {\"Ref\": \"H\"}, {\"Ref\": \"AWS::NoValue\"}]}\n}\n"},
      {"words", "Z: 1\nA: true\nB: \"1\"\nC: 2012-10-17\nD: 0123\nE: []\n",
       "{\n  \"Z\": 1,\n  \"A\": true,\n  \"B\": \"1\",\n  \"C\": \"2012-10-17\",\n  \"D\": \"0123\",\n"
       "  \"E\": []\n}\n"},
      {"what goes", "Q:\n  Properties:\n    A: ~   # the default\n    B: ~\nR: {C: 1}\n",
       "// remove Q.Properties.A; the default\n// remove Q.Properties.B\n{\"R\": {\"C\": 1}}\n"},
      {"nothing else", "Q: {Properties: {A: ~}}\n", "// remove Q.Properties.A\n"},
      {"comments",
       "# of the first:\n# or the second\nA:\n  B: 1   # seconds\n  # where\n  # it is\n  C:\n    - a   # "
       "one\n# last\n",
       "// of the first:\n// or the second\n// B: seconds\n// C: where\n// it is\n// C: one\n// last\n"
       "{\"A\": {\"B\": 1, \"C\": [\"a\"]}}\n"},
      {"what is left open", "A:   # what it says\nB: 1\n",
       "// A: what it says\n{\n  \"A\": \"…\",\n  \"B\": 1\n}\n"},
      {"comments alone", "# choose one\n#   A: 1\n", "// choose one\n//   A: 1\n"},
      {"words alone", "change it", "change it"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(rules::as_json(c.snippet, rules::Part::merged) == c.expected);
  }
}

TEST_CASE("what takes the place of JSON is JSON") {
  using rules::Part;
  CHECK(rules::as_json("[a, b]", Part::value) == "[\"a\", \"b\"]\n");
  CHECK(rules::as_json("7", Part::value) == "7\n");
  CHECK(rules::as_json("# two\n- A: !Ref B\n- c\n", Part::items) ==
        "// two\n{\"A\": {\"Ref\": \"B\"}},\n\"c\"\n");
  CHECK(rules::as_json("A: ~", Part::items) == "{\"A\": null}\n");
  CHECK(rules::as_json("[]", Part::items) == "// nothing\n");
  CHECK(rules::as_json("# it goes\n[]", Part::items) == "// it goes\n");
}

TEST_CASE("what takes the place of an item has its dash") {
  CHECK(rules::as_item("# first\nA: 1\n# second\nB:\n  - c\n") ==
        "# first\n- A: 1\n  # second\n  B:\n    - c\n");
  CHECK(rules::as_item("A: 1") == "- A: 1");
  CHECK(rules::as_item("- A: 1\n") == "- A: 1\n");
  CHECK(rules::as_item("!Sub one") == "- !Sub one");
  CHECK(rules::as_item("# none") == "# none");
}

TEST_CASE("a template gets a fix in its own format, and the edit does what it says") {
  const std::string yaml = "Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 7}}\n";
  const std::string json = "\n{\"Resources\": {\"Q\":\n {\"Type\": \"AWS::SQS::Queue\", \"Properties\": "
                           "{\"DelaySeconds\": 7}}}}\n";
  const std::string removal = "fix: {cloudformation: \"«id»: {Properties: {DelaySeconds: ~}}\"}\n";
  CHECK(told(removal, "template.yaml", yaml) == "Q:\n  Properties:\n    # remove DelaySeconds");
  CHECK(told(removal, "template.json", json) == "// remove Q.Properties.DelaySeconds\n");
  CHECK(told(removal, "template.template", json) == "// remove Q.Properties.DelaySeconds\n");
  const std::string other = "fix: {cloudformation: \"DelaySeconds: 1   # a second\"}\n";
  CHECK(told(other, "template.yaml", yaml) == "DelaySeconds: 1   # a second");
  CHECK(told(other, "template.json", json) == "// DelaySeconds: a second\n{\"DelaySeconds\": 1}\n");
  const std::string replaced =
      "fix:\n  cloudformation:\n    - replaces: resource.DelaySeconds\n      edit: \"1\"\n";
  CHECK(told(replaced, "template.json", json) == "// in place of `7` in line 3:\n1\n");
}
