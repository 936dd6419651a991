// SPDX-License-Identifier: Apache-2.0
#include "audit/rule_set.hpp"
#include "audit/selection.hpp"
#include "compare/comparison.hpp"
#include "compare/figures.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>

using namespace slsaudit;

namespace {

using Files = std::map<std::string, std::string>;

/// An audit with what it lives in.
struct Audit {
  text::SourceMap sources;
  text::Arena arena;
  audit::Audited audited;
};

const std::vector<rules::Rule>& rules_of_the_house() {
  static const std::vector<rules::Rule> all =
      audit::all_rules(text::MemoryFileSystem({}), {}, audit::Examples::without).rules;
  return all;
}

std::unique_ptr<Audit> audit_of(const Files& files, const std::vector<std::string>& paths = {"."}) {
  auto result = std::make_unique<Audit>();
  audit::Request request;
  request.input.paths = files.empty() ? std::vector<std::string>() : paths;
  request.rules = audit::select(rules_of_the_house(), {}).rules;
  for (const rules::Rule& rule : rules_of_the_house()) request.known.push_back(&rule);
  request.settings.as_of = "2026-01-31";
  const text::MemoryFileSystem memory{files};
  result->audited = audit::audit(request, memory, result->sources, result->arena);
  REQUIRE(result->audited.result.failures.empty());
  REQUIRE(result->audited.result.errors.empty());
  return result;
}

analysis::Settings small_load() {
  analysis::Settings settings;
  settings.as_of = "2026-01-31";
  settings.load.size = "small";
  return settings;
}

std::string line_of(const compare::Change& change) {
  return std::string(compare::name(change.topic)) + " " + std::string(compare::name(change.turn)) + " " +
         std::string(compare::name(change.effect)) + ": " + change.text;
}

std::vector<std::string> changes_between(const Files& before, const Files& after,
                                         const std::vector<std::string>& paths = {"."}) {
  const auto old_side = audit_of(before, paths);
  const auto new_side = audit_of(after, paths);
  const analysis::Settings settings = small_load();
  std::vector<std::string> lines;
  for (const compare::Change& change :
       compare::compare_architecture({old_side->audited, settings}, {new_side->audited, settings}))
    lines.push_back(line_of(change));
  return lines;
}

bool has(const std::vector<std::string>& lines, const std::string& wanted) {
  return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(wanted) != line.npos; });
}

std::string resource(const std::string& id, const std::string& type, const std::string& properties) {
  return "  " + id + ":\n    Type: " + type + "\n" +
         (properties.empty() ? "" : "    Properties:\n" + properties);
}

const std::string head =
    "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n";

std::string function(const std::string& id, const std::string& more = "") {
  return resource(id, "AWS::Serverless::Function",
                  "      Runtime: python3.13\n      Handler: app.handler\n      CodeUri: .\n" + more);
}

const std::string table = resource("Orders", "AWS::DynamoDB::Table",
                                   "      BillingMode: PAY_PER_REQUEST\n"
                                   "      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]\n"
                                   "      KeySchema: [{AttributeName: id, KeyType: HASH}]\n");

std::string queue_function(const std::string& more) {
  return function("Work",
                  "      Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn" + more + "}}}\n") +
         resource("Jobs", "AWS::SQS::Queue", "      VisibilityTimeout: 180\n");
}

std::string fan_out_of(int consumers) {
  std::string text = resource("Topic", "AWS::SNS::Topic", "");
  for (int i = 0; i < consumers; ++i)
    text += function("Consumer" + std::to_string(i),
                     "      Events: {T: {Type: SNS, Properties: {Topic: !Ref Topic}}}\n");
  return text;
}

struct Case {
  std::string name;
  std::string before;
  std::string after;
  std::string expected; ///< A part of one change's line.
};

} // namespace

