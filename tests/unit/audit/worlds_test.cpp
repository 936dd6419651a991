// SPDX-License-Identifier: Apache-2.0
#include "audit/world_findings.hpp"
#include "audit/worlds.hpp"
#include "support/catch.hpp"

using namespace slsaudit;

namespace {

using Files = std::map<std::string, std::string>;

const std::string head = "AWSTemplateFormatVersion: '2010-09-09'\n";

struct Read {
  explicit Read(Files given, std::map<std::string, std::string> parameters = {}) : files(std::move(given)) {
    audit::Input input;
    input.paths = {"app/main.yaml"};
    input.given.parameters = std::move(parameters);
    inputs = input.given;
    loaded = audit::load(input, files, sources, arena);
  }
  [[nodiscard]] audit::Worlds worlds() {
    audit::Members members;
    std::size_t resources = 0;
    for (const auto& one : loaded.templates) {
      members.push_back(&one);
      resources += one.evaluated.resources.size();
    }
    return {members, resources, inputs, sources, arena};
  }
  text::MemoryFileSystem files;
  text::SourceMap sources;
  text::Arena arena;
  dialect::Inputs inputs;
  audit::Loaded loaded;
};

/// Resources that depend on every condition named.
std::string used(const std::vector<std::string>& conditions) {
  std::string text = "Resources:\n  Always: {Type: AWS::SQS::Queue}\n";
  for (const std::string& name : conditions)
    text += "  R" + name + ":\n    Type: AWS::SNS::Topic\n    Condition: " + name + "\n";
  return text;
}

const std::string stage_or_not =
    "Conditions:\n  Prod: !Equals [!Ref Stage, prod]\n  NotProd: !Not [!Condition Prod]\n";

struct Case {
  std::string name;
  std::string text;
  std::size_t worlds;
};

} // namespace

TEST_CASE("worlds are the ways in which the conditions can come out together") {
  const auto c = GENERATE(values<Case>({
      {"no conditions", "Resources:\n  Q: {Type: AWS::SQS::Queue}\n", 1},
      {"allowed values",
       "Parameters:\n  Stage: {Type: String, AllowedValues: [dev, test, prod]}\n" + stage_or_not +
           used({"Prod", "NotProd"}),
       2},
      {"a default is one value",
       "Parameters:\n  Stage: {Type: String, Default: dev}\n" + stage_or_not + used({"Prod"}), 2},
      {"no default", "Parameters:\n  Stage: {Type: String}\n" + stage_or_not + used({"Prod"}), 2},
      {"only one is allowed",
       "Parameters:\n  Stage: {Type: String, AllowedValues: [prod]}\n" + stage_or_not + used({"Prod"}), 1},
      {"a condition that nothing depends on",
       "Parameters:\n  Stage: {Type: String}\n" + stage_or_not + used({}), 1},
      {"stages that exclude each other",
       "Parameters:\n  Stage: {Type: String}\nConditions:\n  Prod: !Equals [!Ref Stage, prod]\n"
       "  Test: !Equals [test, !Ref Stage]\n" +
           used({"Prod", "Test"}),
       3},
      {"parameters that are independent",
       "Parameters:\n  A: {Type: String}\n  B: {Type: String}\nConditions:\n  HasA: !Not [!Equals [!Ref A, "
       "'']]\n"
       "  HasB: !Not [!Equals [!Ref B, '']]\n" +
           used({"HasA", "HasB"}),
       4},
      {"a pseudo-parameter", "Conditions:\n  Here: !Equals [!Ref AWS::Region, us-east-1]\n" + used({"Here"}),
       2},
      {"what no parameter decides", "Conditions:\n  Odd: !Equals [!Ref AWS::StackName, x]\n" + used({"Odd"}),
       1},
  }));
  CAPTURE(c.name);
  Read read({{"app/main.yaml", head + c.text}});
  REQUIRE(read.loaded.templates.size() == 1);
  CHECK(read.loaded.errors.empty());
  const audit::Worlds worlds = read.worlds();
  CHECK(worlds.count() == c.worlds);
  CHECK(worlds.all_complete());
}

