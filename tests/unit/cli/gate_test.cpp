// SPDX-License-Identifier: Apache-2.0
// What decides over findings beside the rules: the configuration file, the environment and the baseline.
#include "audit/configuration.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "unit/cli/harness.hpp"

#include <nlohmann/json.hpp>

using namespace slsaudit;
using test::run;
using Json = nlohmann::json;

namespace {

const std::string table = "  Uploads:\n"
                          "    Type: AWS::DynamoDB::Table\n"
                          "    Properties: {KeySchema: [{AttributeName: id, KeyType: HASH}], BillingMode: "
                          "PAY_PER_REQUEST}\n";
const std::string queue = "Resources:\n"
                          "  Orders: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 360}}\n"
                          "  Worker:\n"
                          "    Type: AWS::Serverless::Function\n"
                          "    Properties:\n"
                          "      Runtime: python3.12\n"
                          "      Handler: app.handler\n"
                          "      CodeUri: src/\n"
                          "      Timeout: 30\n"
                          "      Events:\n"
                          "        Poll: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}\n";
const std::string shop = "Transform: AWS::Serverless-2016-10-31\n" + queue;

/// "RES002 high a/t.yaml" of each finding of RES002 and the group SUP.
std::string found(const std::string& configuration, test::Files files = {{"a/t.yaml", shop}}) {
  files["slsaudit.yaml"] = configuration;
  const auto outcome = run({"check", "a", "--format", "json", "--select", "RES002,SUP"}, files);
  INFO(outcome.code << outcome.err << outcome.out);
  if (outcome.out.empty()) return outcome.err;
  CHECK(outcome.code < 3);
  std::string text;
  const Json report = Json::parse(outcome.out);
  for (const Json& finding : report["findings"])
    text += finding["code"].get<std::string>() + " " + finding["severity"].get<std::string>() + " " +
            finding["path"].get<std::string>() + "\n";
  return text;
}

struct Case {
  const char* name;
  const char* configuration;
  const char* expected; ///< Is part of what is printed.
};

} // namespace

TEST_CASE("the configuration changes rules and findings") {
  const Case cases[] = {
      {"nothing", "", "RES002 high a/t.yaml\n"},
      {"a severity", "rules: {queue-without-redrive: {severity: low}}", "RES002 low a/t.yaml\n"},
      {"ignored", "ignore: [RES002]", ""},
      {"here", "overrides: [{paths: ['a/**'], rules: {RES: {severity: info}}}]", "RES002 info a/t.yaml\n"},
      {"not here", "overrides: [{paths: ['b/**'], ignore: [RES]}]", "RES002 high a/t.yaml\n"},
      {"off here", "overrides: [{paths: [a], rules: {RES: {enabled: false}}}]", ""},
      {"suppressed", "suppress: [{path: a/, rule: RES002, until: 2027-03-31, reason: r}]", ""},
      {"suppressed elsewhere", "suppress: [{path: b/, rule: RES002}]", "RES002 high a/t.yaml\n"},
      {"another resource", "suppress: [{path: a/, resource: Orders, rule: [RES002, SUP001]}]",
       "SUP002 low slsaudit.yaml\n"},
      {"over", "suppress: [{rule: RES002, until: 2025-01-01}]", "SUP001 medium slsaudit.yaml\n"},
      {"no reason", "suppressions: {require-reason: true}\nsuppress: [{rule: RES002}]",
       "SUP003 medium slsaudit.yaml\n"},
      {"a slip", "fail_on: low",
       "slsaudit.yaml:1:1: error: the configuration has no key `fail_on`; did you "
       "mean `fail-on`?"},
      {"no such rule", "rules: {RES0022: {severity: low}}",
       "slsaudit.yaml:1:9: error: no rule or group `RES0022`; did you mean `RES002`?"},
      {"no such severity", "rules: {RES002: {severity: severe}}",
       "`severity` is `critical`, `high`, `medium`, `low` or `info`, not `severe`"},
      {"no such parameter", "rules: {RES002: {parameters: {x: 1}}}", "RES002 has no parameter `x`"},
      {"no rule", "suppress: [{path: a}]", "an entry of `suppress` names no `rule`"},
      {"no such parameter here", "overrides: [{paths: [a], rules: {RES002: {parameters: {x: 1}}}}]",
       "RES002 has no parameter `x`"},
      {"no such rule here", "overrides: [{paths: [a], ignore: [RES0022]}]",
       "slsaudit.yaml:1:13: error: no rule or group `RES0022`; did you mean `RES002`?"},
      {"nowhere", "overrides: [{ignore: [RES]}]", "names neither `paths` nor `stacks`"},
      {"a stack", "overrides: [{stacks: ['t*'], rules: {RES: {severity: info}}}]", "RES002 info a/t.yaml\n"},
      {"another stack", "overrides: [{stacks: [u], ignore: [RES]}]", "RES002 high a/t.yaml\n"},
      {"a stack elsewhere", "overrides: [{paths: [b], stacks: [t], ignore: [RES]}]",
       "RES002 high a/t.yaml\n"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const std::string text = found(c.configuration);
      CAPTURE(text);
      CHECK((*c.expected == '\0' ? text.empty() : text.find(c.expected) != std::string::npos));
    }
  }
}

