// SPDX-License-Identifier: Apache-2.0
#include "report/escape.hpp"
#include "report/frame.hpp"
#include "report/redact.hpp"
#include "report/report.hpp"
#include "report/shown.hpp"

#include <fmt/format.h>

#include <map>

namespace slsaudit::report {

namespace {

/// One test case, and what it counts as.
struct Case {
  enum class Kind { passed, failure, error, skipped };
  Kind kind = Kind::passed;
  std::string xml;
};

class JunitReport {
public:
  JunitReport(const audit::Result& result, const Style& style) : result_(result), style_(style) {
    for (const text::Problem& problem : result.errors) add(problem);
    for (const std::string& failure : failure_messages(result))
      suites_["slsaudit"].push_back({Case::Kind::error, error_xml("slsaudit", {}, "failure", failure)});
    for (const rules::Finding& finding : result.findings) add(finding);
    for (const rules::SuppressedFinding& one : result.suppressed)
      add_skipped(one.finding, suppressed_by(result, one.by));
    for (const rules::Finding& finding : result.debt) add_skipped(finding, "in the baseline");
    // Readers of test reports take one without any test for a broken one.
    if (suites_.empty())
      suites_["slsaudit"].push_back(
          {Case::Kind::passed, "    <testcase name=\"no findings\" classname=\"slsaudit\" time=\"0\"/>\n"});
  }

  void print(std::ostream& out) const {
    std::vector<Case> all;
    for (const auto& [name, cases] : suites_) all.insert(all.end(), cases.begin(), cases.end());
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"slsaudit\"" << counts(all)
        << ">\n";
    for (const auto& [name, cases] : suites_) {
      out << "  <testsuite name=\"" << xml_attribute(name) << '"' << counts(cases) << ">\n";
      for (const Case& one : cases) out << one.xml;
      out << "  </testsuite>\n";
    }
    out << "</testsuites>\n";
  }

private:
  [[nodiscard]] static std::string counts(const std::vector<Case>& cases) {
    std::array<std::size_t, 4> number{};
    for (const Case& one : cases) number[static_cast<std::size_t>(one.kind)] += 1;
    return fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"", cases.size(),
                       number[1], number[2], number[3]);
  }

  [[nodiscard]] std::string file_of(const rules::Finding& finding) const {
    const text::FileId file = finding.span.valid() ? finding.span.file : finding.template_file;
    return file.valid() ? std::string(result_.sources->path(file)) : "slsaudit";
  }

  /// `file` and `line` are no part of the oldest readers' vocabulary, but those link by them that know them.
  [[nodiscard]] std::string open(const std::string& suite, text::Span span, const std::string& name) const {
    std::string xml = fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"0\"",
                                  xml_attribute(name), xml_attribute(suite));
    if (span.valid())
      xml += fmt::format(" file=\"{}\" line=\"{}\"", xml_attribute(suite),
                         result_.sources->position(span.file, span.begin).line);
    return xml + ">\n";
  }

  [[nodiscard]] std::string where(text::Span span) const {
    return span.valid() ? place(*result_.sources, span) : "";
  }

  /// Place, evidence and fix as lines.
  [[nodiscard]] std::string story(const rules::Finding& finding) const {
    std::string text = where(finding.span);
    if (!finding.assumption.empty()) text += "\nassumed: " + redact(finding.assumption);
    for (const rules::EvidenceStep& step : finding.evidence)
      text += "\n- " + (step.span.valid() ? where(step.span) + ": " : "") + redact(step.message);
    if (!finding.fix.empty()) text += "\nfix: " + redact(finding.fix);
    return xml_text(text);
  }

  [[nodiscard]] static std::string title(const rules::Finding& finding) {
    return fmt::format("{} {}: {}", finding.code, finding.name, redact(finding.message));
  }

  void add(const rules::Finding& finding) {
    const std::string suite = file_of(finding);
    std::string xml = open(suite, finding.span, title(finding));
    const bool fails = style_.fail_on && finding.severity >= *style_.fail_on;
    if (fails)
      xml += fmt::format("      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
                         xml_attribute(redact(finding.message)), name(finding.severity), story(finding));
    else
      xml += fmt::format("      <system-out>{}: {}\n{}</system-out>\n", name(finding.severity),
                         xml_text(redact(finding.message)), story(finding));
    suites_[suite].push_back({fails ? Case::Kind::failure : Case::Kind::passed, xml + "    </testcase>\n"});
  }

  void add_skipped(const rules::Finding& finding, const std::string& why) {
    const std::string suite = file_of(finding);
    suites_[suite].push_back({Case::Kind::skipped, open(suite, finding.span, title(finding)) +
                                                       fmt::format("      <skipped message=\"{}\"/>\n",
                                                                   xml_attribute(redact(why))) +
                                                       "    </testcase>\n"});
  }

  void add(const text::Problem& problem) {
    const std::string suite =
        problem.span.valid() ? std::string(result_.sources->path(problem.span.file)) : "slsaudit";
    suites_[suite].push_back(
        {Case::Kind::error, error_xml(suite, problem.span, problem.name, problem.message)});
  }

  [[nodiscard]] std::string error_xml(const std::string& suite, text::Span span, const std::string& type,
                                      const std::string& message) const {
    return open(suite, span, redact(message)) +
           fmt::format("      <error message=\"{}\" type=\"{}\">{}</error>\n", xml_attribute(redact(message)),
                       xml_attribute(type), xml_text(where(span))) +
           "    </testcase>\n";
  }

  const audit::Result& result_;
  const Style& style_;
  std::map<std::string, std::vector<Case>> suites_; ///< By file.
};

} // namespace

void render_junit(const audit::Result& result, const Style& style, std::ostream& out) {
  JunitReport(result, style).print(out);
}

} // namespace slsaudit::report
