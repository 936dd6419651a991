// SPDX-License-Identifier: Apache-2.0
// Reports of findings in which everything that a template may choose is hostile.
#include "report/report.hpp"
#include "support/unsafe_text.hpp"
#include "unit/report/sample.hpp"

#include <sstream>

using namespace slsaudit;

namespace {

rules::Finding hostile_finding(rules::Finding finding, text::FileId file, rules::Severity severity) {
  finding.severity = severity;
  finding.message = test::hostile + " password: hunter2hunter2";
  finding.assumption = test::hostile;
  finding.world = test::hostile;
  finding.resource = test::hostile;
  finding.property = test::hostile;
  finding.fix = test::hostile + "\n\n  " + test::hostile;
  finding.span = {file, 0, 10};
  finding.evidence = {{finding.span, test::hostile}, {{}, test::hostile}, {finding.span, test::hostile}};
  return finding;
}

std::unique_ptr<test::Sample> hostile_sample() {
  auto sample = test::make_sample();
  const text::FileId file = sample->sources.add(test::hostile, test::hostile + "\n" + test::hostile);
  audit::Result& result = sample->result;
  const rules::Finding model = result.findings.front();
  result.findings.clear();
  for (const rules::Severity severity : {rules::Severity::info, rules::Severity::low, rules::Severity::medium,
                                         rules::Severity::high, rules::Severity::critical})
    result.findings.push_back(hostile_finding(model, file, severity));
  rules::SuppressedFinding suppressed{result.findings.front(), {}};
  suppressed.by.span = {file, 0, 5};
  suppressed.by.origin = test::hostile;
  suppressed.by.reason = test::hostile;
  suppressed.by.until = test::hostile;
  result.suppressed = {suppressed};
  result.debt = {result.findings.front()};
  text::Problem problem;
  problem.name = "wrong";
  problem.message = test::hostile;
  problem.span = {file, 3, 9};
  problem.help = test::hostile;
  problem.related = {{{file, 4, 5}, test::hostile}};
  result.errors = {problem};
  result.notes = {problem};
  result.failures = {test::hostile};
  result.rule_failures = {test::hostile};
  return sample;
}

} // namespace

TEST_CASE("nothing hostile is raw in any format") {
  const auto sample = hostile_sample();
  for (const std::string_view format : report::formats()) {
    for (const bool gate : {false, true}) {
      report::Style style{.verbose = true, .show_suppressed = true, .sarif_include_suppressed = true};
      if (gate) style.fail_on = rules::Severity::medium;
      style.quiet = gate;
      style.wrap = gate;
      style.sarif_category = test::hostile;
      std::ostringstream out;
      report::renderer(format)(sample->result, style, out);
      CAPTURE(format);
      CHECK(test::unsafe(std::string(format), out.str()) == "");
      CHECK(out.str().find("hunter2hunter2") == std::string::npos);
    }
  }
}

TEST_CASE("programs get hostile text back as it was") {
  const auto sample = hostile_sample();
  std::ostringstream out;
  report::render_json(sample->result, {}, out);
  const auto json = nlohmann::json::parse(out.str());
  const std::string resource = json["findings"][0]["resource"];
  CHECK(resource == test::hostile.substr(0, test::hostile.size() - 1) + "\xEF\xBF\xBD");
}

TEST_CASE("text in ASCII holds ASCII only") {
  const auto sample = hostile_sample();
  std::ostringstream out;
  report::render_text(sample->result, {.show_suppressed = true, .ascii = true, .width = 40}, out);
  bool ascii = true;
  for (const char c : out.str()) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  CHECK(ascii);
}

TEST_CASE("codes link to their pages where these are known") {
  const auto sample = test::make_sample();
  const auto text = [&](const report::Style& style) {
    std::ostringstream out;
    report::render_text(sample->result, style, out);
    return out.str();
  };
  const std::string link = "\x1b]8;;https://example.org/CON007.html\x1b\\CON007\x1b]8;;\x1b\\";
  CHECK(text({.hyperlinks = true, .docs_url = "https://example.org/CODE.html"}).find(link) !=
        std::string::npos);
  CHECK(text({.hyperlinks = true}).find('\x1b') == std::string::npos);
  CHECK(text({.docs_url = "https://example.org/CODE.html"}).find('\x1b') == std::string::npos);
}