TEST_CASE("the command line beats the file") {
  const test::Files files{{"t.yaml", shop}, {"slsaudit.yaml", "fail-on: never\nselect: [SUP]\n"}};
  CHECK(run({"check", "t.yaml"}, files).code == 0);
  CHECK(run({"check", "t.yaml", "--select", "RES002"}, files).code == 0);
  CHECK(run({"check", "t.yaml", "--select", "RES002", "--fail-on", "high"}, files).code == 1);
  const auto shown = run({"config", "show"}, files);
  CHECK(shown.out.starts_with("fail-on: never  # slsaudit.yaml:1:10\nprofile: default  # default\n"
                              "select: [SUP]  # slsaudit.yaml:2:9\nignore: []  # default\n"));
  CHECK(shown.out.find("as-of: 2026-01-31  # default\n") != std::string::npos);
  CHECK(shown.out.find("load.size: small  # default\n") != std::string::npos);
}

TEST_CASE("init writes a configuration that can be used") {
  const auto made = run({"init"}, {{"t.yaml", shop}});
  CHECK(made.code == 0);
  REQUIRE(made.written.count("slsaudit.yaml") == 1);
  const std::string& text = made.written.at("slsaudit.yaml");
  CHECK(text.find("#   t.yaml (sam)\n") != std::string::npos);
  CHECK(text.find("#     Worker: {duration") != std::string::npos);
  CHECK(run({"check", "t.yaml", "--select", "SUP"}, {{"t.yaml", shop}, {"slsaudit.yaml", text}}).code == 0);
  // What is commented out can be used, too.
  std::string whole;
  std::istringstream lines(text.substr(text.find("# ignore:")));
  for (std::string line; std::getline(lines, line);) {
    const bool setting = line.starts_with("# ") && line.find("slsaudit: ignore") == std::string::npos &&
                         !(line.size() > 2 && line[2] >= 'A' && line[2] <= 'Z');
    if (setting) whole += line.substr(2) + "\n";
  }
  const auto used = run({"check", "t.yaml", "--select", "SUP"}, {{"t.yaml", shop}, {"slsaudit.yaml", whole}});
  CAPTURE(whole, used.err);
  CHECK(used.code == 0);
  CHECK(run({"init"}, {{"slsaudit.yaml", ""}}).code == 2);
}

TEST_CASE("the configuration's schema has the keys that are read") {
  const auto root = std::filesystem::path(test::environment_or("SLSAUDIT_SOURCE_DIR", "."));
  const Json schema = Json::parse(test::read_file(root / "docs/schemas/slsaudit.schema.json"));
  std::vector<std::string> keys;
  const std::function<void(const Json&, const std::string&)> walk = [&](const Json& node,
                                                                        const std::string& prefix) {
    if (node.contains("$ref"))
      return walk(schema["$defs"][node["$ref"].get<std::string>().substr(8)], prefix);
    if (node.contains("properties")) {
      CHECK(node["additionalProperties"] == false);
      for (const auto& [name, value] : node["properties"].items()) {
        const std::string path = prefix.empty() ? name : prefix + "." + name;
        keys.push_back(path);
        walk(value, path);
      }
    }
    if (node.contains("additionalProperties") && node["additionalProperties"].is_object())
      walk(node["additionalProperties"], prefix + ".*");
    if (node.contains("items")) walk(node["items"], prefix + "[]");
  };
  walk(schema, "");
  std::sort(keys.begin(), keys.end());
  CHECK(keys == audit::configuration_keys());
}

