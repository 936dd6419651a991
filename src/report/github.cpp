// SPDX-License-Identifier: Apache-2.0
#include "report/escape.hpp"
#include "report/redact.hpp"
#include "report/report.hpp"
#include "report/shown.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace slsaudit::report {

namespace {

std::string_view command(rules::Severity severity) {
  if (severity >= rules::Severity::high) return "error";
  return severity == rules::Severity::medium ? "warning" : "notice";
}

/// "file=…,line=…,…," or nothing. Columns may be told of a single line only.
std::string place_properties(const audit::Result& result, text::Span span) {
  if (!span.valid()) return {};
  const text::Position begin = result.sources->position(span.file, span.begin);
  const text::Position end = result.sources->position(span.file, span.end);
  std::string text = fmt::format("file={},line={},endLine={},",
                                 workflow_property(result.sources->path(span.file)), begin.line, end.line);
  if (begin.line == end.line)
    text += fmt::format("col={},endColumn={},", begin.column, std::max(end.column, begin.column));
  return text;
}

void write(std::string_view command, const std::string& place, std::string_view title,
           const std::string& message, std::ostream& out) {
  out << fmt::format("::{} {}title={}::{}\n", command, place, workflow_property(title),
                     workflow_message(redact(message)));
}

void write(const audit::Result& result, const rules::Finding& finding, std::ostream& out) {
  std::string message = finding.message;
  if (!finding.assumption.empty()) message += "\nassumed: " + finding.assumption;
  if (!finding.fix.empty()) message += "\nfix: " + finding.fix;
  write(command(finding.severity), place_properties(result, finding.span),
        fmt::format("{} {} ({})", finding.code, finding.name, name(finding.severity)), message, out);
}

} // namespace

/// The worst first: of each kind, GitHub shows the first ten of a step only.
void render_github(const audit::Result& result, const Style&, std::ostream& out) {
  for (const text::Problem& problem : result.errors)
    write("error", place_properties(result, problem.span), "slsaudit: " + problem.name, problem.message, out);
  for (const std::string& failure : failure_messages(result)) write("error", {}, "slsaudit", failure, out);
  for (const rules::Severity severity : severities_worst_first) {
    for (const rules::Finding& finding : result.findings) {
      if (finding.severity == severity) write(result, finding, out);
    }
  }
}

} // namespace slsaudit::report
