// SPDX-License-Identifier: Apache-2.0
#include "report/diff.hpp"
#include "sample.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

using namespace slsaudit;

namespace {

const std::string hostile = "`x` | a | <img src=x onerror=alert(1)> @octocat #1 [go](https://evil.example) "
                            "**bold** <!-- --> https://evil.example $a$\n# head\r\n- list\x1b[31m";

/// A sample result whose findings count as new, and one change of each kind.
struct DiffSample {
  DiffSample() : before(test::make_sample()), after(test::make_sample()) {
    comparison.fresh = after->result.findings;
    comparison.fixed = {before->result.findings.front()};
    comparison.silenced = {before->result.findings.back()};
    using compare::Effect;
    using compare::Figure;
    using compare::Topic;
    using compare::Turn;
    comparison.changes = {
        {Topic::exposure,
         Turn::gained,
         Effect::worse,
         "Api",
         "the internet can invoke `Worker`",
         {},
         {},
         {},
         {},
         after->find("Worker")},
        {Topic::grant,
         Turn::lost,
         Effect::better,
         "Worker",
         "`Worker` may no longer write `Orders`",
         {},
         {},
         {},
         {},
         before->find("Orders")},
        {Topic::cost,
         Turn::changed,
         Effect::worse,
         "",
         "cost $3.20 → $9.80 a month",
         "cost",
         "USD/month",
         Figure(3.2),
         Figure(9.8),
         {}},
        {Topic::concurrency, Turn::changed, Effect::neither, "Worker",
         "`Worker`: reserved concurrency not set → not known", "reserved concurrency", "executions", Figure(),
         Figure::not_known(), after->find("Worker")},
    };
  }

  [[nodiscard]] report::DiffInput
  input(std::optional<rules::Severity> fail_on = rules::Severity::high) const {
    return {comparison,
            before->result,
            after->result,
            "main (0123456789ab)",
            "the working tree",
            "size small",
            {"slsaudit.yaml changes too"},
            fail_on};
  }

  [[nodiscard]] std::string rendered(std::string_view format, const report::Style& style = {}) const {
    std::ostringstream out;
    report::diff_renderer(format)(input(), style, out);
    return out.str();
  }

  std::unique_ptr<test::Sample> before;
  std::unique_ptr<test::Sample> after;
  compare::Comparison comparison;
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("each format of a difference is what it was") {
  const DiffSample sample;
  test::check_golden("diff.txt", sample.rendered("text"));
  test::check_golden("diff.md", sample.rendered("markdown"));
  test::check_golden("diff.json", sample.rendered("json"));
}

TEST_CASE("formats of a difference by name") {
  for (const std::string_view format : report::diff_formats()) {
    INFO(format);
    CHECK(report::diff_renderer(format) != nullptr);
  }
  CHECK(report::diff_renderer("xml") == nullptr);
}

TEST_CASE("the SARIF of a difference is that of its new findings") {
  DiffSample sample;
  sample.comparison.fresh.resize(1);
  const auto json = nlohmann::json::parse(sample.rendered("sarif"));
  CHECK(json["runs"][0]["results"].size() == 1);
  CHECK(json["runs"][0]["results"][0]["ruleId"] == sample.comparison.fresh[0].code);
}

TEST_CASE("what fails depends on new findings alone") {
  const DiffSample sample;
  CHECK(report::fails(sample.input(rules::Severity::high)));
  CHECK_FALSE(report::fails(sample.input(std::nullopt)));
  DiffSample fixed;
  fixed.comparison.fresh.clear();
  CHECK_FALSE(report::fails(fixed.input(rules::Severity::info)));
}

TEST_CASE("a comment holds nothing that a template put there") {
  DiffSample sample;
  for (rules::Finding& finding : sample.comparison.fresh) finding.message = hostile;
  sample.comparison.fixed.front().message = hostile;
  for (compare::Change& change : sample.comparison.changes) change.text = hostile;
  const std::string text = sample.rendered("markdown");
  INFO(text);
  for (const char* part : {"<img", "@octocat", "[go](", "**bold**", "\n# head", "\n- list", "\x1b", "\r"}) {
    INFO(part);
    CHECK_FALSE(says(text, part));
  }
  // The only comment is the mark by which the next run finds this one.
  CHECK(text.starts_with("<!-- slsaudit diff -->\n"));
  CHECK(text.find("<!--", 1) == std::string::npos);
  // The table has its three columns in each row still.
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("|")) continue;
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i)
      bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1U : 0U;
    INFO(line);
    CHECK(bars == 4);
  }
}

TEST_CASE("a comment fits, however much there is to tell") {
  DiffSample sample;
  const rules::Finding one = sample.comparison.fresh.front();
  const compare::Change change = sample.comparison.changes.front();
  const auto length = static_cast<std::size_t>(GENERATE(10, 299, 300, 5000));
  std::string message;
  while (message.size() < length) message += "`a` \xE6\xBC\xA2 ";
  sample.comparison.fresh.assign(400, one);
  sample.comparison.fixed.assign(400, one);
  sample.comparison.silenced.assign(400, one);
  sample.comparison.changes.clear();
  for (std::uint8_t topic = 0; topic < 8; ++topic) {
    sample.comparison.changes.insert(sample.comparison.changes.end(), 400, change);
    for (std::size_t i = 400U * topic; i < sample.comparison.changes.size(); ++i)
      sample.comparison.changes[i].topic = static_cast<compare::Topic>(topic);
  }
  for (auto* findings : {&sample.comparison.fresh, &sample.comparison.fixed, &sample.comparison.silenced}) {
    for (rules::Finding& finding : *findings) finding.message = message;
  }
  for (compare::Change& each : sample.comparison.changes) each.text = message;
  const std::string text = sample.rendered("markdown");
  CHECK(text.size() < 65536);
  CHECK(says(text, "… and 3"));
}

TEST_CASE("secrets are masked in a difference as they are elsewhere") {
  DiffSample sample;
  sample.comparison.changes.front().text = "password: hunter2hunter2 is reached";
  for (const std::string_view format : report::diff_formats()) {
    INFO(format);
    CHECK_FALSE(says(sample.rendered(format), "hunter2hunter2"));
  }
}

TEST_CASE("colours say what is worse and what is better") {
  const DiffSample sample;
  const std::string text = sample.rendered("text", {.colour = true});
  CHECK(says(text, "\x1b[1;31m+\x1b[0m the internet can invoke"));
  CHECK(says(text, "\x1b[32m-\x1b[0m `Worker` may no longer"));
  CHECK(says(text, "  ~ `Worker`: reserved concurrency"));
  const std::string ascii = sample.rendered("text", {.ascii = true});
  CHECK(std::ranges::all_of(ascii, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  CHECK(says(ascii, "main (0123456789ab) -> the working tree"));
  const std::string quiet = sample.rendered("text", {.quiet = true});
  CHECK_FALSE(says(quiet, "new findings:"));
}
