// SPDX-License-Identifier: Apache-2.0
// `slsaudit check --roots-from`: one line a system.
#include "harness.hpp"
#include "support/catch.hpp"
#include "support/json_schema.hpp"
#include "support/shared_data.hpp"

using namespace slsaudit;
using test::run;
using Json = nlohmann::json;

namespace {

const std::string queue = "Resources:\n  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}\n";
const std::string worker =
    "Transform: AWS::Serverless-2016-10-31\n"
    "Resources:\n"
    "  Worker:\n"
    "    Type: AWS::Serverless::Function\n"
    "    Properties:\n"
    "      Runtime: python3.12\n"
    "      Handler: app.handler\n"
    "      CodeUri: src/\n"
    "      Policies: [{Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: '*'}]}]\n"
    "      Events:\n"
    "        Poll: {Type: SQS, Properties: {Queue: !ImportValue jobs-arn}}\n";
const std::string broken = "Resources:\n  Jobs: {Type: AWS::SQS::Queue\n";

const test::Files fleet{{"a/t.yaml", worker},
                        {"b/t.yaml", queue + "Outputs: {Arn: {Value: !GetAtt Jobs.Arn, Export: {Name: "
                                             "jobs-arn}}}\n"},
                        {"c/t.yaml", broken},
                        {"d/t.yaml", worker},
                        {"d/slsaudit.yaml", "fail_on: low\n"},
                        {"e/t.yaml", worker},
                        {"e/slsaudit.yaml", "fail-on: info\nselect: [IAM]\n"},
                        {"f/readme.md", "nothing\n"},
                        {"roots.txt", "a\nb\n"}};

test::Outcome roots(const std::string& list, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"check", "--roots-from", "-"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run(arguments, fleet, list);
}

std::vector<Json> lines_of(const test::Outcome& outcome) {
  std::vector<Json> lines;
  std::istringstream text(outcome.out);
  for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
  return lines;
}

test::JsonSchema line_schema() {
  const auto root = std::filesystem::path(test::environment_or("SLSAUDIT_SOURCE_DIR", "."));
  return test::JsonSchema(Json::parse(test::read_file(root / "docs/schemas/system-line.schema.json")));
}

} // namespace

TEST_CASE("each root is one line, in the order of the list") {
  const auto outcome = roots("a\nb/\n\n./c\r\nd\ne\nf\n");
  CHECK(outcome.code == 0);
  CHECK(outcome.err.empty());
  const auto lines = lines_of(outcome);
  REQUIRE(lines.size() == 6);
  const test::JsonSchema schema = line_schema();
  std::string told;
  for (const Json& line : lines) {
    CHECK(schema.complaints(line) == "");
    told += line["root"].get<std::string>() + " " + line["outcome"].get<std::string>() + " " +
            line["exit"].dump() + "\n";
  }
  CHECK(told == "a findings 1\nb clean 0\nc incomplete 3\nd unusable 2\ne findings 1\nf clean 0\n");
  CHECK(lines[0]["as_of"] == "2026-01-31");
  CHECK(lines[0]["summary"]["templates"] == 1);
  CHECK(lines[0]["resource_types"]["AWS::Lambda::Function"] == 1);
  CHECK(lines[0]["wants"][0]["name"] == "jobs-arn");
  CHECK(lines[0]["wants"][0]["relation"] == "polls");
  CHECK(lines[1]["offers"][0]["kind"] == "export");
  CHECK(lines[1]["offers"][0]["resource"] == "Jobs");
  CHECK(lines[2]["errors"][0]["path"] == "c/t.yaml");
  const std::string message = lines[3]["errors"][0]["message"];
  CHECK(message.starts_with("d/slsaudit.yaml:1:1: error: the configuration has no key `fail_on`"));
  CHECK(lines[4]["fail_on"] == "info");
  for (const Json& finding : lines[4]["findings"])
    CHECK(finding["code"].get<std::string>().starts_with("IAM"));
}