TEST_CASE("a baseline survives moved lines, renamed files and reordered resources") {
  const auto base = run({"baseline", "write", "a"}, {{"a/t.yaml", shop}});
  CAPTURE(base.err);
  REQUIRE(base.code == 0);
  const std::string list = base.written.at("slsaudit.baseline");
  const auto check = [&](const std::string& path, const std::string& text) {
    const auto outcome = run({"check", "a", "--baseline", "slsaudit.baseline", "--format", "json"},
                             {{path, text}, {"slsaudit.baseline", list}});
    return Json::parse(outcome.out);
  };
  const Json same = check("a/t.yaml", shop);
  CHECK(same["findings"].empty());
  const std::size_t debt = same["summary"]["baseline"];
  CHECK(debt > 3);
  CHECK(check("a/t.yaml", "# moved\n\n" + shop)["findings"].empty());
  CHECK(check("a/renamed.yaml", shop)["findings"].empty());
  const Json more = check("a/t.yaml", shop + table);
  CHECK(more["summary"]["baseline"] == debt);
  CHECK_FALSE(more["findings"].empty());
  for (const Json& finding : more["findings"]) CHECK(finding["resource"] == "Uploads");
  const std::string reordered =
      "Transform: AWS::Serverless-2016-10-31\nResources:\n" + table + queue.substr(11);
  const Json other = check("a/t.yaml", reordered);
  for (const Json& finding : other["findings"]) CHECK(finding["resource"] == "Uploads");
}

TEST_CASE("baselines are updated and pruned") {
  const std::string list =
      run({"baseline", "write", "t.yaml"}, {{"t.yaml", shop}}).written.at("slsaudit.baseline");
  const test::Files changed{{"t.yaml", shop + table}, {"slsaudit.baseline", list}};
  CHECK(run({"baseline", "write", "t.yaml"}, changed).code == 2);
  CHECK(run({"baseline", "prune", "t.yaml"}, changed).written.at("slsaudit.baseline") == list);
  const auto updated = run({"baseline", "update", "t.yaml"}, changed);
  CHECK(updated.written.at("slsaudit.baseline").size() > list.size());
  CHECK(updated.out.find(" new, ") != std::string::npos);
  const auto pruned = run({"baseline", "prune", "t.yaml"},
                          {{"t.yaml", shop}, {"slsaudit.baseline", updated.written.at("slsaudit.baseline")}});
  CHECK(pruned.written.at("slsaudit.baseline") == list);
  CHECK(run({"check", "t.yaml", "--baseline", "t.yaml"}, changed).err.find("is no baseline") !=
        std::string::npos);
  CHECK(run({"baseline", "forget"}).code == 2);
}

TEST_CASE("what several services read of one file is one finding") {
  const auto service = [](const std::string& name) {
    return "service: " + name + "\nprovider: {name: aws, runtime: nodejs22.x}\nfunctions:\n  " + name +
           ":\n    handler: i.h\n    timeout: ${file(../shared.yml):timeout}\n";
  };
  const std::map<std::string, std::string> files{{"app/a/serverless.yml", service("one")},
                                                 {"app/b/serverless.yml", service("two")},
                                                 {"app/shared.yml", "timeout: 900\n"}};
  const auto outcome = run({"check", "app", "--format", "json", "--select", "CON008"}, files);
  const auto report = nlohmann::json::parse(outcome.out);
  REQUIRE(report["findings"].size() == 1);
  CHECK(report["findings"][0]["path"] == "app/shared.yml");
  const std::string message = report["findings"][0]["message"];
  CHECK(message.find("(and 1 more: `two`)") != std::string::npos);
}
