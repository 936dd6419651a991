// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "unit/cli/harness.hpp"

#include <nlohmann/json.hpp>

using namespace slsaudit;
using test::run;

namespace {

const test::Files shop{{"shop/app.yaml", R"(AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Size: {Type: Number}
Resources:
  Work:
    Type: AWS::Lambda::Function
    Properties: {Timeout: 60, ReservedConcurrentExecutions: 7}
  Other:
    Type: AWS::Lambda::Function
    Properties: {ReservedConcurrentExecutions: !Ref Size}
)"}};

} // namespace

TEST_CASE("facts prints the tables that are named") {
  const auto outcome = run({"facts", "shop", "concurrency"}, shop);
  CHECK(outcome.code == 0);
  CHECK(outcome.err == "");
  CHECK(outcome.out.starts_with("concurrency: "));
  CHECK(outcome.out.find("Work") != std::string::npos);
  CHECK(outcome.out.find("${Size}") != std::string::npos);
  CHECK(outcome.out.find("functions: ") == std::string::npos);
}

TEST_CASE("facts in JSON tell unknown from null, and where a row stands") {
  const auto outcome = run({"facts", "shop/app.yaml", "concurrency", "--format", "json"}, shop);
  REQUIRE(outcome.code == 0);
  const auto json = nlohmann::json::parse(outcome.out);
  CHECK(json["format"] == "slsaudit-facts");
  const auto& tables = json["systems"][0]["tables"];
  CHECK(tables.size() == 1);
  const auto& rows = tables["concurrency"]["rows"];
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["reserved"] == 7);
  CHECK(rows[0]["at"]["line"] == 5);
  CHECK(rows[0]["mapping_max"].is_null());
  CHECK(rows[1]["reserved"] == "${Size}");
}

TEST_CASE("facts without a table's name prints all that have rows") {
  const auto outcome = run({"facts", "shop"}, shop);
  CHECK(outcome.out.find("functions: ") != std::string::npos);
  CHECK(outcome.out.find("apis: ") == std::string::npos);
}

TEST_CASE("a path may have the name of a table") {
  const test::Files files{{"loops/app.yaml", shop.begin()->second}};
  CHECK(run({"facts", "loops", "concurrency"}, files).code == 0);
  CHECK(run({"facts", ".", "loops"}, files).out.find("functions: ") != std::string::npos);
  CHECK(run({"facts", ".", "--table", "loops"}, files).out.find("  (no rows)") != std::string::npos);
}

TEST_CASE("a name that is neither table nor path is wrong usage") {
  const auto outcome = run({"facts", "shop", "functionz"}, shop);
  CHECK(outcome.code == 2);
  CHECK(outcome.err.starts_with("slsaudit facts: no table or path `functionz`; did you mean `functions`?\n"));
}

TEST_CASE("query answers in CEL") {
  struct Case {
    const char* expression;
    const char* expected;
  };
  const Case cases[] = {
      {"functions.map(f, f.timeout)", "60\n3\n"},
      {"resources.size()", "2\n"},
      {"system.functions.filter(f, f.timeout > 10).map(f, f.function)", "Work\n"},
      {"concurrency.map(c, c.reserved > 5)", "unknown (`${Size}` is known only once deployed)\n"},
      {"functions[0].tracing", "-\n"},
      {"[1, [2, 3]]", "1\n[2, 3]\n"},
  };
  for (const Case& c : cases) {
    INFO(c.expression);
    const auto outcome = run({"query", "shop", c.expression}, shop);
    CHECK(outcome.err == "");
    CHECK(outcome.out == c.expected);
  }
}

TEST_CASE("query in JSON keeps rows as maps") {
  const auto outcome = run({"query", "shop", "concurrency[0]", "--format", "json"}, shop);
  const auto value = nlohmann::json::parse(outcome.out)["systems"][0]["value"];
  CHECK(value["function"] == "Work");
  CHECK(value["reserved"] == 7);
}

TEST_CASE("a question that can't be asked points at its fault") {
  const auto unbalanced = run({"query", "shop", "functions.filter(f, f.open"}, shop);
  CHECK(unbalanced.code == 2);
  CHECK(unbalanced.err == "slsaudit query: unexpected end; expected `)`\n  functions.filter(f, f.open\n"
                          "                            ^\nTry `slsaudit query --help`.\n");
  const auto column = run({"query", "shop", "functions.map(f, f.nothing)"}, shop);
  CHECK(column.code == 2);
  CHECK(column.err.starts_with("slsaudit query: no such field `nothing` in a row of `functions`\n"));
  CHECK(run({"query"}, shop).code == 2);
}

TEST_CASE("facts about the platform may come from a directory") {
  test::Files files{{"app.yaml", R"(AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: {}
)"}};
  files["ours/portability.yaml"] =
      "documents: {we: {source: our own migration, as_of: 2026-03}}\n"
      "services:\n"
      "  - {service: Our table, types: ['AWS::DynamoDB::Table'], lock_in: 7, source: we}\n";
  const auto plain = run({"facts", "app.yaml", "portability"}, files);
  CHECK(plain.out.find("Our table") == std::string::npos);
  const auto outcome = run({"facts", "app.yaml", "portability", "--knowledge", "ours"}, files);
  CHECK(outcome.code == 0);
  CHECK(outcome.out.find("Our table") != std::string::npos);
  CHECK(run({"query", "app.yaml", "portability[0].lock_in", "--knowledge", "ours"}, files).out == "7\n");
  CHECK(run({"check", "app.yaml", "--fail-on", "never", "--knowledge", "ours"}, files).code == 0);
}

TEST_CASE("mistakes in facts about the platform end the command") {
  test::Files files = shop;
  files["ours/quotas.yaml"] = "documents: {}\nquotas: 3\n";
  for (const char* command : {"check", "facts"}) {
    const auto outcome = run({command, "shop", "--knowledge", "ours"}, files);
    CHECK(outcome.code == 2);
    CHECK(outcome.out == "");
    CHECK(outcome.err ==
          "slsaudit: ours/quotas.yaml:2:9: error: `quotas` is a number; expected a list of rows\n");
  }
}
