// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/syntax.hpp"

#include <vector>

using namespace slsaudit;
using syntax::ScalarType;

TEST_CASE("plain scalars mean what YAML 1.1 says, less its traps") {
  struct Case {
    const char* text;
    ScalarType type;
  };
  const std::vector<Case> cases = {
      {"", ScalarType::null},
      {"~", ScalarType::null},
      {"null", ScalarType::null},
      {"NULL", ScalarType::null},
      {"nUll", ScalarType::string},
      {"true", ScalarType::boolean},
      {"Yes", ScalarType::boolean},
      {"OFF", ScalarType::boolean},
      {"y", ScalarType::string},
      {"tRue", ScalarType::string},
      {"12", ScalarType::integer},
      {"-12", ScalarType::integer},
      {"+12", ScalarType::integer},
      {"010", ScalarType::integer},
      {"0x1F", ScalarType::integer},
      {"0o17", ScalarType::integer},
      {"1_024", ScalarType::string},
      {"12:30:45", ScalarType::string},
      {"1.5", ScalarType::number},
      {".5", ScalarType::number},
      {"1e3", ScalarType::number},
      {"1e999", ScalarType::number},
      {"1.2.3", ScalarType::string},
      {"-", ScalarType::string},
      {"e5", ScalarType::string},
      {".inf", ScalarType::string},
      {".nan", ScalarType::string},
      {"2024-01-01", ScalarType::string},
      {"99999999999999999999", ScalarType::number},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION("`" << c.text << "`") {
      syntax::Node node;
      node.text = c.text;
      CHECK(syntax::scalar_type(node) == c.type);
      node.style = syntax::Style::single_quoted;
      CHECK(syntax::scalar_type(node) == ScalarType::string);
    }
  }
}

TEST_CASE("numbers beyond their types have no value but stay numbers") {
  const test::Read read("[9223372036854775807, 9223372036854775808, 1e308, 1e309, -0.5]", "t.json");
  const auto& items = read.document.root->children;
  CHECK(syntax::as_integer(*items[0].value) == 9223372036854775807);
  CHECK(syntax::as_integer(*items[1].value) == std::nullopt);
  CHECK(syntax::as_number(*items[1].value) == 9223372036854775808.0);
  CHECK(syntax::as_number(*items[2].value) == 1e308);
  CHECK(syntax::as_number(*items[3].value) == std::nullopt);
  CHECK(syntax::describe(*items[3].value) == "a number");
  CHECK(syntax::as_number(*items[4].value) == -0.5);
}