TEST_CASE("what a change does to the architecture") {
  const std::string api_event = "      Events: {A: {Type: HttpApi, Properties: {Path: /a, Method: get}}}\n";
  const std::string read = "      Policies: [{DynamoDBReadPolicy: {TableName: !Ref Orders}}]\n";
  const std::string write = "      Policies: [{DynamoDBWritePolicy: {TableName: !Ref Orders}}]\n";
  const std::string all =
      "      Policies: [{Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: '*'}]}]\n";
  const std::vector<Case> cases{
      {"a new API", function("F"), function("F", api_event),
       "entry gained worse: `ServerlessHttpApi` (http) is a new entry: anyone may start it"},
      {"an API that goes", function("F", api_event), function("F"),
       "entry lost better: `ServerlessHttpApi` (http) is no entry any more"},
      {"a function becomes public", function("F"), function("F", api_event),
       "exposure gained worse: the internet can invoke `F` through `ServerlessHttpApi`, and no credentials "
       "are asked for"},
      {"an open route", function("F"), function("F", api_event),
       "exposure gained worse: `GET /a` of `ServerlessHttpApi` is a new route that asks for no credentials"},
      {"a function is closed", function("F", api_event), function("F"),
       "exposure lost better: the internet can no longer invoke `F`"},
      {"a grant", function("F") + table, function("F", read) + table,
       "grant gained neither: `F` may read `Orders`"},
      {"a grant taken back", function("F", write) + table, function("F") + table,
       "grant lost neither: `F` may no longer"},
      {"a wide grant", function("F") + table, function("F", all) + table,
       "grant gained worse: `F` may list, read, tag, write and change the permissions of all of `dynamodb`, "
       "`Orders` among them"},
      {"a wide grant taken back", function("F", all) + table, function("F", write) + table,
       "grant lost better: `F` may no longer list, read, tag, write and change the permissions of all of "
       "`dynamodb`"},
      {"more consumers", fan_out_of(2), fan_out_of(4),
       "fan-out changed worse: `Topic`: deliveries of one event 2 → 4"},
      {"fewer consumers", fan_out_of(4), fan_out_of(3),
       "fan-out changed better: `Topic`: deliveries of one event 4 → 3"},
      {"a topic that multiplies", fan_out_of(1), fan_out_of(2),
       "fan-out gained worse: one event at `Topic` becomes 2 deliveries"},
      {"a reservation", function("F"), function("F", "      ReservedConcurrentExecutions: 20\n"),
       "concurrency changed neither: `F`: reserved concurrency not set → 20 executions"},
      {"what is left", function("F"), function("F", "      ReservedConcurrentExecutions: 20\n"),
       "concurrency changed worse: left of the account's concurrency by reservations 1,000 → 980 executions"},
      {"a mapping's maximum", queue_function(""), queue_function(", ScalingConfig: {MaximumConcurrency: 5}"),
       "`Work`: most that its event source mappings run at once not set → 5 executions"},
      {"a timeout", function("F"), function("F", "      Timeout: 60\n"),
       "concurrency changed neither: `F`: timeout 3 → 60 s"},
      {"memory costs", function("F", api_event), function("F", api_event + "      MemorySize: 2048\n"),
       "cost changed worse: `F`: cost $"},
      {"the whole cost", function("F", api_event), function("F", api_event + "      MemorySize: 2048\n"),
       "cost changed worse: cost $"},
      {"what costs no longer", function("F", api_event), function("G"),
       "cost lost better: `F` no longer costs $"},
      {"a chain", function("F"), function("F", api_event),
       "availability gained neither: callers wait for a new chain: `ServerlessHttpApi` → `F`, available 99."},
      {"a chain with a store more", function("F", api_event) + table, function("F", api_event + read) + table,
       "availability changed worse: `ServerlessHttpApi`: availability by `F` at most 99.9"},
      {"a service that only one vendor has", function("F"), function("F") + table,
       "portability gained worse: `DynamoDB` is used now: its lock-in is 100 of 100"},
      {"the score", function("F"), function("F") + table,
       "portability changed worse: portability score 50 → "},
  };
  for (const Case& one : cases) {
    DYNAMIC_SECTION(one.name) {
      const Files before{{"template.yaml", head + one.before}};
      const Files after{{"template.yaml", head + one.after}};
      const auto lines = changes_between(before, after);
      std::string told;
      for (const std::string& line : lines) told += line + "\n";
      INFO(told);
      CHECK(has(lines, one.expected));
    }
  }
}

