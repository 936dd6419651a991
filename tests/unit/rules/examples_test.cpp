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

TEST_CASE("fixes of built-in rules fix the first failing example of their dialect") {
  for (const rules::Rule& rule : rules::builtin()) {
    INFO(rule.code);
    std::string complaints;
    for (const std::string& complaint : rules::check_fixes(rule)) complaints += complaint + "\n";
    CHECK(complaints == "");
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
  }
}

TEST_CASE("built-in rules show what they find, leave alone and don't know in every dialect") {
  for (const rules::Rule& rule : rules::builtin()) {
    std::set<std::string> kinds;
    std::set<std::string> shown;
    for (const rules::Example& example : rule.examples) {
      kinds.insert(example.kind);
      shown.insert(std::string(dialect::name(example.dialect)) + " " + example.kind);
    }
    INFO(rule.code);
    CHECK(kinds.count("failing") == 1);
    CHECK(kinds.count("passing") == 1);
    // What is wrong with a template's text is mostly certain, and often can be wrong in one dialect alone.
    if (rule.code.starts_with("TPL") || rule.code.starts_with("SUP")) continue;
    for (const char* dialect : {"cloudformation", "sam", "serverless"}) {
      for (const std::string kind : {"failing", "passing", "unknown"}) {
        INFO(dialect << " " << kind);
        CHECK(shown.count(std::string(dialect) + " " + kind) == 1);
      }
    }
  }
}
