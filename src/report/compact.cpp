// SPDX-License-Identifier: Apache-2.0
#include "report/escape.hpp"
#include "report/frame.hpp"
#include "report/redact.hpp"
#include "report/report.hpp"
#include "report/shown.hpp"

#include <fmt/format.h>

namespace slsaudit::report {

namespace {

std::string line(const audit::Result& result, text::Span span, std::string_view what,
                 std::string_view message) {
  return fmt::format("{}: {} {}", span.valid() ? place(*result.sources, span) : "-", what,
                     one_line(redact(message)));
}

std::string line(const audit::Result& result, const rules::Finding& finding) {
  return line(result, finding.span, fmt::format("{} {}", name(finding.severity), finding.code),
              finding.message);
}

} // namespace

void render_compact(const audit::Result& result, const Style& style, std::ostream& out) {
  for (const rules::Finding& finding : result.findings) out << line(result, finding) << '\n';
  if (style.show_suppressed) {
    for (const rules::SuppressedFinding& one : result.suppressed)
      out << line(result, one.finding) << " (" << one_line(redact(suppressed_by(result, one.by))) << ")\n";
    for (const rules::Finding& finding : result.debt) out << line(result, finding) << " (in the baseline)\n";
  }
  for (const text::Problem& problem : result.errors)
    out << line(result, problem.span, "error " + problem.name, problem.message) << '\n';
  for (const std::string& failure : failure_messages(result))
    out << line(result, {}, "error", failure) << '\n';
}

} // namespace slsaudit::report
