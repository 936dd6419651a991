// SPDX-License-Identifier: Apache-2.0
// `.env` files: what is read from them, and what is never shown.
#include "dialect/serverless/dotenv.hpp"
#include "lowering.hpp"
#include "support/catch.hpp"

namespace slsaudit {
namespace {

using dialect::serverless::Environment;
using test::Lowering;

std::string service(const std::string& top, const std::string& value, const std::string& provider = "") {
  return "service: s\n" + top + "provider:\n  name: aws\n" + provider +
         "functions:\n  f:\n    handler: a.b\n    environment: {V: \"" + value + "\"}\n";
}

std::string value_of(const Lowering& lowering) {
  const std::string shown = lowering.shown("FLambdaFunction", "Environment");
  return shown.substr(18, shown.size() - 20);
}

} // namespace

TEST_CASE("dotenv files are read as the library reads them") {
  const std::string text = "# comment\n"
                           "A=1\r\n"
                           "  export B = two words # more\n"
                           "C='single ${A} # x'\n"
                           "D=\"line\\nline ${A}\"\n"
                           "E=`it's`\n"
                           "F=\n"
                           "G=\"over\nlines\"\n"
                           "A=again\n"
                           "H=${A}-${K}-${none}.\n"
                           "no assignment\n"
                           "=nothing\n"
                           "I=\"open\n";
  const Environment expected{{"A", "again"},        {"B", "two words"},     {"C", "single ${A} # x"},
                             {"D", "line\nline 1"}, {"E", "it's"},          {"F", ""},
                             {"G", "over\nlines"},  {"H", "again-known-."}, {"I", "\"open"}};
  CHECK(dialect::serverless::read_dotenv(text, {{"K", "known"}}) == expected);
  CHECK(dialect::serverless::read_dotenv("\xEF\xBB\xBF"
                                         "A=1",
                                         {}) == Environment{{"A", "1"}});
  CHECK(dialect::serverless::read_dotenv("", {}).empty());
}

TEST_CASE("only what is surely a setting may be shown") {
  using dialect::serverless::is_plain_setting;
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"STAGE", "dev"},
                                                        {"TABLE", "orders-dev"},
                                                        {"REGION", "eu-central-1"},
                                                        {"MEMORY", "512"},
                                                        {"DEBUG", "true"},
                                                        {"API", "https://api.example.com/v1"},
                                                        {"EMPTY", ""}}) {
    CAPTURE(name);
    CHECK(is_plain_setting(name, value));
  }
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"DB_PASSWORD", "x"},
                                                        {"api_key", "x"},
                                                        {"THING", "AKIAIOSFODNN7EXAMPLE"},
                                                        {"THING", "p@ss"},
                                                        {"THING", "a1b2c3d4e5f6"},
                                                        {"URL_A", "postgres://u:p@h/d"},
                                                        {"THING", std::string(65, 'a')},
                                                        {"THING", "two words"},
                                                        {"STRIPE_TOKEN", "1"}}) {
    CAPTURE(name, value);
    CHECK_FALSE(is_plain_setting(name, value));
  }
}

TEST_CASE("environment variables come from dotenv files where the service says so") {
  struct Row {
    std::string top;
    std::string value;
    std::string expected;
    std::string provider;
  };
  const std::map<std::string, std::string> files{
      {"p/.env", "A=base\nB=base\nSTAGE=prod\nDB_PASSWORD=hunter2\n"},
      {"p/.env.dev", "A=staged\n"},
      {"p/.env.prod", "A=produced\n"}};
  const std::string unread =
      R"({"slsaudit::unknown":"the environment variable `A` is read when the service is deployed"})";
  const auto row = GENERATE_COPY(values<Row>({
      {"useDotenv: true\n", "${env:A}", R"("staged")", ""},
      {"useDotenv: true\n", "${env:B}", R"("base")", ""},
      {"useDotenv: true\n", "x-${env:A}", R"("x-staged")", ""},
      {"useDotenv: true\n", "${env:A}", R"("produced")", "  stage: ${env:STAGE}\n"},
      {"useDotenv: true\n", "${env:C, 'fallback'}", R"("fallback")", ""},
      {"frameworkVersion: '4'\n", "${env:A}", R"("staged")", ""},
      {"frameworkVersion: '>=4.1'\n", "${env:A}", R"("staged")", ""},
      {"frameworkVersion: '3'\n", "${env:A}", unread, ""},
      {"useDotenv: false\n", "${env:A}", unread, ""},
      {"", "${env:A}", unread, ""},
      {"useDotenv: true\n", "${env:DB_PASSWORD}",
       R"({"slsaudit::unknown":"`DB_PASSWORD` stands in a `.env` file; what may be a secret is kept out of reports"})",
       ""},
  }));
  CAPTURE(row.top, row.value);
  const Lowering lowering(service(row.top, row.value, row.provider), files);
  CHECK(value_of(lowering) == row.expected);
  CHECK(lowering.problems().empty());
  CHECK(dialect::to_json(lowering.lowered).find("hunter2") == std::string::npos);
}

TEST_CASE("what is given wins over dotenv files") {
  dialect::Inputs inputs;
  inputs.environment["A"] = "given";
  const Lowering lowering(service("useDotenv: true\n", "${env:A}"), {{"p/.env", "A=file\n"}}, inputs);
  CHECK(value_of(lowering) == R"("given")");
}

TEST_CASE("dotenv files outside of the project are not opened") {
  dialect::Inputs inputs;
  inputs.stage = "../../x";
  const Lowering lowering(service("useDotenv: true\n", "${env:A, 'none'}"), {{"x", "A=stolen\n"}}, inputs);
  CHECK(value_of(lowering) == R"("none")");
}

} // namespace slsaudit
