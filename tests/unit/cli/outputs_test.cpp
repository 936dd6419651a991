// SPDX-License-Identifier: Apache-2.0
// Where reports go, what they look like there, and that they are what the documents say.
#include "cli/disk.hpp"
#include "cli/graphviz.hpp"
#include "cli/terminal.hpp"
#include "report/report.hpp"
#include "support/catch.hpp"
#include "support/json_schema.hpp"
#include "support/shared_data.hpp"
#include "support/unsafe_text.hpp"
#include "unit/cli/harness.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace slsaudit;
using test::run;
using Json = nlohmann::json;

namespace {

const std::string queue = "Resources:\n"
                          "  Orders: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 5}}\n"
                          "  Worker:\n"
                          "    Type: AWS::Serverless::Function\n"
                          "    Properties:\n"
                          "      Runtime: python3.12\n"
                          "      Handler: app.handler\n"
                          "      CodeUri: src/\n"
                          "      Timeout: 30\n"
                          "      Events:\n"
                          "        Poll: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}\n";
const test::Files files{{"t.yaml", "Transform: AWS::Serverless-2016-10-31\n" + queue}};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Json schema(const std::string& name) {
  return Json::parse(content(std::string(std::getenv("SLSAUDIT_SOURCE_DIR")) + "/docs/schemas/" + name));
}

/// What the schemas say against the reports on a path of the disk.
std::string complaints(const std::string& path) {
  static const test::JsonSchema whole(schema("report.schema.json"));
  static const test::JsonSchema line(schema("report-line.schema.json"));
  const text::DiskFileSystem disk;
  const auto outcome = test::run_on(disk, {"check", path, "--output", "json=a", "--output", "ndjson=b"});
  if (outcome.written.count("a") == 0) return outcome.err;
  std::string text = whole.complaints(Json::parse(outcome.written.at("a")));
  std::istringstream lines(outcome.written.at("b"));
  std::string last;
  for (std::string one; std::getline(lines, one); last = one) text += line.complaints(Json::parse(one));
  if (Json::parse(last)["type"] != "summary") text += "the last line is no summary\n";
  return text;
}

} // namespace

TEST_CASE("several reports are written at once") {
  const auto all =
      run({"check", "t.yaml", "-o", "sarif=a", "--output=junit=b.xml", "--report", "csv=c"}, files);
  CHECK(all.out.find("findings: ") != std::string::npos);
  CHECK(Json::parse(all.written.at("a"))["version"] == "2.1.0");
  CHECK(all.written.at("b.xml").starts_with("<?xml"));
  CHECK(all.written.at("c").starts_with("status,severity"));
  const auto named = run({"check", "t.yaml", "--output", "x.sarif"}, files);
  CHECK(named.out.empty());
  CHECK(Json::parse(named.written.at("x.sarif"))["version"] == "2.1.0");
  CHECK(run({"check", "t.yaml", "--format", "json", "-o", "x.sarif"}, files)
            .written.at("x.sarif")
            .find("\"format_version\"") != std::string::npos);
  CHECK(run({"check", "t.yaml", "-o", "./a=b.txt"}, files).written.count("./a=b.txt") == 1);
}

TEST_CASE("outputs that can't be meant are refused before any work") {
  const auto err = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"check", "t.yaml"});
    const auto outcome = run(arguments, files);
    CHECK(outcome.code == 2);
    CHECK(outcome.written.empty());
    return outcome.err;
  };
  CHECK(err({"-o", "a.json"}).find("--output FORMAT=a.json") != std::string::npos);
  CHECK(err({"-o", "srif=a"}).find("no format `srif`") != std::string::npos);
  CHECK(err({"-o", "sarif=a", "-o", "json=a"}).find("two reports") != std::string::npos);
  CHECK(err({"-o", "sarif="}).find("FORMAT=FILE") != std::string::npos);
}

