// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "unit/cli/harness.hpp"

#include <nlohmann/json.hpp>

using namespace slsaudit;
using test::run;

namespace {

const std::string good =
    "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n";
const std::string broken = "AWSTemplateFormatVersion: '2010-09-09'\nResources: {Q: [\n";

struct Case {
  std::vector<std::string> arguments;
  int code;
  std::string says; ///< In standard output or error.
};

} // namespace

TEST_CASE("help and version") {
  CHECK(run({"--version"}).out.starts_with("slsaudit "));
  const auto help = run({"--help"});
  CHECK(help.code == 0);
  for (const char* word :
       {"check", "explain", "examples:", "exit codes:", "  3  an input could not be read"}) {
    CAPTURE(word);
    CHECK(help.out.find(word) != std::string::npos);
  }
  CHECK(run({}).code == 2);
  CHECK(run({}).err == help.out);
  CHECK(run({"help"}).out == help.out);
}

TEST_CASE("each command has help, by either spelling, and lines fit a terminal") {
  const std::string command = GENERATE("check", "explain", "rules", "graph", "expand", "dump");
  const auto help = run({command, "--help"});
  CHECK(help.code == 0);
  CHECK(help.out.find("usage: slsaudit " + command) != std::string::npos);
  CHECK(run({"help", command}).out == help.out);
  std::istringstream lines(help.out);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 120);
}

TEST_CASE("wrong usage ends with 2 and says what was expected") {
  const auto c = GENERATE(values<Case>({
      {{"chekc"}, 2, "no command `chekc`; did you mean `check`?"},
      {{"check", "--fromat", "json"}, 2, "no option `--fromat`; did you mean `--format`?"},
      {{"check", "--format", "xml"}, 2, "--format can't be `xml`: it is compact, csv, github, gitlab, json"},
      {{"check", "--fail-on", "severe"}, 2, "--fail-on can't be `severe`"},
      {{"check", "--profile", "lax"}, 2, "--profile can't be `lax`"},
      {{"check", "--select", "NOPE999999"}, 2, "no rule or group `NOPE999999`"},
      {{"check", "--report", "json"}, 2, "--report wants FORMAT=FILE"},
      {{"check", "--report", "xml=a"}, 2, "no format `xml`"},
      {{"check", "--as-of", "yesterday"}, 2, "--as-of wants a date"},
      {{"check", "--config", "a.yaml", "--no-config"}, 2, "--config and --no-config contradict each other"},
      {{"check", "--config", "gone.yaml"}, 2, "gone.yaml"},
      {{"check", "--param", "novalue"}, 2, "--param wants KEY=VALUE"},
      {{"check", "--params", "gone.json"}, 2, "gone.json"},
      {{"check", "--rules", "gone"}, 2, "gone: no such directory"},
      {{"check", "--format"}, 2, "--format"},
      {{"explain"}, 2, "RULE is missing"},
      {{"explain", "NOPE999999"}, 2, "no rule or group `NOPE999999`"},
      {{"expand"}, 2, "PATH is missing"},
      {{"expand", "a", "b"}, 2, "unexpected argument `b`"},
      {{"dump", "tokens", "a"}, 2, "there is no `tokens`; say syntax"},
  }));
  CAPTURE(c.arguments);
  const auto outcome = run(c.arguments);
  CHECK(outcome.code == c.code);
  CAPTURE(outcome.err);
  CHECK(outcome.err.find(c.says) != std::string::npos);
  CHECK(outcome.out.empty());
}

TEST_CASE("inputs that can't be read end with 3, and the others are audited") {
  const test::Files files{{"a/good.yaml", good}, {"a/bad.yaml", broken}};
  const auto outcome = run({"check", "a"}, files);
  CHECK(outcome.code == 3);
  CHECK(outcome.out.find("error") != std::string::npos);
  CHECK(outcome.out.find("1 template, 1 resource") != std::string::npos);
  CHECK(run({"check", "gone.yaml"}).code == 3);
  CHECK(run({"check", "a", "--format", "json", "--fail-on", "never"}, files).code == 3);
}