TEST_CASE("what the deployer gives narrows the worlds") {
  Read read(
      {{"app/main.yaml", head + "Parameters:\n  Stage: {Type: String}\n" + stage_or_not + used({"Prod"})}},
      {{"Stage", "prod"}});
  CHECK(read.worlds().count() == 1);
}

TEST_CASE("there are never more worlds than the bound, and it is known that some are missing") {
  std::string parameters = "Parameters:\n";
  std::string conditions = "Conditions:\n";
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) {
    const std::string n = std::to_string(i);
    parameters += "  P" + n + ": {Type: String}\n";
    conditions += "  C" + n + ": !Equals [!Ref P" + n + ", yes]\n";
    names.push_back("C" + n);
  }
  Read read({{"app/main.yaml", head + parameters + conditions + used(names)}});
  const audit::Worlds worlds = read.worlds();
  CHECK(worlds.count() == audit::max_worlds);
  CHECK_FALSE(worlds.complete(0));
}

TEST_CASE("in a world its conditions are decided and its parameters have the values that decide them") {
  Read read(
      {{"app/main.yaml",
        head + "Parameters:\n  Stage: {Type: String, Default: dev}\n" + stage_or_not +
            "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Ref Stage\n"
            "      VisibilityTimeout: !If [Prod, 900, 5]\n  P: {Type: AWS::SNS::Topic, Condition: Prod}\n"}});
  audit::Worlds worlds = read.worlds();
  REQUIRE(worlds.count() == 2);
  const auto dev = worlds.templates(0);
  const auto prod = worlds.templates(1);
  CHECK(dev[0].evaluated.resources.size() == 1);
  CHECK(dev[0].evaluated.resources[0].properties.get("QueueName").as_string() == "dev");
  CHECK(dev[0].evaluated.resources[0].properties.get("VisibilityTimeout").as_integer() == 5);
  REQUIRE(prod[0].evaluated.resources.size() == 2);
  CHECK(prod[0].evaluated.resources[0].properties.get("QueueName").as_string() == "prod");
  CHECK(prod[0].evaluated.resources[0].properties.get("QueueName").assumption() == nullptr);
  CHECK(prod[0].evaluated.resources[0].properties.get("VisibilityTimeout").as_integer() == 900);
}

TEST_CASE("a nested stack is in the world of its parent, and there only where it is deployed") {
  const std::string parent =
      head + "Parameters:\n  Stage: {Type: String, AllowedValues: [dev, prod]}\n" + stage_or_not +
      "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  Inner:\n    Type: AWS::CloudFormation::Stack\n"
      "    Properties: {TemplateURL: inner.yaml, Parameters: {Env: !Ref Stage}}\n"
      "  Extra:\n    Type: AWS::CloudFormation::Stack\n    Condition: Prod\n"
      "    Properties: {TemplateURL: extra.yaml}\n";
  const std::string inner =
      head + "Parameters:\n  Env: {Type: String}\nConditions:\n  Big: !Equals [!Ref Env, prod]\n" +
      used({"Big"});
  Read read({{"app/main.yaml", parent},
             {"app/inner.yaml", inner},
             {"app/extra.yaml", head + "Resources:\n  T: {Type: AWS::SNS::Topic}\n"}});
  REQUIRE(read.loaded.templates.size() == 3);
  audit::Worlds worlds = read.worlds();
  REQUIRE(worlds.count() == 2);
  for (std::size_t world = 0; world < 2; ++world) {
    const auto templates = worlds.templates(world);
    const bool prod = worlds.outcomes(world, 0).at("Prod");
    CHECK(worlds.outcomes(world, 1).at("Big") == prod);
    CHECK(templates.size() == (prod ? 3 : 2));
    CHECK(templates[1].evaluated.resources.size() == (prod ? 2 : 1));
  }
}

namespace {

rules::Finding finding(const std::string& message, text::Span span) {
  rules::Finding result;
  result.code = "CON001";
  result.message = message;
  result.span = span;
  result.fingerprint = "f";
  return result;
}

} // namespace

