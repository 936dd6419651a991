// SPDX-License-Identifier: Apache-2.0
#include "report/escape.hpp"
#include "report/frame.hpp"
#include "report/redact.hpp"
#include "report/report.hpp"
#include "report/screen.hpp"
#include "report/shown.hpp"

#include <fmt/format.h>

#include <sstream>
#include <string>

namespace slsaudit::report {

namespace {

/// Steps of evidence that are printed: more than any path has; only lists are longer.
constexpr std::size_t most_steps = 12;

std::string_view colour_of(rules::Severity severity) {
  switch (severity) {
  case rules::Severity::critical:
    return colour::magenta;
  case rules::Severity::high:
    return colour::red;
  case rules::Severity::medium:
    return colour::yellow;
  case rules::Severity::low:
    return colour::cyan;
  case rules::Severity::info:
    return colour::bold;
  }
  return {};
}

class TextReport {
public:
  TextReport(const audit::Result& result, const Style& style, std::ostream& out)
      : result_(result), style_(style), paint_(style.colour), out_(out) {}

  void print() {
    for (const rules::Finding& finding : result_.findings) style_.quiet ? brief(finding) : whole(finding);
    if (style_.show_suppressed) set_aside();
    for (const text::Problem& problem : result_.errors) error(problem);
    for (const std::string& message : failure_messages(result_)) {
      out_ << paint_(colour::red, "error") << ": " << shown(message) << '\n' << (style_.quiet ? "" : "\n");
    }
    if (style_.verbose) {
      for (const text::Problem& note : result_.notes) out_ << line_of(note, "note") << '\n';
      if (!result_.notes.empty() && !style_.quiet) out_ << '\n';
    }
    if (style_.quiet || !style_.summary) return;
    if (!style_.verbose) left_out();
    summary();
  }

private:
  [[nodiscard]] static std::string shown(std::string_view text) { return printable(redact(text)); }
  [[nodiscard]] std::string place_or_file(text::Span span) const {
    return span.valid() ? place(*result_.sources, span) : "-";
  }

  /// What a clean report would be mistaken about: services that the rules about AWS don't judge.
  void left_out() {
    constexpr std::size_t most_services = 3;
    std::size_t services = 0;
    for (const text::Problem& note : result_.notes) {
      if (note.name != "other-provider") continue;
      if (++services <= most_services) out_ << line_of(note, "note") << '\n';
    }
    if (services > most_services)
      out_ << "note: " << counted(services - most_services, "more service")
           << " for other providers; --verbose lists them\n";
    if (services > 0) out_ << '\n';
  }

  /// A code that is a link to its rule's page, on terminals that have links (OSC 8).
  [[nodiscard]] std::string linked(const std::string& code) const {
    const std::string page = style_.hyperlinks ? rule_page(style_.docs_url, code) : std::string();
    return page.empty() ? code : "\x1b]8;;" + page + "\x1b\\" + code + "\x1b]8;;\x1b\\";
  }

  /// A line of prose that begins after `column` cells, wrapped where that is wanted.
  [[nodiscard]] std::string fitted(const std::string& line, std::size_t column,
                                   const std::string& indentation) const {
    return style_.wrap ? wrapped(line, column, indentation, style_.width) : line;
  }

  /// What is suppressed or known to the baseline: one line each, and what silences it.
  void set_aside() {
    for (const rules::SuppressedFinding& one : result_.suppressed) {
      brief(one.finding);
      out_ << "    = " << shown(suppressed_by(result_, one.by)) << '\n';
    }
    for (const rules::Finding& finding : result_.debt) {
      brief(finding);
      out_ << "    = in the baseline\n";
    }
    if (!style_.quiet && result_.suppressed.size() + result_.debt.size() > 0) out_ << '\n';
  }

  void brief(const rules::Finding& finding) {
    out_ << place_or_file(finding.span) << ": " << paint_(colour_of(finding.severity), name(finding.severity))
         << ' ' << linked(finding.code) << ' ' << finding.name << ": " << one_line(redact(finding.message))
         << '\n';
  }

  void whole(const rules::Finding& finding) {
    const std::size_t heading = name(finding.severity).size() + finding.code.size() + finding.name.size() +
                                std::string_view("  : ").size();
    out_ << paint_(colour_of(finding.severity), name(finding.severity)) << ' '
         << paint_(colour::bold, linked(finding.code)) << ' ' << finding.name << ": "
         << paint_(colour::bold, fitted(one_line(redact(finding.message)), heading, "    ")) << '\n';
    print_frame(
        *result_.sources, finding.span,
        {.width = style_.width, .hide_value = points_at_secret(finding), .ascii = style_.ascii, .margin = 3},
        paint_, out_);
    if (!finding.evidence.empty()) path(finding);
    if (!finding.assumption.empty()) remark("assumed", finding.assumption);
    if (!finding.fix.empty()) remark("fix", finding.fix);
    remark("help", "slsaudit explain " + finding.code);
    out_ << '\n';
  }

