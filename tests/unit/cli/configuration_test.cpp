// SPDX-License-Identifier: Apache-2.0
// The configuration file and the environment as all commands see them.
#include "audit/overrides.hpp"
#include "support/catch.hpp"
#include "unit/cli/harness.hpp"

#include <nlohmann/json.hpp>

using namespace slsaudit;
using test::run;
using Json = nlohmann::json;

namespace {

const std::string table = "Resources:\n"
                          "  Uploads:\n"
                          "    Type: AWS::DynamoDB::Table\n"
                          "    Properties: {KeySchema: [{AttributeName: id, KeyType: HASH}], BillingMode: "
                          "PAY_PER_REQUEST}\n";
const std::string function =
    "Transform: AWS::Serverless-2016-10-31\n"
    "Resources:\n"
    "  Work:\n"
    "    Type: AWS::Serverless::Function\n"
    "    Properties: {Runtime: python3.12, Handler: a.b, CodeUri: src/, Timeout: 9}\n";
const std::string staged = "service: shop\n"
                           "provider: {name: aws, runtime: nodejs20.x, stage: \"${opt:stage, 'dev'}\"}\n"
                           "functions: {work: {handler: a.b, name: \"work-${sls:stage}\"}}\n";

/// "DAT005 a.yaml" of each finding.
std::string found(const test::Files& files, const std::vector<std::string>& options = {}) {
  std::vector<std::string> arguments{"check", ".", "--format", "json"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const auto outcome = run(arguments, files);
  CAPTURE(outcome.err);
  if (outcome.out.empty()) return outcome.err;
  std::string text;
  const Json report = Json::parse(outcome.out);
  for (const Json& finding : report["findings"])
    text += finding["name"].get<std::string>() + " " + finding["path"].get<std::string>() + "\n";
  return text;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

test::Outcome run_with(const std::map<std::string, std::string>& variables,
                       const std::vector<std::string>& arguments, test::Files files) {
  const text::MemoryFileSystem disk(std::move(files));
  test::Outcome outcome;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  cli::World world{in, out, err, disk, {}, [] { return 0.0; }, [] { return std::string("2026-01-31"); }};
  world.environment = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
  outcome.code = cli::run(arguments, world);
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

} // namespace

TEST_CASE("parameters of rules differ by path and stack") {
  const test::Files files{{"a.yaml", table}, {"b.yaml", table}};
  const std::string here = "no-point-in-time-recovery a.yaml\n";
  const std::string there = "no-point-in-time-recovery b.yaml\n";
  const auto with = [&](const std::string& configuration) {
    test::Files all = files;
    all["slsaudit.yaml"] = "select: [no-point-in-time-recovery]\n" + configuration;
    return found(all);
  };
  CHECK(with("") == here + there);
  const std::string rule = "rules: {no-point-in-time-recovery: {parameters: {transient: uploads}}}";
  CHECK(with(rule).empty());
  CHECK(with("overrides: [{paths: [b.yaml], " + rule + "}]") == here);
  CHECK(with("overrides: [{stacks: [b], " + rule + "}]") == here);
  CHECK(with(rule + "\noverrides: [{paths: [b.yaml], "
                    "rules: {no-point-in-time-recovery: {parameters: {transient: cache}}}}]") == there);
}

TEST_CASE("rules are selected by path") {
  const test::Files files{{"a.yaml", function}, {"b.yaml", function}};
  const auto with = [&](const std::string& configuration, const std::vector<std::string>& options = {}) {
    test::Files all = files;
    all["slsaudit.yaml"] = configuration;
    return found(all, options);
  };
  const std::string only = "select: [no-alarms]\n";
  CHECK_FALSE(holds(with(only), "x86-where-arm-serves"));
  const std::string enabled =
      only + "overrides: [{paths: [b.yaml], rules: {x86-where-arm-serves: {enabled: true}}}]";
  CHECK(holds(with(enabled), "x86-where-arm-serves b.yaml"));
  CHECK_FALSE(holds(with(enabled), "x86-where-arm-serves a.yaml"));
  CHECK_FALSE(holds(with(enabled, {"--select", "no-alarms"}), "x86-where-arm-serves"));
  CHECK_FALSE(holds(with(enabled, {"--ignore", "CST"}), "x86-where-arm-serves"));
  CHECK(with("select: [SUP]\noverrides: [{paths: [b.yaml], select: [x86-where-arm-serves]}]") ==
        "x86-where-arm-serves b.yaml\n");
  const std::string strict = with("overrides: [{paths: [a.yaml], profile: strict}]");
  CHECK(holds(strict, "x86-where-arm-serves a.yaml"));
  CHECK_FALSE(holds(strict, "x86-where-arm-serves b.yaml"));
}

TEST_CASE("stacks go by their names") {
  CHECK(audit::fits("shop-*", "shop-prod"));
  CHECK(audit::fits("*", ""));
  CHECK(audit::fits("a*b*c", "aXbYbZc"));
  CHECK(audit::fits("?b", "ab"));
  CHECK_FALSE(audit::fits("shop", "shop-prod"));
  CHECK_FALSE(audit::fits("a*b", "aXc"));
  CHECK_FALSE(audit::fits("", "a"));
}

TEST_CASE("what is deployed comes from the command line, the environment or the file") {
  const test::Files files{{"serverless.yml", staged}, {"slsaudit.yaml", "deploy: {stage: filed}\n"}};
  for (const char* command : {"expand", "query"}) {
    std::vector<std::string> plain{command, "serverless.yml"};
    if (plain.front() == "query") plain.emplace_back("functions.map(f, string(f.function.FunctionName))");
    const auto with = [&](std::vector<std::string> options) {
      options.insert(options.begin(), plain.begin(), plain.begin() + 2);
      if (plain.size() > 2) options.push_back(plain.back());
      return options;
    };
    CAPTURE(command);
    CHECK(holds(run_with({}, plain, files).out, "work-filed"));
    CHECK(holds(run_with({{"SLSAUDIT_STAGE", "set"}}, plain, files).out, "work-set"));
    CHECK(holds(run_with({{"SLSAUDIT_STAGE", "set"}}, with({"--stage", "given"}), files).out, "work-given"));
    CHECK(holds(run(with({"--no-config"}), files).out, "work-dev"));
  }
}

TEST_CASE("every command that reads templates reads the configuration") {
  const test::Files files{{"t.yaml", function}, {"slsaudit.yaml", "lode: {}\n"}};
  const std::vector<std::vector<std::string>> commands{
      {"check", "t.yaml"},  {"graph", "t.yaml"},        {"facts", "t.yaml"},
      {"expand", "t.yaml"}, {"query", "t.yaml", "1"},   {"what-if", "t.yaml", "--fail", "Work"},
      {"load", "t.yaml"},   {"explain", "CON007"},      {"rules"},
      {"config", "show"},   {"rules", "test", "CON007"}};
  for (std::vector<std::string> arguments : commands) {
    CAPTURE(arguments);
    const auto outcome = run(arguments, files);
    CHECK(outcome.code == 2);
    CHECK(holds(outcome.err,
                "slsaudit.yaml:1:1: error: the configuration has no key `lode`; did you mean `load`?"));
    arguments.emplace_back("--no-config");
    CHECK(run(arguments, files).code < 2);
  }
}

TEST_CASE("what the file excludes is not looked at in directories") {
  test::Files files{
      {"a.yaml", function}, {"attic/b.yaml", function}, {"slsaudit.yaml", "exclude: [attic/]\n"}};
  const auto templates = [&](const std::vector<std::string>& arguments) {
    return Json::parse(run(arguments, files).out)["systems"][0]["templates"].size();
  };
  CHECK(templates({"graph", "."}) == 1);
  CHECK(templates({"graph", ".", "--no-config"}) == 2);
  CHECK(templates({"graph", ".", "--exclude", "nothing"}) == 2);
  CHECK(templates({"graph", ".", "--no-config", "--exclude", "*.md,a.*"}) == 1);
  CHECK(templates({"graph", "attic/b.yaml"}) == 1);
}

TEST_CASE("rules are listed and explained as they are configured") {
  const test::Files files{{"slsaudit.yaml", "rules: {CON007: {severity: low}}\n"}};
  CHECK(holds(run({"rules", "CON007"}, files).out, "low"));
  CHECK(holds(run({"explain", "CON007"}, files).out,
              "Configured\n  rules.CON007.severity: low  # slsaudit.yaml:1:28\n"));
}

TEST_CASE("config show tells where each value comes from, and which overrides hold") {
  const test::Files files{{"svc/orders.yaml", function},
                          {"slsaudit.yaml", "deploy: {parameters: {Stage: prod}}\n"
                                            "overrides:\n  - {stacks: [orders], ignore: [OBS]}\n"
                                            "  - {paths: [other/**], ignore: [IAM]}\n"}};
  const auto shown = run_with({{"SLSAUDIT_SELECT", "IAM,CON"}, {"SLSAUDIT_AS_OF", "2027-01-01"}},
                              {"config", "show", "svc"}, files);
  CAPTURE(shown.out, shown.err);
  for (const char* line : {"select: [IAM, CON]  # SLSAUDIT_SELECT\n", "as-of: 2027-01-01  # SLSAUDIT_AS_OF\n",
                           "deploy.parameters.Stage: prod  # slsaudit.yaml:1:30\n",
                           "overrides[0].stacks: [orders]  # slsaudit.yaml:3:14\n",
                           "overrides[1].paths: [other/**]  # slsaudit.yaml:4:13\n",
                           "# svc/orders.yaml (stack orders): overrides[0]\n"}) {
    CAPTURE(line);
    CHECK(holds(shown.out, line));
  }
}

TEST_CASE("slips get a suggestion") {
  struct Slip {
    std::vector<std::string> arguments;
    std::string suggested;
  };
  const Slip slips[] = {
      {{"chekc"}, "did you mean `check`?"},
      {{"check", "--fromat", "json"}, "did you mean `--format`?"},
      {{"check", "--format", "jsno"}, "did you mean `json`?"},
      {{"check", "--profile", "strikt"}, "did you mean `strict`?"},
      {{"check", "--select", "CON0007"}, "did you mean `CON007`?"},
      {{"explain", "visibility-timeout-to-short"}, "did you mean `visibility-timeout-too-short`?"},
      {{"rules", "shema"}, "did you mean `schema`?"},
      {{"baseline", "writ"}, "did you mean `write`?"},
      {{"config", "shwo"}, "did you mean `show`?"},
      {{"completions", "bsh"}, "did you mean `bash`?"},
      {{"facts", "t.yaml", "functons"}, "did you mean `functions`?"},
      {{"graph", "--format", "mermiad"}, "did you mean `mermaid`?"},
      {{"init", "--ci", "githb"}, "did you mean `github`?"}};
  for (const Slip& slip : slips) {
    const auto outcome = run(slip.arguments, {{"t.yaml", function}});
    CAPTURE(slip.suggested, outcome.err);
    CHECK(outcome.code == 2);
    CHECK(holds(outcome.err, slip.suggested));
  }
}
