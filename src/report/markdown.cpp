// SPDX-License-Identifier: Apache-2.0
#include "report/escape.hpp"
#include "report/frame.hpp"
#include "report/redact.hpp"
#include "report/report.hpp"
#include "report/shown.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace slsaudit::report {

namespace {

/// A comment on GitHub holds 65,536 characters. Tables come first, so they may not use all of it.
constexpr std::size_t room_for_tables = 40'000;
constexpr std::size_t room = 60'000;
constexpr std::size_t most_steps = 12;

std::string capitalised(std::string_view word) {
  std::string text(word);
  if (!text.empty()) text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

class MarkdownReport {
public:
  MarkdownReport(const audit::Result& result, const Style& style) : result_(result), style_(style) {}

  std::string text() {
    verdict();
    errors();
    for (const rules::Severity severity : severities_worst_first) table(severity);
    details();
    if (style_.show_suppressed) set_aside();
    return std::move(text_);
  }

private:
  [[nodiscard]] std::string where(text::Span span) const {
    return span.valid() ? place(*result_.sources, span) : std::string();
  }

  [[nodiscard]] std::string code(const rules::Finding& finding) const {
    const std::string shown = markdown_code(finding.code);
    return style_.docs_url.empty() ? shown
                                   : fmt::format("[{}]({})", shown, rule_page(style_.docs_url, finding.code));
  }

  void verdict() {
    const std::size_t errors = result_.errors.size() + failure_messages(result_).size();
    const std::size_t failing =
        style_.fail_on
            ? static_cast<std::size_t>(std::ranges::count_if(
                  result_.findings,
                  [&](const rules::Finding& finding) { return finding.severity >= *style_.fail_on; }))
            : 0;
    std::string counts;
    for (const rules::Severity severity : severities_worst_first) {
      const std::size_t number = count(result_, severity);
      if (number > 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", number, name(severity));
    }
    const bool failed = failing + errors > 0;
    text_ +=
        fmt::format("### {} slsaudit: {}{}\n\n", failed ? "\xE2\x9D\x8C" : "\xE2\x9C\x85",
                    result_.findings.empty() ? "no findings" : counted(result_.findings.size(), "finding"),
                    counts.empty() ? "" : " (" + counts + ")");
    if (!style_.fail_on)
      text_ += "No finding fails this check.";
    else if (failing > 0)
      text_ += fmt::format("**Failed**: {} {} `{}` or worse.", failing, failing == 1 ? "is" : "are",
                           name(*style_.fail_on));
    else
      text_ += fmt::format("None is `{}` or worse.", name(*style_.fail_on));
    if (errors > 0) text_ += fmt::format(" **The audit is incomplete**: {}.", counted(errors, "error"));
    text_ += fmt::format(" {}, {}", counted(result_.statistics.templates, "template"),
                         counted(result_.statistics.resources, "resource"));
    if (!result_.suppressed.empty()) text_ += fmt::format("; {} suppressed", result_.suppressed.size());
    if (!result_.debt.empty()) text_ += fmt::format("; {} in the baseline", result_.debt.size());
    text_ += ".\n";
  }

  void errors() {
    if (result_.errors.empty() && failure_messages(result_).empty()) return;
    text_ += "\n#### Errors\n\n";
    std::size_t left = result_.errors.size() + failure_messages(result_).size();
    const auto item = [&](const std::string& line) {
      if (text_.size() > room_for_tables / 2) return;
      text_ += "- " + line + "\n";
      left -= 1;
    };
    for (const text::Problem& problem : result_.errors)
      item((problem.span.valid() ? markdown_code(where(problem.span)) + ": " : "") +
           markdown_prose(redact(problem.message)));
    for (const std::string& failure : failure_messages(result_)) item(markdown_prose(redact(failure)));
    if (left > 0) text_ += fmt::format("- and {} more\n", left);
  }

  void table(rules::Severity severity) {
    std::size_t left = count(result_, severity);
    if (left == 0) return;
    text_ += fmt::format("\n#### {} ({})\n\n| rule | where | what |\n|---|---|---|\n",
                         capitalised(name(severity)), left);
    for (const rules::Finding& finding : result_.findings) {
      if (finding.severity != severity) continue;
      if (text_.size() > room_for_tables) break;
      text_ += fmt::format("| {} | {} | {} |\n", code(finding), markdown_code(where(finding.span)),
                           markdown_prose(redact(finding.message)));
      left -= 1;
    }
    if (left > 0) text_ += fmt::format("| | | and {} more |\n", left);
  }

  void details() {
    std::size_t left = result_.findings.size();
    if (left == 0) return;
    text_ += "\n#### Evidence and fixes\n\n";
    for (const rules::Severity severity : severities_worst_first) {
      for (const rules::Finding& finding : result_.findings) {
        if (finding.severity != severity) continue;
        const std::string one = detail(finding);
        if (text_.size() + one.size() > room) break;
        text_ += one;
        left -= 1;
      }
    }
    if (left > 0)
      text_ +=
          fmt::format("{} more {} not shown; the other formats hold all.\n", left, left == 1 ? "is" : "are");
  }

  [[nodiscard]] std::string detail(const rules::Finding& finding) const {
    // Markdown doesn't reach into the summary: it is HTML.
    std::string text =
        fmt::format("<details><summary><code>{}</code> {}: <code>{}</code></summary>\n\n",
                    xml_text(finding.code), xml_text(finding.name), xml_text(one_line(where(finding.span))));
    text += markdown_prose(redact(finding.message)) + "\n";
    if (!finding.assumption.empty())
      text += "\nAssumed: " + markdown_prose(redact(finding.assumption)) + "\n";
    if (!finding.evidence.empty()) text += "\n";
    const std::size_t shown = std::min(finding.evidence.size(), most_steps);
    for (std::size_t i = 0; i < shown; ++i) {
      const rules::EvidenceStep& step = finding.evidence[i];
      text += fmt::format("{}. {}{}\n", i + 1, markdown_prose(redact(step.message)),
                          step.span.valid() ? " (" + markdown_code(where(step.span)) + ")" : "");
    }
    if (shown < finding.evidence.size())
      text += fmt::format("\nand {} more\n", finding.evidence.size() - shown);
    if (!finding.fix.empty()) text += fix(redact(finding.fix));
    return text + "\n</details>\n\n";
  }

  /// A fix of several lines holds an edit.
  [[nodiscard]] static std::string fix(const std::string& text) {
    const std::string trimmed = text.substr(0, text.find_last_not_of(" \n") + 1);
    if (trimmed.find('\n') == std::string::npos) return "\nFix: " + markdown_prose(trimmed) + "\n";
    return "\nFix:\n\n" + markdown_block(trimmed);
  }

  void set_aside() {
    if (result_.suppressed.empty() && result_.debt.empty()) return;
    text_ += "\n#### Suppressed or in the baseline\n\n| rule | where | what | why |\n|---|---|---|---|\n";
    for (const rules::SuppressedFinding& one : result_.suppressed)
      set_aside(one.finding, suppressed_by(result_, one.by));
    for (const rules::Finding& finding : result_.debt) set_aside(finding, "in the baseline");
  }

  void set_aside(const rules::Finding& finding, const std::string& why) {
    if (text_.size() > room) return;
    text_ += fmt::format("| {} | {} | {} | {} |\n", code(finding), markdown_code(where(finding.span)),
                         markdown_prose(redact(finding.message)), markdown_text(redact(why)));
  }

  const audit::Result& result_;
  const Style& style_;
  std::string text_;
};

} // namespace

void render_markdown(const audit::Result& result, const Style& style, std::ostream& out) {
  out << MarkdownReport(result, style).text();
}

} // namespace slsaudit::report