TEST_CASE("nothing changes where nothing changes") {
  const std::string events = "      Events: {A: {Type: HttpApi, Properties: {Path: /a, Method: get}}}\n";
  const std::string first = function("F", events);
  const std::string second = function("G") + table + fan_out_of(3);
  const Files files{{"template.yaml", head + first + second}};
  CHECK(changes_between(files, files).empty());
  CHECK(changes_between(files, {{"template.yaml", "# moved\n\n" + head + first + second}}).empty());
  CHECK(changes_between(files, {{"other/stack.yaml", head + first + second}}).empty());
  CHECK(changes_between(files, {{"template.yaml", head + second + first}}).empty());
  CHECK(changes_between({}, {}).empty());
}

TEST_CASE("of two functions with one name the one in the same template is meant") {
  const auto with = [](int seconds) {
    return head + function("F", "      Timeout: " + std::to_string(seconds) + "\n");
  };
  const auto lines = changes_between({{"a/template.yaml", with(10)}, {"b/template.yaml", with(20)}},
                                     {{"a/template.yaml", with(10)}, {"b/template.yaml", with(30)}});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "concurrency changed neither: `F`: timeout 20 → 30 s");
}

TEST_CASE("systems are told apart by their directories") {
  const auto with = [](int reserved) {
    return head + function("F", "      ReservedConcurrentExecutions: " + std::to_string(reserved) + "\n");
  };
  const auto lines =
      changes_between({{"a/template.yaml", with(10)}, {"b/template.yaml", with(20)}},
                      {{"a/template.yaml", with(10)}, {"b/template.yaml", with(50)}}, {"a", "b"});
  CHECK(has(lines, "`b`: left of the account's concurrency by reservations 980 → 950 executions"));
  CHECK_FALSE(has(lines, "`a`:"));
}

TEST_CASE("an empty side gains or loses everything") {
  const Files files{{"template.yaml", head + function("F") + table}};
  CHECK(has(changes_between({}, files), "portability gained worse: `DynamoDB` is used now"));
  CHECK(has(changes_between(files, {}), "portability lost better: `DynamoDB` is no longer used"));
}

TEST_CASE("changes come in one order, whatever the order of the templates") {
  const Files before{{"template.yaml", head + function("F") + table}};
  const std::string api = "      Events: {A: {Type: HttpApi, Properties: {Path: /a, Method: get}}}\n";
  const auto one =
      changes_between(before, {{"template.yaml", head + function("F", api) + function("G") + fan_out_of(2)}});
  const auto other =
      changes_between(before, {{"template.yaml", head + fan_out_of(2) + function("G") + function("F", api)}});
  CHECK(one == other);
  const std::vector<std::string> topics{"entry",       "exposure", "grant",        "fan-out",
                                        "concurrency", "cost",     "availability", "portability"};
  std::size_t at = 0;
  for (const std::string& line : one) {
    const auto found = std::ranges::find(topics, line.substr(0, line.find(' ')));
    REQUIRE(found != topics.end());
    CHECK(static_cast<std::size_t>(found - topics.begin()) >= at);
    at = static_cast<std::size_t>(found - topics.begin());
  }
}

