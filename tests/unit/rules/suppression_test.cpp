// SPDX-License-Identifier: Apache-2.0
#include "rules/suppression.hpp"
#include "support/catch.hpp"
#include "syntax/reader.hpp"

using namespace slsaudit;

namespace {

/// "tool|terms|until|reason|first line-last line|fault" of each.
std::vector<std::string> read(const std::string& path, const std::string& text) {
  text::SourceMap sources;
  const text::FileId file = sources.add(path, text);
  // What has been read already says the same as what is read again.
  text::Arena arena;
  const bool is_json = path.ends_with(".json");
  const syntax::Document document =
      is_json ? syntax::read_json(sources, arena, file) : syntax::read_yaml(sources, arena, file);
  const auto known = rules::read_suppressions(sources, {{file, rules::read_suppressions(document, sources)}});
  const auto again = rules::read_suppressions(sources);
  REQUIRE(known.size() == again.size());
  for (std::size_t i = 0; i < known.size(); ++i) {
    CHECK(known[i].origin == again[i].origin);
    CHECK(known[i].span == again[i].span);
    CHECK(known[i].scope == again[i].scope);
  }
  std::vector<std::string> lines;
  for (const rules::Suppression& one : again) {
    std::string line = one.tool + "|";
    for (const std::string& term : one.terms) line += term + (&term == &one.terms.back() ? "" : ",");
    line += "|" + one.until + "|" + one.reason + "|";
    if (one.scope.valid()) {
      line += std::to_string(sources.position(file, one.scope.begin).line) + "-" +
              std::to_string(sources.position(file, one.scope.end).line);
    } else {
      line += "file";
    }
    lines.push_back(line + "|" + one.fault);
  }
  return lines;
}

using Lines = std::vector<std::string>;

const std::string head = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n";

struct Case {
  const char* name;
  std::string text;
  Lines expected;
};

} // namespace

TEST_CASE("suppressions in comments cover their line or the block that follows") {
  const Case cases[] = {
      {"end of a line", head + "    Properties: {} # slsaudit: ignore[RES002]\n", {"|RES002|||4-4|"}},
      {"above a block",
       "# slsaudit: ignore[RES002, FAN] until 2027-03-31 -- a sandbox\n" + head,
       {"|RES002,FAN|2027-03-31|a sandbox|2-4|"}},
      {"above a resource",
       "Resources:\n  # slsaudit: ignore[RES002] -- it's fine\n  Orders:\n    Type: AWS::SQS::Queue\n  B:\n  "
       "  Type: X\n",
       {"|RES002||it's fine|3-4|"}},
      {"above an item", "A:\n  # slsaudit: ignore[X]\n  - One: 1\n    Two: 2\n  - Three: 3\n", {"|X|||3-4|"}},
      {"after another comment",
       head + "    Properties: {} # slow # slsaudit: ignore[RES002]\n",
       {"|RES002|||4-4|"}},
      {"no blanks", "A: 1 #slsaudit:ignore[X]--r\n", {"|X||r|1-1|"}},
      {"nothing follows", "A: 1\n# slsaudit: ignore[X]\n", {"|X|||2-2|"}},
      {"no bracket",
       "A: 1 # slsaudit: ignore X\n",
       {"||||1-1|expected `slsaudit: ignore[RULE, …] until YYYY-MM-DD -- reason`"}},
      {"no such day",
       "A: 1 # slsaudit: ignore[X] until spring\n",
       {"|X|spring||1-1|`until` wants a date like 2027-03-31, not `spring`"}},
      {"a reason without dashes",
       "A: 1 # slsaudit: ignore[X] because\n",
       {"|X|||1-1|expected `slsaudit: ignore[RULE, …] until YYYY-MM-DD -- reason`, found `because`"}},
      {"only talk", "A: 1 # see slsaudit: ignore[X]\nB: 'slsaudit: ignore[X]'\n", {}},
      {"in a block scalar", "A: |\n  # slsaudit: ignore[X]\nB: 1\n", {}},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(read("t.yaml", c.text) == c.expected);
    }
  }
}

