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
    CHECK(names.insert(rule.name.str()).second);
    CHECK_FALSE(rule.since.empty());
    CHECK_FALSE(rule.tags.empty());
    CHECK_FALSE(rule.references.empty());
    for (const text::SharedText& shown : rule.shown_fix) CHECK_FALSE(shown.empty());
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
    if (rule.code->starts_with("TPL") || rule.code->starts_with("SUP")) continue;
    for (const char* dialect : {"cloudformation", "sam", "serverless"}) {
      for (const std::string kind : {"failing", "passing", "unknown"}) {
        INFO(dialect << " " << kind);
        CHECK(shown.count(std::string(dialect) + " " + kind) == 1);
      }
    }
  }
}

// The catalog's rows that only who asks for all of them is told.
TEST_CASE("the strict profile has these rules, and no other") {
  const std::set<std::string> expected{"CST014",  "CST015", "DEP001", "DEP004", "DEP009", "IAM015",
                                       "LOCK006", "OBS014", "OBS022", "OBS023", "OBS024", "SEC011"};
  std::set<std::string> strict;
  for (const rules::Rule& rule : rules::builtin()) {
    if (rule.profile == "strict") strict.insert(rule.code.str());
  }
  CHECK(strict == expected);
}

// Codes are a contract: people name them in configurations and suppressions.
TEST_CASE("each group has its codes") {
  struct Range {
    const char* group;
    int first;
    int last;
  };
  // OBS leaves out 8, 9 and 16 to 19.
  constexpr Range ranges[] = {{"FAN", 1, 9},   {"CON", 1, 16},  {"IAM", 1, 21}, {"OBS", 1, 7},
                              {"OBS", 10, 15}, {"OBS", 20, 26}, {"RES", 1, 21}, {"DEP", 1, 25},
                              {"LAT", 1, 5},   {"CST", 1, 16},  {"LOCK", 1, 6}, {"SEC", 1, 15},
                              {"DAT", 1, 5},   {"ARC", 1, 6},   {"TPL", 1, 14}, {"SUP", 1, 3}};
  std::set<std::string> expected;
  for (const Range& range : ranges) {
    for (int number = range.first; number <= range.last; ++number) {
      const std::string digits = std::to_string(number);
      expected.insert(range.group + std::string(3 - digits.size(), '0') + digits);
    }
  }
  std::set<std::string> codes;
  for (const rules::Rule& rule : rules::builtin()) codes.insert(rule.code.str());
  CHECK(codes == expected);
}