TEST_CASE("a configuration file that can't be used ends with 2, before anything is audited") {
  const test::Files files{{"t.yaml", good}, {"slsaudit.yaml", "lode: {}\n"}, {"other.yaml", "load: {}\n"}};
  const auto outcome = run({"check", "t.yaml"}, files);
  CHECK(outcome.code == 2);
  CHECK(outcome.err ==
        "slsaudit: slsaudit.yaml:1:1: error: the configuration has no key `lode`; did you mean "
        "`load`?\n");
  CHECK(outcome.out.empty());
  CHECK(run({"check", "t.yaml", "--no-config"}, files).code == 0);
  CHECK(run({"check", "t.yaml", "--config", "other.yaml"}, files).code == 0);
}

TEST_CASE("what a configuration says of the account counts") {
  const std::string reserving = R"(Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {ReservedConcurrentExecutions: 950, Code: {S3Bucket: b, S3Key: k}, Role: r, Handler: i.h, Runtime: nodejs22.x}
)";
  test::Files files{{"t.yaml", reserving}};
  CHECK(run({"check", "t.yaml", "--select", "CON002"}, files).code == 1);
  files["slsaudit.yaml"] = "account: {concurrency: 3000}\n";
  CHECK(run({"check", "t.yaml", "--select", "CON002"}, files).code == 0);
  CHECK(run({"check", "t.yaml", "--select", "CON002", "--no-config"}, files).code == 1);
}

TEST_CASE("the same input gives the same bytes in any order") {
  const test::Files files{{"a.yaml", good}, {"b.yaml", good}, {"c/d.yaml", good}};
  const std::string format = GENERATE("text", "json", "sarif", "junit", "markdown", "ndjson");
  const auto one = run({"check", "a.yaml", "b.yaml", "c", "--format", format}, files);
  const auto two = run({"check", "c", "b.yaml", "a.yaml", "--format", format}, files);
  CHECK(one.out == two.out);
  CHECK(one.code == two.code);
}

TEST_CASE("what an audit has made is left to whoever takes it, once, and is whole") {
  const text::MemoryFileSystem disk(test::Files{{"a/t.yaml", good}});
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const auto write = [](const std::string&, const std::string&) -> text::Result<bool> { return true; };
  cli::World world{in, out, err, disk, write, [] { return 0.0; }, [] { return std::string("2026-01-31"); }};
  std::vector<std::shared_ptr<const void>> left;
  world.leave = [&](std::shared_ptr<const void> made) { left.push_back(std::move(made)); };
  const auto code = cli::run({"check", "a"}, world);
  REQUIRE(left.size() == 1);
  CHECK(left.front().use_count() == 1);
  const test::Outcome other = run({"check", "a"}, {{"a/t.yaml", good}});
  CHECK(code == other.code);
  CHECK(out.str() == other.out);
}

TEST_CASE("standard input is read where - asks for it") {
  const auto outcome = run({"check", "-", "--stdin-filename", "x/template.yaml"}, {}, good);
  CHECK(outcome.out.find("1 template, 1 resource") != std::string::npos);
  CHECK(run({"check", "-"}, {}, "just: yaml\n").code == 3);
}

TEST_CASE("reports go to files") {
  const test::Files files{{"t.yaml", good}};
  const auto outcome =
      run({"check", "t.yaml", "--report", "json=out.json", "--report", "sarif=out.sarif"}, files);
  CHECK(outcome.out.find("1 template") != std::string::npos);
  CHECK(nlohmann::json::parse(outcome.written.at("out.json"))["format_version"] == 1);
  CHECK(nlohmann::json::parse(outcome.written.at("out.sarif"))["version"] == "2.1.0");
  const auto quiet = run({"check", "t.yaml", "--format", "json", "--output", "o.json"}, files);
  CHECK(quiet.out.empty());
  CHECK(quiet.written.count("o.json") == 1);
  CHECK(run({"check", "t.yaml", "--output", "readonly/x"}, files).code == 3);
}

TEST_CASE("the working directory is audited where no path is given") {
  CHECK(run({"check"}, {{"svc/t.yaml", good}}).out.find("1 template") != std::string::npos);
  CHECK(run({"check"}, {{"svc/t.txt", good}}).out.find("0 templates") != std::string::npos);
}

