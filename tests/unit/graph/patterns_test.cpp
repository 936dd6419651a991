// SPDX-License-Identifier: Apache-2.0
// Event patterns against events of which something is known.
#include "graph/patterns.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

using namespace slsaudit;
using graph::Content;
using graph::Text;

namespace {

std::string shown(graph::Verdict verdict) {
  return verdict == graph::Verdict::never     ? "never"
         : verdict == graph::Verdict::matches ? "matches"
                                              : "unknown";
}

/// The pattern stands in a template, so that references in it mean something.
std::unique_ptr<test::BuiltSystem> with_pattern(const std::string& pattern) {
  return test::build_system({R"(
Parameters: { Stage: { Type: String } }
Conditions: { IsProd: !Equals [!Ref Stage, prod] }
Resources:
  Uploads: { Type: AWS::S3::Bucket }
  Others: { Type: AWS::S3::Bucket }
  Rule:
    Type: AWS::Events::Rule
    Properties: { EventPattern: )" +
                             pattern + " }\n"});
}

value::Value pattern_of(const graph::System& system) {
  return system.node(system.find(0, "Rule")).resource->properties.get("EventPattern");
}

std::string verdict_on(const std::string& pattern, const Content& event) {
  const auto built = with_pattern(pattern);
  return shown(graph::match({built->system, 0}, pattern_of(built->system), event));
}

struct Case {
  std::string pattern;
  std::string expected;
};

} // namespace

TEST_CASE("conditions on a text that is known") {
  const Content event = Content::object({{"a", Content::text("orders/1.json")}}, false);
  const std::vector<Case> cases = {
      {"{a: [orders/1.json]}", "matches"},
      {"{a: [x, orders/1.json]}", "matches"},
      {"{a: [x, y]}", "never"},
      {"{a: []}", "never"},
      {"{a: [{prefix: orders/}]}", "matches"},
      {"{a: [{prefix: Orders/}]}", "never"},
      {"{a: [{prefix: {equals-ignore-case: ORDERS}}]}", "matches"},
      {"{a: [{suffix: .json}]}", "matches"},
      {"{a: [{suffix: .xml}]}", "never"},
      {"{a: [{equals-ignore-case: Orders/1.JSON}]}", "matches"},
      {"{a: [{equals-ignore-case: Orders/2.JSON}]}", "never"},
      {"{a: [{wildcard: 'orders/*.json'}]}", "matches"},
      {"{a: [{wildcard: '*/2.json'}]}", "never"},
      {"{a: [{anything-but: [x, y]}]}", "matches"},
      {"{a: [{anything-but: orders/1.json}]}", "never"},
      {"{a: [{anything-but: {prefix: ord}}]}", "never"},
      {"{a: [{anything-but: {suffix: .xml}}]}", "matches"},
      {"{a: [{anything-but: {wildcard: ['*.xml', '*.json']}}]}", "never"},
      {"{a: [{exists: true}]}", "matches"},
      {"{a: [{exists: false}]}", "never"},
      {"{a: [{numeric: ['>', 5]}]}", "never"},
      {"{a: [{brand-new: 5}]}", "unknown"},
      {"{b: [{exists: false}]}", "matches"},
      {"{b: [x]}", "never"},
      {"{b: {c: [x]}}", "never"},
      {"{b: {c: [{exists: false}]}}", "matches"},
      {"{a: [orders/1.json], b: [x]}", "never"},
      {"{$or: [{a: [x]}, {a: [{prefix: o}]}]}", "matches"},
      {"{$or: [{a: [x]}, {b: [y]}]}", "never"},
      {"'{\"a\": [\"orders/1.json\"]}'", "matches"},
      {"{a: !If [IsProd, [orders/1.json], [x]]}", "unknown"},
      {"{a: !If [IsProd, [y], [x]]}", "never"},
      {"{a: [!Ref Stage]}", "unknown"},
      {"{a: [!Sub '${Stage}.json']}", "unknown"},
      {"{a: [!Sub '${Stage}.xml']}", "never"},
      {"{a: !Ref Stage}", "unknown"},
      {"!Ref Stage", "unknown"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.pattern);
    CHECK(verdict_on(one.pattern, event) == one.expected);
  }
}

TEST_CASE("conditions on numbers and addresses") {
  Content number = Content::one_of({});
  number.numbers = {25};
  const Content event = Content::object(
      {{"n", number}, {"ip", Content::text("10.1.2.3")}, {"v6", Content::text("2001:db8::1")}});
  const std::vector<Case> cases = {
      {"{n: [25]}", "matches"},
      {"{n: [26]}", "never"},
      {"{n: [{numeric: ['>', 20, '<=', 25]}]}", "matches"},
      {"{n: [{numeric: ['>', 25]}]}", "never"},
      {"{n: [{numeric: ['=', 25]}]}", "matches"},
      {"{n: [{numeric: ['>']}]}", "unknown"},
      {"{n: [{anything-but: [24, 25]}]}", "never"},
      {"{n: [{anything-but: [24]}]}", "matches"},
      {"{n: ['25']}", "unknown"},
      {"{ip: [{cidr: 10.0.0.0/8}]}", "matches"},
      {"{ip: [{cidr: 10.2.0.0/16}]}", "never"},
      {"{ip: [{cidr: 0.0.0.0/0}]}", "matches"},
      {"{v6: [{cidr: '2001:db8::/32'}]}", "unknown"},
      {"{open: [x]}", "unknown"},
      {"{open: [{exists: true}]}", "unknown"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.pattern);
    CHECK(verdict_on(one.pattern, event) == one.expected);
  }
}

