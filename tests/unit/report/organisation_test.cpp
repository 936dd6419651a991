// SPDX-License-Identifier: Apache-2.0
// Shards in which everything that somebody may write is hostile.
#include "report/organisation.hpp"
#include "support/catch.hpp"
#include "support/unsafe_text.hpp"
#include "text/encoding.hpp"

#include <sstream>

using namespace slsaudit;
using Json = nlohmann::ordered_json;

namespace {

Json place() {
  return {{"path", test::hostile},
          {"start", {{"line", 1}, {"column", 2}}},
          {"end", {{"line", 1}, {"column", 3}}}};
}

Json hostile_finding(const char* severity) {
  Json json{{"code", "CON007"},
            {"name", "a-name"},
            {"severity", severity},
            {"confidence", "assumed"},
            {"assumption", test::hostile},
            {"world", test::hostile},
            {"message", test::hostile + " password: hunter2hunter2"}};
  json.update(place());
  json["resource"] = test::hostile;
  json["property"] = test::hostile;
  json["evidence"] = Json::array({{{"message", test::hostile}}});
  json["evidence"][0].update(place());
  json["fix"] = test::hostile + "\n" + test::hostile;
  json["fingerprint"] = "0123abcd";
  return json;
}

Json hostile_line(const std::string& root) {
  Json line{{"type", "system"}, {"format", "slsaudit-ndjson"}, {"format_version", 1}};
  line["tool"] = {{"name", "slsaudit"}, {"version", "0.1.0"}};
  line["root"] = root;
  line["as_of"] = "2026-01-31";
  line["fail_on"] = "high";
  line["outcome"] = "incomplete";
  line["exit"] = 3;
  line["summary"] = {{"findings", {{"critical", 9}, {"high", 9}, {"medium", 9}, {"low", 9}, {"info", 9}}},
                     {"suppressed", 9},
                     {"baseline", 9},
                     {"errors", 9},
                     {"templates", 1},
                     {"resources", 1}};
  line["findings"] = Json::array({hostile_finding("critical"), hostile_finding("info")});
  line["suppressed"] = Json::array({hostile_finding("low")});
  line["suppressed"][0]["suppressed"] = {
      {"by", test::hostile}, {"tool", test::hostile}, {"reason", test::hostile}};
  line["baseline"] = Json::array({hostile_finding("high")});
  line["errors"] = Json::array({{{"name", "failure"}, {"message", test::hostile}, {"help", test::hostile}}});
  line["errors"][0].update(place());
  line["rules"] = {"CON007"};
  line["resource_types"] = {{test::hostile, 1}};
  line["offers"] =
      Json::array({{{"kind", "export"}, {"name", test::hostile + root}, {"resource", test::hostile}}});
  line["wants"] = Json::array();
  for (const char* const of : {"one", "two", "nobody"})
    line["wants"].push_back({{"kind", "export"},
                             {"name", test::hostile + of},
                             {"by", test::hostile},
                             {"relation", "polls"},
                             {"path", test::hostile},
                             {"line", 1}});
  return line;
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string rendered(const report::Organisation& all, std::string_view format) {
  std::ostringstream out;
  const report::Style style{.sarif_include_suppressed = true, .sarif_category = test::hostile};
  report::organisation_renderer(format)(all, style, out);
  return out.str();
}

} // namespace

TEST_CASE("nothing hostile of a shard is raw in any format") {
  report::Shards shards;
  shards.add(test::hostile, dumped(hostile_line("one")) + dumped(hostile_line("two")) +
                                dumped(hostile_line(test::hostile)) + "torn");
  const report::Organisation all = report::organise(shards, {.expected = {test::hostile}});
  REQUIRE(all.systems.size() == 3);
  CHECK(all.links.size() == 4); // each of the first two takes of the other, the third of both
  CHECK(all.exit == 3);
  for (const std::string_view format : report::organisation_formats()) {
    CAPTURE(format);
    const std::string text = rendered(all, format);
    CHECK(test::unsafe(std::string(format), text) == "");
    CHECK(text.find("hunter2hunter2") == std::string::npos);
  }
}

TEST_CASE("sums of a shard are not believed, and masks stay") {
  report::Shards shards;
  shards.add("s", dumped(hostile_line("one")));
  const report::Organisation all = report::organise(shards, {});
  CHECK(all.findings == report::SeverityCounts{1, 0, 0, 0, 1});
  CHECK(all.suppressed == 1);
  CHECK(all.baseline == 1);
  CHECK(all.errors == 1);
  const std::string once = rendered(all, "ndjson");
  report::Shards again;
  again.add("t", once);
  CHECK(rendered(report::organise(again, {}), "ndjson") == once);
}

TEST_CASE("messages in markdown keep their characters whole") {
  for (const std::size_t length : {10U, 297U, 298U, 299U, 300U, 400U}) {
    Json line = hostile_line("one");
    line["findings"][0]["message"] = std::string(length, 'm') + "…";
    report::Shards shards;
    shards.add("s", dumped(line));
    const std::string markdown = rendered(report::organise(shards, {}), "markdown");
    CAPTURE(length);
    CHECK(text::to_utf8(markdown).bad_count == 0);
    CHECK((markdown.find("mmm…") != std::string::npos) == (length <= 297));
  }
}

TEST_CASE("an unknown field is not passed on") {
  Json line = hostile_line("one");
  line["surprise"] = {{"deep", "x"}};
  line["findings"][0]["surprise"] = 1;
  report::Shards shards;
  shards.add("s", dumped(line));
  CHECK(rendered(report::organise(shards, {}), "ndjson").find("surprise") == std::string::npos);
}