TEST_CASE("findings are new, fixed, suppressed now or unchanged") {
  const std::string wide =
      "      Policies: [{Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: '*'}]}]\n";
  const auto codes = [](const std::vector<rules::Finding>& findings) {
    std::vector<std::string> all;
    for (const rules::Finding& finding : findings) all.push_back(finding.code + " " + finding.resource);
    return all;
  };
  const auto contains = [&](const std::vector<rules::Finding>& findings, const std::string& wanted) {
    const auto all = codes(findings);
    return std::ranges::find(all, wanted) != all.end();
  };
  const auto before = audit_of({{"template.yaml", head + function("F", wide) + table}});
  const auto after = audit_of({{"moved/template.yaml", "# lines\n# that move\n" + head + table +
                                                           function("F", wide) + function("G", wide)}});
  const analysis::Settings settings = small_load();
  const auto forth = compare::compare({before->audited, settings}, {after->audited, settings});
  CHECK(contains(forth.fresh, "IAM002 G"));
  CHECK_FALSE(contains(forth.fresh, "IAM002 F"));
  CHECK(contains(forth.unchanged, "IAM002 F"));
  CHECK(forth.silenced.empty());
  CHECK(forth.fresh.size() + forth.unchanged.size() == after->audited.result.findings.size());

  const auto back = compare::compare({after->audited, settings}, {before->audited, settings});
  CHECK(codes(back.fixed) == codes(forth.fresh));
  CHECK(back.unchanged.size() == forth.unchanged.size());

  const std::string silent = "      # slsaudit: ignore[IAM002] -- reviewed\n" + wide;
  const auto silenced = audit_of({{"template.yaml", head + function("F", silent) + table}});
  const auto told = compare::compare({before->audited, settings}, {silenced->audited, settings});
  CHECK(contains(told.silenced, "IAM002 F"));
  CHECK_FALSE(contains(told.fixed, "IAM002 F"));
  CHECK(told.fresh.empty());
}

TEST_CASE("figures are judged by what is better, and what isn't known is not judged") {
  using compare::Better;
  using compare::Effect;
  using compare::Figure;
  struct Judged {
    Figure before;
    Figure after;
    Better better;
    Effect effect;
  };
  const std::vector<Judged> cases{
      {Figure(1.0), Figure(2.0), Better::less, Effect::worse},
      {Figure(2.0), Figure(1.0), Better::less, Effect::better},
      {Figure(1.0), Figure(2.0), Better::more, Effect::better},
      {Figure(1.0), Figure(2.0), Better::neither, Effect::neither},
      {Figure(), Figure(2.0), Better::less, Effect::better}, // a bound where there was none
      {Figure(2.0), Figure(), Better::less, Effect::worse},
      {Figure(2.0), Figure(), Better::more, Effect::neither},
      {Figure::not_known(), Figure(2.0), Better::less, Effect::neither},
      {Figure(std::string("yes")), Figure(std::string("no")), Better::more, Effect::worse},
      {Figure(std::string("public")), Figure(std::string("internal")), Better::more, Effect::neither},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    CHECK(compare::judged(cases[i].before, {"", "", cases[i].after, cases[i].better}) == cases[i].effect);
  }
  CHECK(compare::same(Figure(0.1 + 0.2), Figure(0.3), 0));
  CHECK(compare::same(Figure(1.0), Figure(1.4), 0.5));
  CHECK_FALSE(compare::same(Figure(1.0), Figure(1.6), 0.5));
  CHECK_FALSE(compare::same(Figure(), Figure(0.0), 1));
  CHECK(compare::same(Figure::not_known(), Figure::not_known(), 0));
}

TEST_CASE("figures are told with their units") {
  using compare::Better;
  using compare::Figure;
  compare::Trait trait;
  trait.subject = "Jobs";
  const compare::Measure none{"limit", "requests/s", Figure(), Better::less, "no limit"};
  const compare::Measure some{"limit", "requests/s", Figure(50.0), Better::less, "no limit"};
  const compare::Measure unknown{"limit", "requests/s", Figure::not_known(), Better::less, "no limit"};
  const compare::Measure cheap{"cost", "USD/month", Figure(3.2), Better::less};
  const compare::Measure dear{"cost", "USD/month", Figure(1234.5), Better::less};
  const compare::Measure high{"availability", "%", Figure(99.94999), Better::more};
  const compare::Measure higher{"availability", "%", Figure(99.94991), Better::more};
  CHECK(compare::difference_text(trait, none, some) == "`Jobs`: limit no limit → 50 requests/s");
  CHECK(compare::difference_text(trait, some, none) == "`Jobs`: limit 50 → no limit");
  CHECK(compare::difference_text(trait, some, unknown) == "`Jobs`: limit 50 → not known");
  CHECK(compare::difference_text(trait, cheap, dear).find("`Jobs`: cost $3.20 → $1,23") == 0);
  CHECK(compare::difference_text(trait, high, higher) == "`Jobs`: availability 99.94999 → 99.94991 %");
}
