// SPDX-License-Identifier: Apache-2.0
#include "harness.hpp"
#include "support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace slsaudit;
using test::Files;
using test::Outcome;

namespace {

const std::string head =
    "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n";

std::string function(const std::string& id, const std::string& more = "") {
  return "  " + id + ":\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n" +
         "      Handler: app.handler\n      CodeUri: .\n" + more;
}

const std::string wide =
    "      Policies: [{Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: '*'}]}]\n";
const std::string narrow = head + function("Work");
const std::string broad = head + function("Work") + function("Other", wide);

Outcome diff(std::vector<std::string> arguments, Files files, const test::Revisions& revisions = {},
             const std::string& standard_input = {}) {
  arguments.insert(arguments.begin(), "diff");
  return test::run_on(text::MemoryFileSystem(std::move(files)), arguments, standard_input, false, revisions);
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("diff: what is compared with what") {
  const test::Revisions revisions{{"HEAD", {{"template.yaml", narrow}}},
                                  {"main", {{"template.yaml", narrow}}},
                                  {"share", {{"template.yaml", broad}}},
                                  {"main...share", {{"template.yaml", narrow}}},
                                  {"both", {{"template.yaml", broad}}}};
  const Files tree{{"template.yaml", broad}, {"old/template.yaml", narrow}, {"both/template.yaml", narrow}};
  struct Case {
    std::vector<std::string> arguments;
    std::string title;
  };
  const std::vector<Case> cases{
      {{"--", "template.yaml"}, "HEAD (commit-HEAD) → the working tree"},
      {{"main", "--", "template.yaml"}, "main (commit-main) → the working tree"},
      {{"main", "share"}, "main (commit-main) → share (commit-share)"},
      {{"main..share"}, "main (commit-main) → share (commit-share)"},
      {{"..share"}, "HEAD (commit-HEAD) → share (commit-share)"},
      {{"main...share"}, "main...share (commit-main.) → share (commit-share)"},
      {{"old", "template.yaml"}, "old → template.yaml"},
      {{"old/", "share"}, "old → share (commit-share)"},
      {{"old", "-"}, "old → standard input"},
      {{"both", "share", "--fail-on", "low"}, "both → share (commit-share)"}, // a path before a revision
  };
  for (const Case& one : cases) {
    INFO(one.title);
    const Outcome outcome = diff(one.arguments, tree, revisions, broad);
    INFO(outcome.out << outcome.err);
    CHECK(outcome.out.substr(0, outcome.out.find('\n')) == one.title);
    CHECK(says(outcome.out, "IAM002"));
    CHECK(outcome.code == 1);
  }
}

TEST_CASE("diff: what can't be compared") {
  const test::Revisions revisions{{"main", {{"template.yaml", narrow}}}};
  const Files tree{{"template.yaml", narrow}, {"old/template.yaml", narrow}};
  struct Case {
    std::vector<std::string> arguments;
    std::string message;
  };
  const std::vector<Case> cases{
      {{"mian"}, "no revision `mian`; did you mean `main`?"},
      {{"main..mian"}, "no revision `mian`"},
      {{"old"}, "say what to compare `old` with: slsaudit diff OLD NEW"},
      {{"old", "new"}, "`new` is no file or directory, and as a revision: no revision `new`"},
      {{"../gone"}, "no revision `../gone`"},
      {{"main", "--", "services"}, "neither side has services"},
      {{"a", "b", "c"}, "unexpected argument `c`"},
      {{"main", "--format", "xml"}, "--format can't be `xml`: it is json, markdown, sarif or text"},
      {{"main", "--select", "IAM99"}, "no rule or group `IAM99`"},
      {{"main", "--fail-on", "bad"}, "--fail-on can't be `bad`"},
  };
  for (const Case& one : cases) {
    INFO(one.message);
    const Outcome outcome = diff(one.arguments, tree, revisions);
    INFO(outcome.err);
    CHECK(outcome.code == 2);
    CHECK(says(outcome.err, one.message));
    CHECK(outcome.out.empty());
  }
}

TEST_CASE("diff: only new findings fail, by severity") {
  const Files tree{{"a/template.yaml", broad}, {"b/template.yaml", broad}, {"c/template.yaml", narrow}};
  CHECK(diff({"a", "b"}, tree).code == 0);
  CHECK(diff({"a", "b", "--fail-on", "info"}, tree).code == 0);
  CHECK(diff({"c", "b"}, tree).code == 1);
  CHECK(diff({"c", "b", "--fail-on", "critical"}, tree).code == 0);
  CHECK(diff({"c", "b", "--fail-on", "never"}, tree).code == 0);
  CHECK(diff({"c", "b", "--ignore", "IAM"}, tree).code == 0);
  CHECK(diff({"b", "c", "--fail-on", "info"}, tree).code == 0);
  CHECK(says(diff({"b", "c"}, tree).out, "fixed\n  template.yaml:"));
}

TEST_CASE("diff: paths limit both sides, and one may lack them") {
  const test::Revisions revisions{{"main", {{"a/template.yaml", narrow}, {"gone/template.yaml", narrow}}}};
  const Files tree{{"a/template.yaml", narrow}, {"b/template.yaml", broad}};
  CHECK(diff({"main", "--", "a"}, tree, revisions).code == 0);
  CHECK(diff({"main", "--", "b"}, tree, revisions).code == 1);
  const Outcome gone = diff({"main", "--", "gone"}, tree, revisions);
  CHECK(gone.code == 0);
  CHECK(says(gone.out, "1 → 0 templates"));
}

TEST_CASE("diff: the new side's configuration holds for both") {
  const test::Revisions revisions{
      {"main", {{"template.yaml", narrow}, {"slsaudit.yaml", "ignore: [OBS]\n"}}}};
  const Files tree{{"template.yaml", broad}, {"slsaudit.yaml", "ignore: [IAM]\nload: {size: large}\n"}};
  const Outcome outcome = diff({"main"}, tree, revisions);
  INFO(outcome.out);
  CHECK(outcome.code == 0);
  CHECK(says(outcome.out, "note: slsaudit.yaml changes too; both sides are judged by the new one"));
  CHECK(says(outcome.out, "the load profile of slsaudit.yaml"));
  CHECK_FALSE(says(outcome.out, "OBS025"));
  const Outcome without = diff({"main", "--no-config"}, tree, revisions);
  CHECK(without.code == 1);
  CHECK(says(without.out, "size small, since no load profile is given"));
  // In a revision it is the revision's own file.
  const test::Revisions both{{"main", {{"template.yaml", narrow}}},
                             {"share", {{"template.yaml", broad}, {"slsaudit.yaml", "ignore: [IAM]\n"}}}};
  CHECK(diff({"main", "share"}, {}, both).code == 0);
  CHECK(diff({"main", "share"}, {{"slsaudit.yaml", "ignore: []\n"}}, both).code == 0);
  CHECK(diff({"main", "share", "--config", "mine.yaml"}, {{"mine.yaml", "ignore: [OBS]\n"}}, both).code == 1);
}

TEST_CASE("diff: what can't be read on the old side keeps nobody from mending it") {
  const std::string broken = "Resources:\n  A: {Type: AWS::SQS::Queue\n";
  const Files tree{{"good/template.yaml", narrow}, {"bad/template.yaml", broken}};
  const Outcome mended = diff({"bad", "good"}, tree);
  CHECK(mended.code == 0);
  CHECK(says(mended.out, "note: the old side could not be read as a whole (1 error)"));
  const Outcome broke = diff({"good", "bad"}, tree);
  CHECK(broke.code == 3);
  CHECK(says(broke.out, "error: "));
}

TEST_CASE("diff: JSON") {
  const Files tree{{"a/template.yaml", narrow}, {"b/template.yaml", broad}};
  const auto json = nlohmann::json::parse(diff({"a", "b", "--format", "json"}, tree).out);
  CHECK(json["format"] == "slsaudit-diff");
  CHECK(json["format_version"] == 1);
  CHECK(json["before"]["name"] == "a");
  CHECK(json["after"]["resources"].get<int>() > json["before"]["resources"].get<int>());
  CHECK(json["summary"]["fails"] == true);
  CHECK(json["summary"]["new"]["high"] == 1);
  CHECK(json["summary"]["changes"] == json["architecture"].size());
  bool granted = false;
  for (const auto& change : json["architecture"]) {
    if (change["topic"] != "grant" || change["subject"] != "Other") continue;
    granted = true;
    CHECK(change["change"] == "gained");
    CHECK(change["effect"] == "worse");
    CHECK(change["path"] == "template.yaml");
    CHECK(change["start"]["line"].get<int>() > 3);
  }
  CHECK(granted);
}

TEST_CASE("diff: SARIF has the new findings alone") {
  const Files tree{{"a/template.yaml", narrow}, {"b/template.yaml", broad}};
  const auto sarif = nlohmann::json::parse(diff({"a", "b", "--format", "sarif"}, tree).out);
  const auto json = nlohmann::json::parse(diff({"a", "b", "--format", "json"}, tree).out);
  const auto& results = sarif["runs"][0]["results"];
  REQUIRE(results.size() == json["new"].size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    CHECK(results[i]["ruleId"] == json["new"][i]["code"]);
    CHECK(results[i]["partialFingerprints"]["slsaudit/v1"] == json["new"][i]["fingerprint"]);
  }
  const auto same = nlohmann::json::parse(diff({"b", "b", "--format", "sarif"}, tree).out);
  CHECK(same["runs"][0]["results"].empty());
}

TEST_CASE("diff: into a file, and where that fails") {
  const Files tree{{"a/template.yaml", narrow}, {"b/template.yaml", broad}};
  const Outcome outcome = diff({"a", "b", "--format", "markdown", "--output", "comment.md"}, tree);
  CHECK(outcome.code == 1);
  CHECK(outcome.out.empty());
  REQUIRE(outcome.written.contains("comment.md"));
  CHECK(outcome.written.at("comment.md")
            .starts_with("<!-- slsaudit diff -->\n### slsaudit: 1 new finding of severity high or worse\n"));
  CHECK(diff({"a", "b", "--output", "readonly/x"}, tree).code == 3);
}
