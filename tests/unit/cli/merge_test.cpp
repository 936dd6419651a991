// SPDX-License-Identifier: Apache-2.0
// `slsaudit merge`: from shards to one report.
#include "harness.hpp"
#include "report/organisation.hpp"
#include "support/catch.hpp"
#include "support/json_schema.hpp"
#include "support/shared_data.hpp"

#include <algorithm>

using namespace slsaudit;
using test::run;
using Json = nlohmann::json;

namespace {

const std::string queue = "Resources:\n"
                          "  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}\n"
                          "Outputs: {Arn: {Value: !GetAtt Jobs.Arn, Export: {Name: jobs-arn}}}\n";

std::string worker(const std::string& source) {
  return "Transform: AWS::Serverless-2016-10-31\n"
         "Resources:\n"
         "  Worker:\n"
         "    Type: AWS::Serverless::Function\n"
         "    Properties:\n"
         "      Runtime: python3.12\n"
         "      Handler: app.handler\n"
         "      CodeUri: src/\n"
         "      Policies: [{Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: '*'}]}]\n"
         "      Events:\n"
         "        Poll: {Type: SQS, Properties: {Queue: " +
         source + "}}\n";
}

/// Three repositories, of which two take the third one's queue, and one takes what nobody gives.
const test::Files fleet{{"queue/t.yaml", queue},
                        {"import/t.yaml", worker("!ImportValue jobs-arn")},
                        {"arn/t.yaml", worker("arn:aws:sqs:eu-west-1:111122223333:jobs")},
                        {"alone/t.yaml", worker("!ImportValue nobody")}};

std::string line(const std::string& root, const test::Files& files = fleet,
                 const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"check", "--roots-from", "-"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run(arguments, files, root + "\n").out;
}

/// Of shards by name, in the order of names or backwards.
test::Outcome merge(const test::Files& shards, std::vector<std::string> more = {}, bool backwards = false) {
  std::vector<std::string> arguments{"merge"};
  std::vector<std::string> names;
  for (const auto& [name, text] : shards) {
    if (!name.starts_with("_")) names.push_back(name); // what options name
  }
  if (backwards) std::ranges::reverse(names);
  arguments.insert(arguments.end(), names.begin(), names.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run(arguments, shards);
}

Json json_of(const test::Files& shards, std::vector<std::string> more = {}) {
  more.insert(more.end(), {"--format", "json"});
  return Json::parse(merge(shards, more).out);
}

const test::Files four{{"1", line("queue") + line("import")}, {"2", line("arn")}, {"3", line("alone")}};

} // namespace

TEST_CASE("systems are linked across repositories") {
  const auto root = std::filesystem::path(test::environment_or("SLSAUDIT_SOURCE_DIR", "."));
  const test::JsonSchema schema(Json::parse(test::read_file(root / "docs/schemas/organisation.schema.json")));
  const Json report = json_of(four);
  CHECK(schema.complaints(report) == "");
  std::string links;
  for (const Json& link : report["links"])
    links += link["from"].get<std::string>() + " > " + link["to"][0].get<std::string>() + " " +
             link["relation"].get<std::string>() + " " + link["kind"].get<std::string>() + " " +
             link["name"].get<std::string>() + " " + link["resource"].get<std::string>() + "\n";
  CHECK(links.find("arn > queue polls arn sqs:jobs Jobs\n") != std::string::npos);
  CHECK(links.find("import > queue polls export jobs-arn Jobs\n") != std::string::npos);
  REQUIRE(report["unresolved"].size() > 0);
  CHECK(report["unresolved"][0]["name"] == "nobody");
  REQUIRE(report["systems"].size() == 4);
  CHECK(report["systems"][3]["root"] == "queue");
  CHECK(report["systems"][3]["used_by"] == Json::parse(R"(["arn","import"])"));
  CHECK(report["systems"][0]["depends_on"].empty());
  CHECK(report["systems"][1]["depends_on"] == Json::parse(R"(["queue"])"));
}

TEST_CASE("names that several systems have are told, not guessed") {
  test::Files files = fleet;
  files["other/t.yaml"] = queue;
  test::Files shards = four;
  shards["4"] = line("other", files);
  const Json report = json_of(shards);
  CHECK(report["links"].empty());
  REQUIRE_FALSE(report["ambiguous"].empty());
  CHECK(report["ambiguous"][0]["to"] == Json::parse(R"(["other","queue"])"));
}

TEST_CASE("totals are sums of the lines") {
  const Json report = json_of(four);
  std::size_t findings = 0;
  std::size_t by_rule = 0;
  for (const Json& system : report["systems"]) {
    for (const auto& [severity, count] : system["findings"].items()) findings += count.get<std::size_t>();
  }
  for (const Json& rule : report["rules"]) {
    for (const auto& [severity, count] : rule["findings"].items()) by_rule += count.get<std::size_t>();
  }
  CHECK(findings > 5);
  CHECK(report["findings"].size() == findings);
  CHECK(by_rule == findings);
  CHECK(report["summary"]["systems"] == 4);
  CHECK(report["summary"]["templates"] == 4);
  // The worst come first.
  CHECK(report["worst"][0]["severity"] == "high");
}

TEST_CASE("the order of shards and repeated systems make no difference") {
  for (const std::string_view format : report::organisation_formats()) {
    CAPTURE(format);
    const std::vector<std::string> more{"--format", std::string(format)};
    const auto first = merge(four, more);
    CHECK(merge(four, more, true).out == first.out);
    test::Files twice = four;
    twice["4"] = line("arn") + line("queue"); // retried
    twice["0"] = "";                          // a shard without roots
    CHECK(merge(twice, more).out == first.out);
    const test::Files one{{"all", line("alone") + line("arn") + line("import") + line("queue")}};
    CHECK(merge(one, more).out == first.out);
    CHECK(first.code == 1);
  }
}

TEST_CASE("what is merged can be merged again") {
  const std::string once = merge(four, {"--format", "ndjson"}).out;
  CHECK(merge({{"1", once}}, {"--format", "ndjson"}).out == once);
  CHECK(merge({{"1", once}}).out == merge(four).out);
}

TEST_CASE("torn and foreign lines are told by file and line") {
  struct Case {
    const char* name;
    std::string shard;
    const char* told;
  };
  const std::string whole = line("queue");
  std::string other = whole;
  other.replace(other.find("\"format_version\":1"), 18, "\"format_version\":9");
  std::string wrong = whole;
  wrong.replace(wrong.find("\"severity\":\""), 12, "\"severity\":\"x");
  std::string forged = whole;
  forged.replace(forged.find("\"exit\":0"), 8, "\"exit\":1");
  const Case cases[] = {
      {"torn", whole + whole.substr(0, whole.size() / 2), "shard:2: the line ends in the middle"},
      {"torn, then retried", whole.substr(0, 100) + whole, "shard:1: no line of JSON"},
      {"a report of one run", run({"check", "queue", "--format", "ndjson"}, fleet).out,
       "shard:1: not the line of a system"},
      {"text", "hello\n", "shard:1: no line of JSON"},
      {"deep", std::string(100000, '[') + "\n", "shard:1: no line of JSON"},
      {"a list", "[]\n", "shard:1: no line of JSON"},
      {"another version", other, "shard:1: its `format_version` is not 1"},
      {"no severity", wrong, "shard:1: the severity of a finding is none"},
      {"forged", forged, "shard:1: its `outcome` and `exit` disagree"},
      {"a SARIF log in the middle", "{\"$schema\": \"x\", \"runs\": [{\"tool\"", "shard: no whole SARIF log"},
      {"another tool's SARIF", R"({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}}]})",
       "shard: run 1: it is not of slsaudit"},
      {"a baseline in the middle", "slsaudit baseline 1\nabc", "shard:2: no entry of a baseline"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const auto outcome = merge({{"good", line("arn")}, {"shard", c.shard}}, {"--format", "json"});
      CHECK(outcome.code == 3);
      CHECK(outcome.err.find(c.told) != std::string::npos);
      CAPTURE(outcome.err);
      const Json report = Json::parse(outcome.out);
      REQUIRE(report["problems"].size() >= 1);
      bool has_good = false; // one bad shard keeps nobody from the others
      for (const Json& system : report["systems"]) has_good = has_good || system["root"] == "arn";
      CHECK(has_good);
    }
  }
}

TEST_CASE("shards that say different things of one system are told, and one of them counts") {
  const std::string early = line("queue", fleet, {"--as-of", "2025-01-01"});
  const std::string late = line("queue", fleet, {"--as-of", "2026-01-01"});
  for (const bool backwards : {false, true}) {
    const auto outcome = merge({{"1", early}, {"2", late}}, {"--format", "json"}, backwards);
    CHECK(outcome.code == 3);
    CHECK(outcome.err.find("queue: shards say 2 different things of it") != std::string::npos);
    CHECK(Json::parse(outcome.out)["systems"][0]["as_of"] == "2026-01-01");
  }
}

TEST_CASE("roots that no shard has are told") {
  test::Files shards = four;
  shards["_roots"] = "queue\n./arn/\nimport\nalone\n";
  CHECK(merge(shards, {"--expect", "_roots"}).code == 1);
  shards["_roots"] += "lost\n";
  const auto outcome = merge(shards, {"--expect", "_roots", "--format", "json"});
  CHECK(outcome.code == 3);
  CHECK(outcome.err == "slsaudit: lost: no shard has this root: audit it again\n");
  CHECK(merge(shards, {"--expect", "none"}).code == 2);
}

TEST_CASE("the exit code is that of the systems, or of --fail-on") {
  CHECK(merge(four).code == 1);
  CHECK(merge(four, {"--fail-on", "never"}).code == 0);
  CHECK(merge(four, {"--fail-on", "critical"}).code == 0);
  CHECK(merge({{"1", line("arn", fleet, {"--fail-on", "never"})}}).code == 0);
  CHECK(merge({{"1", line("queue", fleet, {"--fail-on", "never"})}}, {"--fail-on", "info"}).code == 1);
  CHECK(merge({{"1", line("nowhere")}}).code == 3);
  CHECK(run({"merge", "none"}).code == 3);
  CHECK(run({"merge"}).code == 2);
  const auto nothing = run({"merge", "-"});
  CHECK(nothing.code == 0);
  CHECK(nothing.out.starts_with("0 systems, 0 templates"));
}

TEST_CASE("baselines are merged, and know findings by their whole fingerprint") {
  const auto baseline_of = [&](const std::string& root) {
    return run({"baseline", "write", root}, fleet).written.at("slsaudit.baseline");
  };
  test::Files shards = four;
  shards["5"] = baseline_of("queue");
  shards["6"] = baseline_of("arn");
  shards["7"] = baseline_of("arn"); // once more
  const Json report = json_of(shards);
  for (const Json& system : report["systems"]) {
    const bool is_known = system["root"] == "queue" || system["root"] == "arn";
    CAPTURE(system.dump());
    CHECK((system["baseline"].get<std::size_t>() > 0) == is_known);
    CHECK((system["exit"] == 0) == is_known);
  }
  const std::string merged = merge(shards, {"--format", "baseline"}).out;
  CHECK(merged.starts_with("slsaudit baseline 1\n"));
  test::Files again = four;
  again["5"] = merged;
  CHECK(json_of(again) == report);
  // The list works for `check`, too.
  test::Files files = fleet;
  files["list"] = merged;
  CHECK(run({"check", "arn", "--baseline", "list"}, files).code == 0);
}

TEST_CASE("SARIF is merged to one log with a category for each run") {
  const auto sarif = [&](const std::string& root) {
    return run({"check", root, "--format", "sarif", "--sarif-category", root}, fleet).out;
  };
  const Json log = Json::parse(merge(four, {"--format", "sarif"}).out);
  REQUIRE(log["runs"].size() == 4);
  CHECK(log["runs"][0]["automationDetails"]["id"] == "slsaudit/alone/");
  CHECK(log["runs"][3]["automationDetails"]["id"] == "slsaudit/queue/");
  const Json& first = log["runs"][0]["results"][0];
  const auto index = first["ruleIndex"].get<std::size_t>();
  CHECK(log["runs"][0]["tool"]["driver"]["rules"][index]["id"] == first["ruleId"]);
  // From SARIF the same findings come.
  const Json lines = json_of(four);
  const Json logs =
      json_of({{"1", sarif("queue")}, {"2", sarif("import")}, {"3", sarif("arn")}, {"4", sarif("alone")}});
  REQUIRE(logs["findings"].size() == lines["findings"].size());
  for (std::size_t i = 0; i < lines["findings"].size(); ++i) {
    const Json& left = lines["findings"][i];
    const Json& right = logs["findings"][i];
    for (const char* const key : {"system", "code", "name", "severity", "path", "fingerprint"})
      CHECK(left[key] == right[key]);
    CHECK(left["start"]["line"] == right["start"]["line"]);
  }
  // More runs than code scanning takes are one.
  std::string many;
  test::Files files;
  for (int i = 0; i < 21; ++i) {
    const std::string root = "r" + std::to_string(i);
    files[root + "/t.yaml"] = queue;
    many += line(root, files);
  }
  const Json one = Json::parse(merge({{"1", many}}, {"--format", "sarif"}).out);
  REQUIRE(one["runs"].size() == 1);
  CHECK(one["runs"][0]["automationDetails"]["id"] == "slsaudit/");
}

TEST_CASE("systems that were audited differently are noted") {
  const auto outcome = merge({{"1", line("queue", fleet, {"--as-of", "2025-01-01"})}, {"2", line("arn")}});
  CHECK(outcome.out.find("note: systems were audited as of different dates, from 2025-01-01 to 2026-01-31") !=
        std::string::npos);
}
