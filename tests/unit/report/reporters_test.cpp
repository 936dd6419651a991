// SPDX-License-Identifier: Apache-2.0
#include "report/report.hpp"
#include "slsaudit/version.hpp"
#include "support/golden.hpp"
#include "unit/report/sample.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

using namespace slsaudit;

namespace {

std::string rendered(const audit::Result& result, std::string_view format, const report::Style& style = {}) {
  std::ostringstream out;
  report::renderer(format)(result, style, out);
  return out.str();
}

/// Golden files outlive versions.
std::string without_version(std::string text) {
  const std::string version = std::string("\"") + slsaudit::version + "\"";
  for (auto at = text.find(version); at != std::string::npos; at = text.find(version, at)) {
    text.replace(at, version.size(), "\"VERSION\"");
  }
  return text;
}

} // namespace

TEST_CASE("reports are what the golden files say") {
  const auto sample = test::make_sample();
  test::check_golden("report.txt", rendered(sample->result, "text", {.verbose = true}));
  test::check_golden("report-quiet.txt", rendered(sample->result, "text", {.quiet = true}));
  test::check_golden("report-colour.txt", rendered(sample->result, "text", {.colour = true, .width = 40}));
  test::check_golden("report.json", without_version(rendered(sample->result, "json")));
  test::check_golden("report.sarif", without_version(rendered(sample->result, "sarif")));
  test::check_golden("report.compact", rendered(sample->result, "compact"));
  test::check_golden("report.ndjson", without_version(rendered(sample->result, "ndjson")));
  test::check_golden("report.github", rendered(sample->result, "github"));
  test::check_golden("report.gitlab.json", rendered(sample->result, "gitlab"));
  const report::Style gate{.show_suppressed = true, .fail_on = rules::Severity::critical};
  test::check_golden("report.junit.xml", rendered(sample->result, "junit", gate));
  test::check_golden("report.md", rendered(sample->result, "markdown", gate));
  test::check_golden("report.csv", rendered(sample->result, "csv", gate));
}

TEST_CASE("a clean run says so in each format") {
  text::SourceMap sources;
  audit::Result result;
  result.sources = &sources;
  result.statistics = {.templates = 1, .resources = 1, .seconds = 2.25};
  CHECK(rendered(result, "text") == "no findings; 1 template, 1 resource, 2.2 s\n");
  CHECK(rendered(result, "text", {.quiet = true}).empty());
  CHECK(nlohmann::json::parse(rendered(result, "json"))["findings"].empty());
  const auto sarif = nlohmann::json::parse(rendered(result, "sarif"));
  CHECK(sarif["runs"][0]["results"].is_array()); // an empty list closes alerts; no list is refused
  CHECK(sarif["runs"][0]["invocations"][0]["executionSuccessful"] == true);
}

TEST_CASE("no format shows a secret whole or passes control characters on") {
  const auto sample = test::make_sample();
  for (const std::string_view format : report::formats()) {
    const std::string text = rendered(sample->result, format);
    CAPTURE(format);
    CHECK(text.find("hunter2hunter2") == std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("columns of SARIF count UTF-16 code units and end after the last") {
  const auto sample = test::make_sample();
  const auto sarif = nlohmann::json::parse(rendered(sample->result, "sarif"));
  const auto region = sarif["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"];
  CHECK(region["startLine"] == 11);
  CHECK(region["startColumn"] == 44); // 43 code points, one of which takes two units
  CHECK(region["endColumn"] == 58);
}

TEST_CASE("only known formats have a renderer") {
  CHECK(report::renderer("text") != nullptr);
  CHECK(report::renderer("xml") == nullptr);
  CHECK(report::formats().size() == 10);
}

TEST_CASE("spans of many lines are shortened") {
  text::SourceMap sources;
  std::string text = "A:\n";
  for (int i = 0; i < 12; ++i) text += "  k" + std::to_string(i) + ": v\n";
  const auto file = sources.add("t.yaml", text);
  audit::Result result;
  result.sources = &sources;
  rules::Finding finding;
  finding.code = "X";
  finding.name = "long";
  finding.message = "many lines";
  finding.span = {file, 5, static_cast<std::uint32_t>(text.size())};
  result.findings = {finding};
  test::check_golden("report-lines.txt", rendered(result, "text"));
}