TEST_CASE("the gate is the same in every format") {
  for (const std::string_view format : report::formats()) {
    CAPTURE(format);
    CHECK(run({"check", "t.yaml", "--format", std::string(format), "--fail-on", "info"}, files).code == 1);
    CHECK(run({"check", "t.yaml", "--format", std::string(format), "--fail-on", "never"}, files).code == 0);
    CHECK(run({"check", "gone.yaml", "--format", std::string(format)}, files).code == 3);
  }
}

TEST_CASE("SARIF has a category where one is given") {
  const auto id = [](const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"check", "t.yaml", "--format", "sarif"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Json::parse(run(arguments, files).out)["runs"][0].value("automationDetails", Json());
  };
  CHECK(id({}).is_null());
  CHECK(id({"--sarif-category", "services/shop"})["id"] == "services/shop/");
}

TEST_CASE("lines inserted above keep all fingerprints") {
  const auto fingerprints = [](const std::string& template_text, bool github) {
    const auto outcome = run({"check", "t.yaml", "--format", "sarif"}, {{"t.yaml", template_text}});
    std::multiset<std::string> all;
    const Json report = Json::parse(outcome.out);
    for (const Json& result : report["runs"][0]["results"]) {
      const Json& prints = result["partialFingerprints"];
      all.insert(result["ruleId"].get<std::string>() + " " +
                 prints.value(github ? "primaryLocationLineHash" : "slsaudit/v1", ""));
    }
    return all;
  };
  const std::string before = files.at("t.yaml");
  const std::string after = "# one\n\n# two\nDescription: more above\n" + before;
  CHECK(fingerprints(before, false).size() > 3);
  CHECK(fingerprints(before, false) == fingerprints(after, false));
  CHECK(fingerprints(before, true) == fingerprints(after, true));
}

TEST_CASE("reports are what their schemas say") {
  const std::string root = std::getenv("SLSAUDIT_SOURCE_DIR");
  for (const auto& entry : std::filesystem::directory_iterator(root + "/examples")) {
    CAPTURE(entry.path().string());
    CHECK(complaints(entry.path().string()) == "");
  }
  CHECK(complaints(root + "/tests/seeded") == "");
}

TEST_CASE("hostile templates reach no medium raw") {
  std::string name = test::hostile;
  std::replace(name.begin(), name.end(), '\0', '0');
  const std::string quoted = Json(name).dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string path = name + ".json";
  std::replace(path.begin(), path.end(), '/', '_');
  const test::Files hostile{
      {path,
       "{\"Transform\": \"AWS::Serverless-2016-10-31\", \"Description\": " + quoted + ", \"Resources\": {" +
           quoted +
           ": {\"Type\": \"AWS::SQS::Queue\"}, \"Q\": {\"Type\": \"AWS::SQS::Queue\", \"Properties\": "
           "{\"QueueName\": " +
           quoted +
           "}}, \"Worker\": {\"Type\": \"AWS::Serverless::Function\", \"Properties\": {\"Runtime\": " +
           quoted +
           ", \"Handler\": \"a.b\", \"CodeUri\": \"src/\", \"Timeout\": 900, \"Policies\": [{\"Statement\": "
           "[{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": " +
           quoted + "}]}], \"Environment\": {\"Variables\": {\"DB_PASSWORD\": \"hunter2hunter2\", \"X\": " +
           quoted + "}}, \"Events\": {" + quoted +
           ": {\"Type\": \"SQS\", \"Properties\": {\"Queue\": {\"Fn::GetAtt\": [\"Q\", \"Arn\"]}}}}}}}}"}};
  for (const std::string_view format : report::formats()) {
    const auto outcome =
        run({"check", path, "--format", std::string(format), "--profile", "strict"}, hostile);
    CAPTURE(format, outcome.err);
    CHECK(outcome.out.size() > 100);
    CHECK(test::unsafe(std::string(format), outcome.out) == "");
    CHECK(outcome.out.find("hunter2hunter2") == std::string::npos);
    CHECK(test::unsafe("text", outcome.err) == "");
  }
  const std::vector<std::pair<std::string, std::vector<std::string>>> others{
      {"text", {"graph", path, "--format", "dot", "--all"}},
      {"json", {"graph", path, "--format", "mermaid", "--all"}},
      {"json", {"graph", path, "--format", "json"}},
      {"text", {"facts", path, "resources"}},
      {"json", {"facts", path, "--format", "json"}},
      {"text", {"load", path}},
      {"text", {"expand", path}},
      {"text", {"check", path, "--explain-unknowns", "--verbose"}}};
  for (const auto& [format, arguments] : others) {
    const auto outcome = run(arguments, hostile);
    CAPTURE(arguments);
    CHECK(test::unsafe(format, outcome.out) == "");
    CHECK(test::unsafe("text", outcome.err) == "");
  }
}