TEST_CASE("suppressions stand in Metadata, in JSON too, and in custom of a service") {
  CHECK(read("t.json", R"({"Metadata": {"slsaudit": {"ignore": ["OBS"]}},
"Resources": {
"Orders": {"Type": "AWS::SQS::Queue",
"Metadata": {"slsaudit": {"ignore": [{"rules": ["RES002", "FAN"], "until": "2027-03-31", "reason": "why"},
{"rules": "X", "resource": "Y"}]}}},
"B": {"Type": "C"}}})") == Lines{"|OBS|||file|", "|RES002,FAN|2027-03-31|why|3-5|", "|X|||3-5|"});
  CHECK(read("serverless.yml", "service: a\ncustom:\n  slsaudit:\n    ignore: [{rules: [OBS]}]\n") ==
        Lines{"|OBS|||file|"});
  CHECK(read("t.yaml", "A:\n  Metadata: {slsaudit: {ignore: [{rule: X}]}}\n") ==
        Lines{"||||1-2|there is no key `rule`; did you mean `rules`?"});
  CHECK(read("t.yaml", "A:\n  Metadata: {slsaudit: {ignor: [X]}}\n") ==
        Lines{"||||1-2|`slsaudit` has no key `ignor`; there is `ignore`"});
}

TEST_CASE("other tools' suppressions are read where those tools read them") {
  const Case cases[] = {
      {"checkov's comment",
       head + "    # checkov:skip=CKV_AWS_27,CKV_AWS_1:not: secret\n    Properties: {}\n",
       {"checkov|CKV_AWS_27,CKV_AWS_1||not: secret|2-5|"}},
      {"checkov's comment of a function",
       "service: a\nfunctions:\n  f: # checkov:skip=CKV_AWS_50\n    handler: a.b\n",
       {"checkov|CKV_AWS_50|||3-4|"}},
      {"checkov's comment before any resource", "# checkov:skip=CKV_AWS_27\n" + head, {}},
      {"checkov's Metadata",
       head + "    Metadata: {checkov: {skip: [{id: CKV_AWS_27, comment: c}]}}\n",
       {"checkov|CKV_AWS_27||c|2-4|"}},
      {"cfn-lint",
       "Metadata: {cfn-lint: {config: {ignore_checks: [W3]}}}\n" + head,
       {"cfn-lint|W3|||file|", "serverless-rules|W3|||file|"}},
      {"cfn_nag",
       head + "    Metadata: {cfn_nag: {rules_to_suppress: [{id: W48, reason: r}]}}\n",
       {"cfn-nag|W48||r|2-4|"}},
      {"guard",
       head + "    Metadata: {guard: {SuppressedRules: [SQS_QUEUE_DLQ]}}\n",
       {"guard|SQS_QUEUE_DLQ|||2-4|"}},
      {"cdk-nag",
       head + "    Metadata: {cdk_nag: {rules_to_suppress: [{id: AwsSolutions-SQS3, reason: r}]}}\n",
       {"cdk-nag|AwsSolutions-SQS3||r|2-4|"}},
      {"cdk-nag, a part",
       head + "    Metadata: {cdk_nag: {rules_to_suppress: [{id: X, applies_to: [y]}]}}\n",
       {}},
      {"trivy above",
       "Resources:\n  #trivy:ignore:AVD-AWS-0096:exp:2027-01-01\n  Orders:\n    Type: AWS::SQS::Queue\n",
       {"trivy|AVD-AWS-0096|2027-01-01||3-4|"}},
      {"trivy inline",
       "Resources:\n  Orders: #trivy:ignore:AWS-0096 trivy:ignore:aws-sqs-x\n    Type: A\n",
       {"trivy|AWS-0096|||2-3|", "trivy|aws-sqs-x|||2-3|"}},
      {"trivy, a part", "A: 1 #trivy:ignore:AWS-0096[x=y]\n", {}},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(read("t.yaml", c.text) == c.expected);
    }
  }
}

TEST_CASE("aliases and deep nesting are no trouble") {
  std::string text = "a0: &a0 {x: 1}\n";
  for (int i = 1; i < 12; ++i)
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + ", *a" +
            std::to_string(i - 1) + "]\n";
  CHECK(read("t.yaml", text + "# slsaudit: ignore[X]\nb: 1\n") == Lines{"|X|||14-14|"});
}
