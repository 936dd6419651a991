// SPDX-License-Identifier: Apache-2.0
// `rules new`, `rules test` and `rules schema`.
#include "harness.hpp"
#include "rules/scaffold.hpp"
#include "support/catch.hpp"

#include <cstdlib>

using namespace slsaudit;
using test::Files;
using test::run;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

} // namespace

TEST_CASE("a new rule loads, and its examples and fixes hold") {
  const auto made = run({"rules", "new", "no-long-timeouts", "--directory", "ours", "--group", "TEAM"},
                        {{"ours/readme.md", "x"}});
  CHECK(made.err == "");
  REQUIRE(made.code == 0);
  REQUIRE(made.written.count("ours/no-long-timeouts.yaml") == 1);
  const std::string text = made.written.at("ours/no-long-timeouts.yaml");
  CHECK(text.starts_with("code: TEAM001\nname: no-long-timeouts\n"));
  const auto tested = run({"rules", "test", "ours"}, {{"ours/no-long-timeouts.yaml", text}});
  CHECK(tested.out == "5 examples of 1 rules, 0 failed\n");
  CHECK(tested.code == 0);
}

TEST_CASE("a new rule takes the next code, and nothing that is there") {
  const Files good{{"rules/a-rule.yaml", rules::scaffold("ORG001", "a-rule")}};
  CHECK(run({"rules", "new", "b-rule"}, good).written.at("rules/b-rule.yaml").starts_with("code: ORG002"));
  struct Case {
    std::vector<std::string> arguments;
    const char* message;
  };
  const Case cases[] = {
      {{"a-rule"}, "rules/a-rule.yaml is there already"},
      {{"c-rule", "--code", "ORG001"}, "`ORG001` is the code of rules/a-rule.yaml already"},
      {{"visibility-timeout-too-short"}, "`visibility-timeout-too-short` is the name of rules/CON/"},
      {{"B_Rule"}, "a name is lower-case words with `-` between"},
      {{"b-rule", "--code", "X1"}, "a code is two to five capitals and three digits"},
      {{"b-rule", "--group", "team"}, "a code is two to five capitals and three digits"},
      {{"b-rule", "--directory", "gone"}, "there is no directory `gone`"},
      {{"b-rule", "--grop", "ORG"}, "did you mean `--group`?"},
      {{}, "NAME"},
  };
  for (const Case& c : cases) {
    std::vector<std::string> arguments{"rules", "new"};
    arguments.insert(arguments.end(), c.arguments.begin(), c.arguments.end());
    const auto outcome = run(arguments, good);
    INFO(c.message);
    CHECK(outcome.code == 2);
    CHECK(outcome.err.find(c.message) != std::string::npos);
    CHECK(outcome.written.empty());
  }
  CHECK(run({"rules", "tset"}).err.find("did you mean `test`?") != std::string::npos);
}

TEST_CASE("what an example expects and gets is shown side by side") {
  const std::string text = replaced(rules::scaffold("ORG001", "a-rule"), "expect: [{line: 4, column: 27}]",
                                    "expect: [{line: 3, severity: high}]");
  const auto tested = run({"rules", "test", "ours"}, {{"ours/a-rule.yaml", text}});
  CHECK(tested.code == 1);
  CHECK(tested.out == R"(ORG001 cloudformation: a long timeout
     3 |     Type: AWS::Lambda::Function
     - | 3 high
     4 |     Properties: {Timeout: 900}
     + | 4:27 medium: `Report` may run 900 s, 300 s are allowed
5 examples of 1 rules, 1 failed
)");
}

TEST_CASE("a directory stands for its rules, beside those that are named") {
  const Files files{{"rules/a-rule.yaml", rules::scaffold("ORG001", "a-rule")}};
  CHECK(run({"rules", "test", "rules"}, files).out.find(" of 1 rules, 0 failed") != std::string::npos);
  CHECK(run({"rules", "test", "rules", "CON007"}, files).out.find(" of 2 rules, 0 failed") !=
        std::string::npos);
  CHECK(run({"rules", "test", "gone"}, files).code == 2);
}

TEST_CASE("the rules that the guide teaches hold") {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR"); // NOLINT(concurrency-mt-unsafe)
  REQUIRE(root != nullptr);
  const text::DiskFileSystem disk;
  const auto tested = test::run_on(disk, {"rules", "test", std::string(root) + "/examples/rules"});
  CHECK(tested.out.find(" of 6 rules, 0 failed\n") != std::string::npos);
  CHECK(tested.code == 0);
  const auto guide = disk.read(std::string(root) + "/docs/writing-rules.md", 1U << 20U);
  REQUIRE(guide.ok());
  const std::string directory = std::string(root) + "/examples/rules/";
  const auto entries = disk.list(directory);
  REQUIRE(entries.ok());
  for (const text::DirectoryEntry& entry : entries.value()) {
    INFO(entry.name);
    const std::string rule = disk.read(directory + entry.name, 1U << 20U).value();
    CHECK(guide.value().find(rule.substr(0, rule.find("\nwhy:"))) != std::string::npos);
  }
}

TEST_CASE("the schema of rule files is printed") {
  const auto outcome = run({"rules", "schema"});
  CHECK(outcome.code == 0);
  CHECK(outcome.out.starts_with("{\n  \"$schema\""));
}