TEST_CASE("colours and links and characters follow the environment") {
  std::map<std::string, std::string> variables;
  std::istringstream in;
  std::ostringstream out;
  const text::MemoryFileSystem none({});
  cli::World world{in, out, out, none, {}, {}, {}};
  world.environment = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
  const cli::Terminal terminal(world);
  CHECK_FALSE(terminal.colours());
  variables = {{"CLICOLOR_FORCE", "1"}};
  CHECK(terminal.colours());
  variables["NO_COLOR"] = "1";
  CHECK_FALSE(terminal.colours());
  CHECK(terminal.unicode());
  world.terminal = true;
  variables = {};
  CHECK(terminal.colours());
  CHECK(terminal.unicode());
  CHECK_FALSE(terminal.hyperlinks("auto"));
  variables = {{"CLICOLOR", "0"}, {"LC_CTYPE", "C"}, {"LANG", "en_US.UTF-8"}, {"VTE_VERSION", "7003"}};
  CHECK_FALSE(terminal.colours());
  CHECK_FALSE(terminal.unicode());
  CHECK(terminal.hyperlinks("auto"));
  variables = {{"TERM", "dumb"}, {"LC_ALL", "de_DE.utf8"}, {"TERM_PROGRAM", "vscode"}};
  CHECK_FALSE(terminal.colours());
  CHECK(terminal.unicode());
  CHECK_FALSE(terminal.hyperlinks("auto"));
  variables = {{"SLSAUDIT_DOCS_URL", "https://example.org/rules/"}};
  CHECK(cli::docs_url(world) == "https://example.org/rules/CODE");
  variables = {{"SLSAUDIT_DOCS_URL", "javascript:alert(1)"}};
  CHECK(cli::docs_url(world).empty());
}

TEST_CASE("files are replaced as a whole, or left alone and told of") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "slsaudit-outputs-test";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "report.txt").string();
  CHECK(cli::write_atomically(path, "one").ok());
  CHECK(cli::write_atomically(path, "two").ok());
  CHECK(content(path) == "two");
  const auto gone = cli::write_atomically((folder / "gone" / "x").string(), "x");
  CHECK_FALSE(gone.ok());
  CHECK(gone.error().find("No such file") != std::string::npos);
  CHECK(cli::write_atomically(folder.string(), "x").error().find("it is a directory") != std::string::npos);
  if (std::filesystem::exists("/dev/full")) {
    const auto full = cli::write_atomically("/dev/full", "x");
    CHECK(full.error().find("No space left") != std::string::npos);
  }
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1); // nothing beside it is left
  std::filesystem::remove_all(folder);
}

TEST_CASE("systems are drawn where Graphviz is, else what to do is told") {
  const auto outcome = run({"graph", "t.yaml", "--format", "svg"}, files);
  if (outcome.code != 0) {
    CHECK(outcome.code == 2);
    CHECK(outcome.err.find("Graphviz") != std::string::npos);
    CHECK(outcome.out.empty());
    return;
  }
  CHECK(outcome.out.find("<svg ") != std::string::npos);
  CHECK(outcome.out.find(">Worker</text>") != std::string::npos);
  const auto drawn = cli::svg_from_dot("digraph x { a [label=\"<script>&amp;\"] }");
  REQUIRE(drawn.ok());
  CHECK(drawn.value().find("<script") == std::string::npos);
  CHECK_FALSE(cli::svg_from_dot("no graph").ok());
}