TEST_CASE("findings of several worlds are told once, with the world where not all have them") {
  Read read(
      {{"app/main.yaml", head +
                             "Parameters:\n  Stage: {Type: String}\nConditions:\n"
                             "  Prod: !Equals [!Ref Stage, prod]\n  Test: !Equals [!Ref Stage, test]\n" +
                             used({"Prod", "Test"})}});
  const audit::Worlds worlds = read.worlds();
  REQUIRE(worlds.count() == 3);
  const text::FileId file = read.loaded.templates[0].evaluated.file;
  const auto always = finding("always", {file, 0, 1});
  auto prod = finding("prod", {file, 1, 2});
  prod.severity = rules::Severity::high;
  auto tiny = finding("neither", {file, 2, 3});
  tiny.severity = rules::Severity::high;
  const auto never = finding("never", {file, 3, 4});
  std::vector<std::vector<rules::Finding>> by_world(3);
  for (std::size_t world = 0; world < 3; ++world) {
    by_world[world].push_back(always);
    const bool is_prod = worlds.outcomes(world, 0).at("Prod");
    const bool is_test = worlds.outcomes(world, 0).at("Test");
    if (is_prod) by_world[world].push_back(prod);
    if (!is_prod && !is_test) by_world[world].push_back(tiny);
  }
  const auto merged = audit::merge_worlds({by_world, {always, never}, &worlds});
  REQUIRE(merged.size() == 3);
  CHECK(merged[0].message == "always");
  CHECK(merged[0].world.empty());
  CHECK(merged[0].fingerprint == "f");
  CHECK(merged[1].message == "prod (when `Prod` is true)");
  CHECK(merged[1].world == "when `Prod` is true");
  REQUIRE(merged[1].evidence.size() == 1);
  CHECK(read.sources.text(merged[1].evidence[0].span) == "Prod");
  CHECK(merged[2].message == "neither (when `Prod` is false and `Test` is false)");
  CHECK(merged[1].severity == rules::Severity::high);
  CHECK(merged[2].severity == rules::Severity::medium); // never in production
  CHECK(merged[1].fingerprint != merged[0].fingerprint);
}

TEST_CASE("of conditions that come out alike, that is told which the finding depends on") {
  Read read({{"app/main.yaml",
              head + "Parameters:\n  Stage: {Type: String}\nConditions:\n"
                     "  Alarms: !Equals [!Ref Stage, prod]\n  Backups: !Equals [!Ref Stage, prod]\n"
                     "Resources:\n"
                     "  Topic: {Type: AWS::SNS::Topic, Condition: Alarms}\n"
                     "  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n"
                     "      DelaySeconds: !If [Backups, 1, 2]\n"}});
  const audit::Worlds worlds = read.worlds();
  REQUIRE(worlds.count() == 2);
  const auto at = [&](std::size_t resource) {
    return read.loaded.templates[0].evaluated.resources[resource].id_span;
  };
  std::vector<std::vector<rules::Finding>> by_world(2);
  const std::size_t prod = worlds.outcomes(0, 0).at("Alarms") ? 0 : 1;
  by_world[prod] = {finding("topic", at(0)), finding("queue", at(1))};
  const auto merged = audit::merge_worlds({by_world, {}, &worlds});
  REQUIRE(merged.size() == 2);
  CHECK(merged[0].message == "topic (when `Alarms` is true)");
  CHECK(merged[1].message == "queue (when `Backups` is true)");
}

TEST_CASE("what a condition moves is the same finding still") {
  Read read(
      {{"app/main.yaml", head + "Parameters:\n  Stage: {Type: String}\n" + stage_or_not + used({"Prod"})}});
  const audit::Worlds worlds = read.worlds();
  REQUIRE(worlds.count() == 2);
  const text::FileId file = read.loaded.templates[0].evaluated.file;
  std::vector<std::vector<rules::Finding>> by_world(2);
  for (std::size_t world = 0; world < 2; ++world) {
    const bool is_prod = worlds.outcomes(world, 0).at("Prod");
    // A statement whose place in the list depends on what stands before it.
    auto moved = finding("moved", {file, 0, 1});
    moved.property = is_prod ? "Policies.1.PolicyName" : "Policies.0.PolicyName";
    by_world[world].push_back(moved);
    // A list that begins with another function where the first isn't there.
    auto listed = finding(is_prod ? "first (and 1 more: `second`)" : "second",
                          is_prod ? text::Span{file, 1, 2} : text::Span{file, 2, 3});
    if (is_prod) listed.evidence.push_back({{file, 2, 3}, "`second` too"});
    by_world[world].push_back(listed);
    // One that speaks for the system, and stands at the first resource there is.
    auto whole = finding("of the system", is_prod ? text::Span{file, 3, 4} : text::Span{file, 4, 5});
    whole.fingerprint = "system";
    whole.gathered = true;
    by_world[world].push_back(whole);
  }
  const auto merged = audit::merge_worlds({by_world, {}, &worlds});
  REQUIRE(merged.size() == 3);
  CHECK(merged[2].message == "of the system");
  CHECK(merged[2].world.empty());
  CHECK(merged[0].message == "moved");
  CHECK(merged[1].message == "first (and 1 more: `second`)");
  CHECK(merged[1].world.empty());
}