  void path(const rules::Finding& finding) {
    out_ << "    = " << paint_(colour::bold, "path") << ":\n";
    std::size_t widest = 0;
    for (const auto& step : finding.evidence) {
      if (step.span.valid()) widest = std::max(widest, place(*result_.sources, step.span).size());
    }
    const std::size_t printed = std::min(finding.evidence.size(), most_steps);
    for (std::size_t i = 0; i < printed; ++i) {
      const rules::EvidenceStep& step = finding.evidence[i];
      const std::string at = step.span.valid() ? place(*result_.sources, step.span) : "";
      const std::string lead = fmt::format("      {}. {:<{}}  ", i + 1, at, widest);
      out_ << lead << fitted(shown(step.message), lead.size(), std::string(9, ' ')) << '\n';
    }
    if (printed < finding.evidence.size()) {
      out_ << fmt::format("      … and {} more; JSON and SARIF hold all\n",
                          finding.evidence.size() - printed);
    }
  }

  /// "    = word: text", further lines below the text's beginning.
  void remark(std::string_view word, std::string_view text) {
    const std::string lines = shown(text);
    out_ << "    = " << paint_(word == "fix" ? colour::green : colour::bold, word) << ": ";
    const std::string indentation(word.size() + 8, ' ');
    for (std::size_t begin = 0; begin < lines.size();) {
      const std::size_t end = std::min(lines.find('\n', begin), lines.size());
      const bool blank = end == begin;
      out_ << (begin == 0 || blank ? "" : indentation)
           << fitted(lines.substr(begin, end - begin), indentation.size(), indentation) << '\n';
      begin = end + 1;
    }
    if (lines.empty()) out_ << '\n';
  }

  [[nodiscard]] std::string line_of(const text::Problem& problem, std::string_view level) const {
    return place_or_file(problem.span) + ": " + std::string(level) + ": " + one_line(redact(problem.message));
  }

  void error(const text::Problem& problem) {
    if (style_.quiet) {
      out_ << line_of(problem, paint_(colour::red, "error")) << '\n';
      return;
    }
    out_ << paint_(colour::red, "error") << ": " << paint_(colour::bold, shown(problem.message)) << '\n';
    print_frame(*result_.sources, problem.span, {.width = style_.width, .ascii = style_.ascii, .margin = 3},
                paint_, out_);
    for (const text::Related& related : problem.related) {
      remark("note",
             (related.span.valid() ? place(*result_.sources, related.span) + ": " : "") + related.message);
    }
    if (!problem.help.empty()) remark("help", problem.help);
    out_ << '\n';
  }

  void summary() {
    std::string text = result_.findings.empty() ? "no findings" : counted(result_.findings.size(), "finding");
    std::string separator = ": ";
    for (const rules::Severity severity : severities_worst_first) {
      const std::size_t number = count(result_, severity);
      if (number == 0) continue;
      text += separator + paint_(colour_of(severity), fmt::format("{} {}", number, name(severity)));
      separator = ", ";
    }
    if (!result_.suppressed.empty()) text += fmt::format("; {} suppressed", result_.suppressed.size());
    if (!result_.debt.empty()) text += fmt::format("; {} in the baseline", result_.debt.size());
    const std::size_t errors = result_.errors.size() + failure_messages(result_).size();
    if (errors > 0) text += "; " + paint_(colour::red, counted(errors, "error"));
    const audit::Statistics& statistics = result_.statistics;
    text += fmt::format("; {}, {}, ", counted(statistics.templates, "template"),
                        counted(statistics.resources, "resource"));
    text += statistics.seconds < 1 ? fmt::format("{:.0f} ms", statistics.seconds * 1000)
                                   : fmt::format("{:.1f} s", statistics.seconds);
    out_ << text << '\n';
  }

  const audit::Result& result_;
  const Style& style_;
  Paint paint_;
  std::ostream& out_;
};

} // namespace

void render_text(const audit::Result& result, const Style& style, std::ostream& out) {
  if (!style.ascii) return TextReport(result, style, out).print();
  std::ostringstream text;
  TextReport(result, style, text).print();
  out << ascii_text(text.str());
}

} // namespace slsaudit::report
