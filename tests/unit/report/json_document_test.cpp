// SPDX-License-Identifier: Apache-2.0
// Reports are written in pieces; their text is that of the whole.
#include "report/json_document.hpp"
#include "support/catch.hpp"

#include <numeric>
#include <sstream>

using namespace slsaudit;
using report::Json;

namespace {

std::string written(const Json& json) {
  std::ostringstream out;
  report::write_json(json, out);
  return out.str();
}

} // namespace

TEST_CASE("JSON in pieces is the same text as JSON at once") {
  Json deep = "inmost";
  for (int level = 0; level < 12; ++level) {
    deep = Json{{"level", level}, {"list", Json::array({deep, 1, nullptr})}, {"empty", Json::object()}};
    CAPTURE(level);
    CHECK(written(deep) == deep.dump(2) + "\n");
  }
  for (const char* text :
       {"null", "[]", "{}", "\"a\\nb\"", "[[],[[]],{\"a\\\"b\":{\"c\":[{\"d\":[1,[2,[3]]]}]}}]",
        R"(["", "\\", "\"", "\n\n", "a\"b\\c\n", "\t\r\u0001", "é → \"x\"", "ends in \\"])",
        "[0, -1, 9223372036854775807, -9223372036854775808, 18446744073709551615, 1.5, 1e300, true]"}) {
    CAPTURE(text);
    CHECK(written(Json::parse(text)) == Json::parse(text).dump(2) + "\n");
  }
}

TEST_CASE("a document written member by member is the whole") {
  const std::vector<int> numbers{1, 2, 3};
  const Json nested{{"a", Json::array({1, Json{{"b", "c\nd"}}})}};
  std::ostringstream out;
  report::JsonDocument document(out);
  document.member("name", "x");
  document.member("nested", nested);
  document.list("none", std::vector<int>(), [](int) { return Json(); });
  document.list("some", numbers, [&](int number) { return Json{{"number", number}, {"nested", nested}}; });
  document.finish();
  Json whole{{"name", "x"}, {"nested", nested}};
  whole["none"] = Json::array();
  for (const int number : numbers) whole["some"].push_back({{"number", number}, {"nested", nested}});
  CHECK(out.str() == whole.dump(2) + "\n");
}

TEST_CASE("long lists are the same text by any number of threads") {
  for (const std::size_t count : {0U, 1U, 32U, 33U, 512U, 1000U}) {
    std::vector<std::size_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), 0U);
    const auto text = [&](unsigned jobs) {
      std::ostringstream out;
      report::JsonDocument document(out, jobs);
      document.list("before", std::vector<int>{1}, [](int number) { return Json(number); });
      document.list("long", numbers, [](std::size_t number) { return Json{{"number", number}}; });
      document.member("after", 1);
      document.finish();
      return out.str();
    };
    CAPTURE(count);
    CHECK(text(1) == text(2));
    CHECK(text(1) == text(5));
  }
}

TEST_CASE("lists and objects may stand in each other") {
  const Json nested{{"a", Json::array({1, Json{{"b", "c\nd"}}})}};
  std::ostringstream out;
  report::JsonDocument document(out);
  document.begin_list("runs");
  for (int run = 0; run < 2; ++run) {
    document.begin_object();
    document.member("run", run);
    document.begin_list("results");
    for (int i = 0; i < run * 2; ++i) document.add_item(nested);
    document.end();
    document.member("nested", nested);
    document.end();
  }
  document.begin_object();
  document.end();
  document.end();
  document.finish();
  Json whole;
  whole["runs"] = Json::array(
      {Json{{"run", 0}, {"results", Json::array()}, {"nested", nested}},
       Json{{"run", 1}, {"results", Json::array({nested, nested})}, {"nested", nested}}, Json::object()});
  CHECK(out.str() == whole.dump(2) + "\n");
  std::ostringstream empty;
  report::JsonDocument(empty).finish();
  CHECK(empty.str() == "{}\n");
}