TEST_CASE("what must hold everywhere isn't told where a condition takes it away") {
  Read read(
      {{"app/main.yaml", head + "Parameters:\n  Stage: {Type: String}\n" + stage_or_not + used({"Prod"})}});
  const audit::Worlds worlds = read.worlds();
  REQUIRE(worlds.count() == 2);
  const text::FileId file = read.loaded.templates[0].evaluated.file;
  std::vector<std::vector<rules::Finding>> by_world(2);
  for (std::size_t world = 0; world < 2; ++world) {
    const bool is_prod = worlds.outcomes(world, 0).at("Prod");
    const auto add = [&](const std::string& message, const std::string& condition, text::Span span) {
      auto one = finding(message, span);
      one.everywhere = true;
      one.condition = condition;
      one.template_file = file;
      by_world[world].push_back(one);
    };
    add("no companion in either", "", {file, 0, 1});
    if (is_prod) continue;
    add("a companion in production", "", {file, 1, 2});
    add("made in production alone, where it has one", "Prod", {file, 2, 3});
  }
  const auto merged = audit::merge_worlds({by_world, {}, &worlds});
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].message == "no companion in either");
  CHECK(merged[0].world.empty());

  // One whose resource the other world lacks has no companion wherever it is.
  std::vector<std::vector<rules::Finding>> alone(2);
  for (std::size_t world = 0; world < 2; ++world) {
    if (!worlds.outcomes(world, 0).at("Prod")) continue;
    auto one = finding("of production", {file, 3, 4});
    one.everywhere = true;
    one.condition = "Prod";
    one.template_file = file;
    alone[world].push_back(one);
  }
  REQUIRE(audit::merge_worlds({alone, {}, &worlds}).size() == 1);
}

TEST_CASE("other worlds need no fix of what the first one tells") {
  Read read({{"app/main.yaml", head + used({})}});
  const text::FileId file = read.loaded.templates[0].evaluated.file;
  const auto at = [&](const std::string& message, std::uint32_t begin, const std::string& code = "T") {
    auto one = finding(message, {file, begin, begin + 1});
    one.code = code;
    return one;
  };
  auto shortest = at("the shortest list is told", 4);
  shortest.everywhere = true;
  auto whole = at("of the system", 5);
  whole.gathered = true;
  whole.fingerprint = "system";
  const std::vector<rules::Finding> first{at("a", 0), at("b", 1), at("twice", 2), shortest, whole};
  auto moved = whole;
  moved.span = {file, 6, 7};
  const std::vector<std::pair<rules::Finding, bool>> cases{
      {at("a", 0), false},                             // told from the first world
      {at("c", 3), true},                              // not there
      {at("d", 0, "U"), true},                         // another rule's
      {at("twice", 2), true},  {at("twice", 2), true}, // once there, twice here: which is which isn't said
      {shortest, true},        {moved, false},         // wherever it stands
  };
  std::vector<const rules::Finding*> findings;
  std::vector<bool> expected;
  for (const auto& one : cases) {
    findings.push_back(&one.first);
    expected.push_back(one.second);
  }
  CHECK(audit::fixes_beyond(first)(findings) == expected);
  CHECK(audit::fixes_beyond({})(findings) == std::vector<bool>(cases.size(), true));
}
