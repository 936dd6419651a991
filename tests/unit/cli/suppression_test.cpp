// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "unit/cli/harness.hpp"

#include <nlohmann/json.hpp>

using namespace slsaudit;
using test::run;
using Json = nlohmann::json;

namespace {

/// A queue without a dead-letter queue that a function polls. `above` stands over the queue, `beside` at its
/// properties' line, `metadata` in its Metadata.
std::string shop(const std::string& above = "", const std::string& beside = "",
                 const std::string& metadata = "") {
  return "Transform: AWS::Serverless-2016-10-31\nResources:\n" + (above.empty() ? "" : "  " + above + "\n") +
         "  Orders:" + (beside.empty() ? "" : " " + beside) + "\n    Type: AWS::SQS::Queue\n" +
         (metadata.empty() ? "" : "    Metadata: " + metadata + "\n") +
         "    Properties: {VisibilityTimeout: 360}\n"
         "  Worker:\n"
         "    Type: AWS::Serverless::Function\n"
         "    Properties:\n"
         "      Runtime: python3.12\n"
         "      Handler: app.handler\n"
         "      CodeUri: src/\n"
         "      Timeout: 30\n"
         "      Events:\n"
         "        Poll: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}\n";
}

Json check(const std::string& text, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"check", "t.yaml", "--format", "json", "--select", "RES002,SUP"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto outcome = run(arguments, {{"t.yaml", text}});
  CAPTURE(outcome.err);
  return Json::parse(outcome.out);
}

std::string codes(const Json& findings) {
  std::string text;
  for (const Json& finding : findings) text += (text.empty() ? "" : " ") + finding["code"].get<std::string>();
  return text;
}

} // namespace

TEST_CASE("a suppressed finding is counted, told apart and not judged") {
  CHECK(codes(check(shop())["findings"]) == "RES002");
  const std::string text = shop("# slsaudit: ignore[queue-without-redrive] until 2026-01-31 -- a sandbox");
  const Json json = check(text);
  CHECK(json["findings"].empty());
  CHECK(json["summary"]["suppressed"] == 1);
  REQUIRE(json["suppressed"].size() == 1);
  const Json& by = json["suppressed"][0]["suppressed"];
  CHECK(by["by"] == "slsaudit: ignore[queue-without-redrive]");
  CHECK(by["tool"] == "slsaudit");
  CHECK(by["reason"] == "a sandbox");
  CHECK(by["until"] == "2026-01-31");
  CHECK(by["start"]["line"] == 3);

  const auto shown = run({"check", "t.yaml", "--select", "RES002", "--show-suppressed"}, {{"t.yaml", text}});
  CHECK(shown.code == 0);
  CHECK(shown.out.find("suppressed by slsaudit: ignore[queue-without-redrive] (t.yaml:3:3): a sandbox; until "
                       "2026-01-31") != std::string::npos);
  CHECK(shown.out.find("no findings; 1 suppressed; 1 template") != std::string::npos);
  const auto hidden = run({"check", "t.yaml", "--select", "RES002"}, {{"t.yaml", text}});
  CHECK(hidden.out.find("suppressed by") == std::string::npos);
}

TEST_CASE("SARIF has suppressed findings only where asked for") {
  const std::string text = shop("# slsaudit: ignore[RES002] -- a sandbox");
  const auto results = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"check", "t.yaml", "--format", "sarif", "--select", "RES002"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Json::parse(run(arguments, {{"t.yaml", text}}).out)["runs"][0]["results"];
  };
  CHECK(results({}).empty());
  const Json all = results({"--sarif-include-suppressed"});
  REQUIRE(all.size() == 1);
  const Json& suppression = all[0]["suppressions"][0];
  CHECK(suppression["kind"] == "inSource");
  CHECK(suppression["justification"] == "slsaudit: ignore[RES002]: a sandbox");
  CHECK(suppression["location"]["physicalLocation"]["region"]["startLine"] == 3);
}

TEST_CASE("suppressions that are over, needless or wrong are findings") {
  struct Case {
    const char* name;
    std::string comment;
    std::string codes;
    const char* says;
  };
  const Case cases[] = {
      {"over", "# slsaudit: ignore[RES002] until 2026-01-30", "SUP001 RES002",
       "ended on 2026-01-30, and what it"},
      {"over and needless", "# slsaudit: ignore[SUP001] until 2026-01-30", "SUP001 RES002",
       "ended on 2026-01-30"},
      {"needless", "# slsaudit: ignore[RES002, SUP001]", "SUP002",
       "the suppression of `SUP001` silences nothing"},
      {"a rule that isn't run", "# slsaudit: ignore[RES002, FAN001]", "", ""},
      {"a group of which one was run", "# slsaudit: ignore[RES]", "", ""},
      {"no such rule", "# slsaudit: ignore[RES002, RES0022]", "SUP003", "did you mean `RES002`?"},
      {"not to be read", "# slsaudit: ignore RES002", "SUP003 RES002", "this suppression can't be read"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Json json = check(shop(c.comment));
      CHECK(codes(json["findings"]) == c.codes);
      if (!json["findings"].empty())
        CHECK(json["findings"][0]["message"].get<std::string>().find(c.says) != std::string::npos);
    }
  }
}

TEST_CASE("other tools' suppressions silence the rules that are equivalents, and are told as theirs") {
  struct Case {
    const char* name;
    std::string text;
    const char* by; ///< Empty: nothing is suppressed.
  };
  const Case cases[] = {
      {"cdk-nag", shop("", "", "{cdk_nag: {rules_to_suppress: [{id: AwsSolutions-SQS3, reason: r}]}}"),
       "Metadata.cdk_nag AwsSolutions-SQS3"},
      {"another check", shop("", "", "{cdk_nag: {rules_to_suppress: [{id: AwsSolutions-SQS4, reason: r}]}}"),
       ""},
      {"over", shop("#trivy:ignore:AWS-9999:exp:2020-01-01"), ""},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Json json = check(c.text);
      const std::string by =
          json["suppressed"].empty() ? "" : json["suppressed"][0]["suppressed"]["by"].get<std::string>();
      CHECK(by == c.by);
      CHECK(codes(json["findings"]) == (by.empty() ? "RES002" : ""));
    }
  }
}