TEST_CASE("conditions on what is known in part") {
  Content foreign = Content::anything();
  foreign.never_starts_with = "aws.";
  Content either = Content::one_of({Text::exactly("INSERT"), Text::exactly("REMOVE")});
  Content listed = Content::text("a");
  listed.may_be_array = true;
  const Content event = Content::object({{"key", Content::one_of({Text::between("in/", ".csv")})},
                                         {"source", foreign},
                                         {"event", either},
                                         {"tags", listed}});
  const std::vector<Case> cases = {
      {"{key: [{prefix: in}]}", "matches"},
      {"{key: [{prefix: in/2024}]}", "unknown"},
      {"{key: [{prefix: out/}]}", "never"},
      {"{key: [{suffix: csv}]}", "matches"},
      {"{key: [{suffix: xml}]}", "never"},
      {"{key: [in/a.csv]}", "unknown"},
      {"{key: [in/a.xml]}", "never"},
      {"{key: [in.csv]}", "never"},
      {"{key: [{wildcard: 'in/*.csv'}]}", "matches"},
      {"{key: [{wildcard: 'in/*/x.csv'}]}", "unknown"},
      {"{key: [{wildcard: '*.xml'}]}", "never"},
      {"{key: [{anything-but: {prefix: out/}}]}", "matches"},
      {"{key: [{anything-but: {prefix: in/}}]}", "never"},
      {"{source: [aws.s3]}", "never"},
      {"{source: [{prefix: aws.}]}", "never"},
      {"{source: [{prefix: aws}]}", "unknown"},
      {"{source: [shop]}", "unknown"},
      {"{source: [{exists: true}]}", "matches"},
      {"{event: [INSERT]}", "unknown"},
      {"{event: [INSERT, REMOVE]}", "matches"},
      {"{event: [MODIFY]}", "never"},
      {"{tags: [a]}", "matches"},
      {"{tags: [b]}", "unknown"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.pattern);
    CHECK(verdict_on(one.pattern, event) == one.expected);
  }
}

TEST_CASE("conditions on the names of resources") {
  const std::vector<Case> cases = {
      {"{name: [!Ref Uploads]}", "matches"},
      {"{name: [!Ref Others]}", "never"},
      {"{name: [!Ref Others, !Ref Uploads]}", "matches"},
      {"{name: [some-name]}", "unknown"},
      {"{name: [!Ref Stage]}", "unknown"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.pattern);
    const auto built = with_pattern(one.pattern);
    Text name = Text::between({}, {});
    name.node = built->system.find(0, "Uploads");
    const Content event = Content::object({{"name", Content::one_of({name})}});
    CHECK(shown(graph::match({built->system, 0}, pattern_of(built->system), event)) == one.expected);
  }
}

TEST_CASE("patterns against patterns") {
  struct Pair {
    std::string narrow;
    std::string wide;
    std::string expected;
  };
  const std::vector<Pair> cases = {
      {"{source: [shop]}", "{source: [shop]}", "matches"},
      {"{source: [shop], detail-type: [paid]}", "{source: [shop]}", "matches"},
      {"{source: [shop]}", "{source: [shop], detail-type: [paid]}", "unknown"},
      {"{source: [shop]}", "{source: [{prefix: sh}]}", "matches"},
      {"{source: [shop, bank]}", "{source: [shop]}", "unknown"},
      {"{source: [shop]}", "{source: [bank]}", "never"},
      {"{source: [{prefix: shop.}]}", "{source: [{prefix: bank.}]}", "never"},
      {"{detail: {state: [paid]}}", "{detail: {state: [open]}}",
       "unknown"}, // an event may hold both in a list
      {"{detail: {state: [paid]}}", "{detail: {state: [{exists: true}]}}", "matches"},
      {"{detail: {state: [{exists: false}]}}", "{detail: {state: [paid]}}", "never"},
  };
  for (const Pair& one : cases) {
    CAPTURE(one.narrow);
    CAPTURE(one.wide);
    const auto built = with_pattern("{narrow: " + one.narrow + ", wide: " + one.wide + "}");
    const value::Value both = pattern_of(built->system);
    CHECK(shown(graph::implies({built->system, 0}, both.get("narrow"), both.get("wide"))) == one.expected);
  }
}
