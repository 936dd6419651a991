// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/syntax.hpp"

#include <vector>

using namespace slsaudit;
using test::Read;

namespace {

struct Case {
  const char* json;
  const char* problems;
  const char* tree;
};

} // namespace

TEST_CASE("JSON becomes a tree, and what is wrong with it is told") {
  const std::vector<Case> cases = {
      {R"({"A": "b", "C": [1, -2.5e+10, true, false, null], "D": {}})", "",
       R"({A: "b", C: [1, -2.5e+10, true, false, null], D: {}})"},
      {"[]", "", "[]"},
      {" \t\r\n\"x\" \n", "", "\"x\""},
      {"null", "", "null"},
      {R"(["\"\\\/\b\f\n\r\t"])", "", R"(["\"\\/\x08\x0c\n\x0d\t"])"},
      {R"(["\u00e9\u2603\ud83d\ude00"])", "", "[\"é☃😀\"]"},
      {R"(["\ud83d"])", "finding lone-surrogate 1:3", "[\"\xEF\xBF\xBD\"]"},
      {R"(["\ude00\ud83dx"])", "finding lone-surrogate 1:3; finding lone-surrogate 1:9",
       "[\"\xEF\xBF\xBD\xEF\xBF\xBDx\"]"},
      {R"(["\ud83d\u0041"])", "finding lone-surrogate 1:3",
       "[\"\xEF\xBF\xBD"
       "A\"]"},
      {"[123456789012345678901234567890, 1e999, 0.10]", "", "[123456789012345678901234567890, 1e999, 0.10]"},
      {R"({"<<": {"a": 1}})", "", R"({<<: {a: 1}})"},
      {R"({"A": 1, "A": 2})", "finding duplicate-key 1:10", "{A: 1, A: 2}"},
      {R"({"A": 1,})", "error trailing-comma 1:9", "{A: 1}"},
      {R"([1,])", "error trailing-comma 1:4", "[1]"},
      {"{ // a\n \"A\": /* b */ 1 # c\n}", "error json-comment 1:3", "{A: 1}"},
      {R"([NaN, -Infinity])", "error bad-number 1:2; error bad-number 1:7", "[?(NaN), ?(-Infinity)]"},
      {R"([01, +1, .5, 1., 0x1f, 1e])",
       "error bad-number 1:2; error bad-number 1:6; error bad-number 1:10; error bad-number 1:14; "
       "error bad-number 1:18; error bad-number 1:24",
       "[?(01), ?(+1), ?(.5), ?(1.), ?(0x1f), ?(1e)]"},
      {R"([True, none])", "error bad-value 1:2; error bad-value 1:8", "[?(True), ?(none)]"},
      {R"({"A": ${x}, "B": ${y}})", "finding json-placeholder 1:7", "{A: ?(${x}), B: ?(${y})}"},
      {R"(["\x"])", "error bad-escape 1:3", R"(["\\x"])"},
      {R"(["\u12"])", "error bad-escape 1:3", R"(["\\u12"])"},
      {"[\"a\tb\"]", "error control-character 1:4", R"(["a\tb"])"},
      {"{\"A\": \"b\n}", "error unclosed-quote 1:7", "(nothing)"},
      {"[\"b", "error unclosed-quote 1:2", "(nothing)"},
      {"[\"b\\", "error unclosed-quote 1:2; error bad-escape 1:4", "(nothing)"},
      {"{\"A\": 1", "error unclosed-bracket 1:8", "(nothing)"},
      {"{\"A\"", "error unclosed-bracket 1:5", "(nothing)"},
      {"", "error empty-file 1:1", "(nothing)"},
      {"{} {}", "error several-values 1:4", "{}"},
      {"[1 2]", "error json-syntax 1:4", "(nothing)"},
      {"[1}", "error json-syntax 1:3", "(nothing)"},
      {"]", "error json-syntax 1:1", "(nothing)"},
      {"{1: 2}", "error json-syntax 1:2", "(nothing)"},
      {"{'A': 2}", "error json-syntax 1:2", "(nothing)"},
      {"{\"A\" 2}", "error json-syntax 1:6", "(nothing)"},
      {"{\"A\":}", "error json-syntax 1:6", "(nothing)"},
      {"[,]", "error json-syntax 1:2", "(nothing)"},
      {"{,}", "error json-syntax 1:2", "(nothing)"},
      {"[\xC2\xA0]", "error json-syntax 1:2", "(nothing)"},
      {"A: b\n", "error bad-value 1:1; error several-values 1:2", "?(A)"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.json) {
      const Read read(c.json, "t.json");
      CHECK(read.problems() == c.problems);
      CHECK(read.dump() == c.tree);
      CHECK(read.document.format == syntax::Format::json);
    }
  }
}

TEST_CASE("JSON comments are kept") {
  const Read read("{ // a\n  /* b */ \"A\": \"// no\"\n}", "t.json");
  REQUIRE(read.document.comments.size() == 2);
  CHECK(read.document.comments[0].text == "a");
  CHECK_FALSE(read.document.comments[0].own_line);
  CHECK(read.document.comments[1].text == "b");
  CHECK(read.document.comments[1].own_line);
}

TEST_CASE("the reader is chosen by name and content") {
  CHECK(Read("{\"A\": 1}", "t.template").document.format == syntax::Format::json);
  CHECK(Read("{A: 1}", "t.template").document.format == syntax::Format::yaml);
  CHECK(Read("A: 1", "t.template").document.format == syntax::Format::yaml);
  CHECK(Read("{\"A\": 1,}", "t.yaml").problems().empty());
  CHECK(Read("{\"A\": 1,}", "t.json").problems() == "error trailing-comma 1:9");
  // Neither reads it; the one that came further is believed.
  CHECK(Read("{\"A\": 1, \"B\": \"c", "t.template").problems() == "error unclosed-quote 1:15");
}

TEST_CASE("many keys are compared by hashing, with the same result") {
  std::string json = "{";
  for (int i = 0; i < 50; ++i) json += "\"k" + std::to_string(i % 49) + "\": " + std::to_string(i) + ",";
  json.back() = '}';
  CHECK(Read(json, "t.json").problems().find("finding duplicate-key") == 0);
}