TEST_CASE("a line says what `check` of its root alone says") {
  for (const std::string root : {"a", "b", "c", "e", "f"}) {
    CAPTURE(root);
    const auto line = lines_of(roots(root + "\n")).front();
    const auto alone = run({"check", root, "--format", "json"}, fleet);
    const Json report = Json::parse(alone.out);
    CHECK(line["exit"] == alone.code);
    for (const char* const part : {"findings", "suppressed", "baseline", "errors", "rules", "summary"}) {
      CAPTURE(part);
      CHECK(line[part] == report[part]);
    }
  }
}

TEST_CASE("a root that isn't there is a line, and the rest is done") {
  const auto outcome = roots("a\nnowhere\nb\n");
  CHECK(outcome.code == 3);
  const auto lines = lines_of(outcome);
  REQUIRE(lines.size() == 3);
  CHECK(lines[1]["outcome"] == "incomplete");
  CHECK(lines[1]["errors"][0]["message"] == "cannot read nowhere: no such file or directory");
  CHECK(line_schema().complaints(lines[1]) == "");
  CHECK(lines[2]["root"] == "b");
}

TEST_CASE("any number of threads gives the same lines") {
  std::string list;
  for (int i = 0; i < 20; ++i) list += "a\nb\nc\nd\ne\nf\nnowhere\n";
  const auto alone = roots(list, {"--jobs", "1"});
  CHECK(lines_of(alone).size() == 140);
  for (const std::string jobs : {"0", "2", "7"}) CHECK(roots(list, {"--jobs", jobs}).out == alone.out);
}

TEST_CASE("a list may be a file, and end with zero bytes") {
  const auto file = run({"check", "--roots-from", "roots.txt"}, fleet);
  CHECK(file.code == 0);
  CHECK(file.out == roots("a\nb\n").out);
  CHECK(roots(std::string("a\0b\0", 4), {"--null"}).out == file.out);
  CHECK(roots("").out.empty());
  const auto none = run({"check", "--roots-from", "none.txt"}, fleet);
  CHECK(none.code == 3);
  CHECK(none.err == "slsaudit: cannot read none.txt: no such file\n");
}

TEST_CASE("what the options say holds for all roots") {
  const auto lines = lines_of(roots("a\ne\n", {"--fail-on", "never", "--select", "OBS", "--no-config"}));
  REQUIRE(lines.size() == 2);
  for (const Json& line : lines) {
    CHECK(line["exit"] == 0);
    CHECK(line["fail_on"] == "never");
    for (const Json& finding : line["findings"]) CHECK(finding["code"].get<std::string>().starts_with("OBS"));
  }
  const auto limited = lines_of(roots("a\n", {"--limit", "output=100"}));
  CHECK(limited[0]["outcome"] == "incomplete");
  const std::string message = limited[0]["errors"][0]["message"];
  CHECK(message.find("the limit of 100 (output)") != std::string::npos);
}

TEST_CASE("a baseline of the command line knows findings of every root") {
  const std::string list = run({"baseline", "write", "a"}, fleet).written.at("slsaudit.baseline");
  test::Files files = fleet;
  files["known"] = list;
  const auto outcome = run({"check", "--roots-from", "roots.txt", "--baseline", "known"}, files);
  const auto lines = lines_of(outcome);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["findings"].empty());
  CHECK_FALSE(lines[0]["baseline"].empty());
  CHECK_FALSE(lines[1]["findings"].empty());
}

TEST_CASE("what contradicts a list of roots is refused") {
  const std::vector<std::vector<std::string>> refused{{"a"},
                                                      {"--format", "sarif"},
                                                      {"--output", "x.ndjson"},
                                                      {"--report", "json=x"},
                                                      {"--explain-unknowns"},
                                                      {"--jobs", "x"},
                                                      {"--limit", "nothing=1"}};
  for (const auto& more : refused) {
    CAPTURE(more.front());
    const auto outcome = roots("a\n", more);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
  }
  CHECK(roots("a\n", {"--format", "ndjson"}).code == 0);
}
