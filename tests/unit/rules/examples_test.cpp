// SPDX-License-Identifier: Apache-2.0
// Every example of every built-in rule.
#include "rules/examples.hpp"
#include "support/catch.hpp"

#include <set>

using namespace slsaudit;

TEST_CASE("examples of built-in rules hold") {
  REQUIRE_FALSE(rules::builtin().empty());
  for (const rules::Rule& rule : rules::builtin()) {
    for (const rules::Example& example : rule.examples) {
      DYNAMIC_SECTION(rule.code << " " << dialect::name(example.dialect) << ": " << example.name) {
        std::string complaints;
        for (const std::string& complaint : rules::check_example(rule, example))
          complaints += complaint + "\n";
        CHECK(complaints == "");
      }
    }
  }
}

TEST_CASE("built-in rules say all that a rule should") {
  std::set<std::string> names;
  for (const rules::Rule& rule : rules::builtin()) {
    INFO(rule.code);
    CHECK(names.insert(rule.name).second);
    CHECK_FALSE(rule.since.empty());
    CHECK_FALSE(rule.tags.empty());
    CHECK_FALSE(rule.references.empty());
    for (const std::string& fix : rule.fix) CHECK_FALSE(fix.empty());
    std::set<std::string> kinds;
    for (const rules::Example& example : rule.examples) kinds.insert(example.kind);
    CHECK(kinds.count("failing") == 1);
    CHECK(kinds.count("passing") == 1);
  }
}