TEST_CASE("what stays unknown is listed by reason and count") {
  const test::Files files{
      {"a/serverless.yml",
       "service: s\nprovider:\n  name: aws\n  runtime: python3.12\n  environment: {A: '${env:A}'}\n"
       "functions:\n  f: {handler: a.b, memorySize: '${ssm(raw):/a}', timeout: '${ssm(raw):/b}'}\n"
       "  g: {handler: a.b}\n"},
      {"b.yaml", "Resources: {T: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Foo x}}}\n"}};
  const auto outcome = test::run({"check", "a", "--explain-unknowns", "--fail-on", "never"}, files);
  const std::size_t at = outcome.out.find("unknown values, by reason:\n");
  REQUIRE(at != std::string::npos);
  const std::string listed = outcome.out.substr(at);
  CHECK(listed.find("     2  a parameter or secret, which is read when the service is deployed (first at "
                    "a/serverless.yml:7:33)\n") != std::string::npos);
  CHECK(listed.find("     1  the environment variable `A` is read when the service is deployed (first at "
                    "a/serverless.yml:5:20)\n") != std::string::npos);
  CHECK(run({"check", "b.yaml", "--explain-unknowns"}, files).out.find("1 unknown value, by reason:\n") !=
        std::string::npos);
  const auto json = test::run({"check", "b.yaml", "--explain-unknowns", "--format", "json"}, files);
  CHECK(json.out.find("by reason") == std::string::npos);
  CHECK(json.err.find("by reason") != std::string::npos);
  const auto none = test::run({"check", "c.yaml", "--explain-unknowns"},
                              {{"c.yaml", "Resources: {T: {Type: 'AWS::SNS::Topic'}}\n"}});
  CHECK(none.out.find("no value is unknown\n") != std::string::npos);
}

TEST_CASE("verbose tells on standard error, quiet prints findings only") {
  const test::Files files{{"t.yaml", good}};
  const auto outcome = run({"check", "t.yaml", "--verbose"}, files);
  CHECK(outcome.err.find("[info]") != std::string::npos);
  CHECK(outcome.err.find("1 templates") != std::string::npos);
  CHECK(run({"check", "t.yaml", "--quiet"}, files).out.find("template,") == std::string::npos);
}

TEST_CASE("colours are for terminals, unless they are not wanted") {
  const test::Files files{{"bad.yaml", broken}};
  CHECK(run({"check", "bad.yaml"}, files, {}, true).out.find("\x1b[") != std::string::npos);
  CHECK(run({"check", "bad.yaml", "--no-color"}, files, {}, true).out.find("\x1b[") == std::string::npos);
  CHECK(run({"check", "bad.yaml"}, files).out.find("\x1b[") == std::string::npos);
}

TEST_CASE("graph, expand and dump print what they are for") {
  const test::Files files{{"t.yaml", good}, {"b.yaml", broken}, {"no.yaml", "a: 1\n"}};
  CHECK(nlohmann::json::parse(run({"graph", "t.yaml"}, files).out)["format"] == "slsaudit-graph");
  CHECK(run({"graph", "t.yaml", "--format", "dot"}, files).out.starts_with("digraph"));
  CHECK(run({"graph", "t.yaml", "--format", "mermaid"}, files).out.starts_with("flowchart"));
  const auto expanded = run({"expand", "t.yaml"}, files);
  CHECK(expanded.code == 0);
  CHECK(nlohmann::json::parse(expanded.out)["Resources"]["Q"]["Type"] == "AWS::SQS::Queue");
  CHECK(run({"expand", "."}, files).code == 3);
  CHECK(run({"expand", "no.yaml"}, files).code == 3);
  CHECK(run({"dump", "syntax", "no.yaml"}, files).out == "{a: 1}\n");
  CHECK(run({"dump", "syntax", "b.yaml"}, files).code == 3);
  CHECK(run({"dump", "syntax", "gone.yaml"}, files).code == 3);
}

TEST_CASE("rules can be listed and explained") {
  const auto list = run({"rules", "--format", "json"});
  CHECK(list.code == 0);
  const auto json = nlohmann::json::parse(list.out);
  for (const auto& rule : json["rules"]) {
    const auto explained = run({"explain", rule["code"].get<std::string>()});
    CAPTURE(rule["code"]);
    CHECK(explained.code == 0);
    CHECK(explained.out.find(rule["name"].get<std::string>()) != std::string::npos);
  }
}
