// SPDX-License-Identifier: Apache-2.0
#include "report/escape.hpp"
#include "report/redact.hpp"
#include "report/report.hpp"
#include "report/shown.hpp"

#include <array>

namespace slsaudit::report {

namespace {

constexpr std::array<std::string_view, 15> columns{
    "status",   "severity", "confidence", "code",       "name", "path",        "line",  "column",
    "resource", "property", "message",    "assumption", "fix",  "fingerprint", "reason"};
using Row = std::array<std::string, columns.size()>;

void write(const Row& row, std::ostream& out) {
  std::string_view separator;
  for (const std::string& cell : row) {
    out << separator << csv_field(cell);
    separator = ",";
  }
  out << "\r\n";
}

void add_place(Row& row, const audit::Result& result, text::Span span) {
  if (!span.valid()) return;
  const text::Position at = result.sources->position(span.file, span.begin);
  row[5] = std::string(result.sources->path(span.file));
  row[6] = std::to_string(at.line);
  row[7] = std::to_string(at.column);
}

void write(const audit::Result& result, const rules::Finding& finding, std::string_view status,
           const std::string& reason, std::ostream& out) {
  Row row{std::string(status),
          std::string(name(finding.severity)),
          std::string(name(finding.confidence)),
          finding.code,
          finding.name,
          "",
          "",
          "",
          finding.resource,
          finding.property,
          redact(finding.message),
          redact(finding.assumption),
          redact(finding.fix),
          finding.fingerprint,
          redact(reason)};
  add_place(row, result, finding.span);
  write(row, out);
}

void write_error(const audit::Result& result, text::Span span, const std::string& name,
                 const std::string& message, std::ostream& out) {
  Row row{"error", "", "", "", name, "", "", "", "", "", redact(message)};
  add_place(row, result, span);
  write(row, out);
}

} // namespace

void render_csv(const audit::Result& result, const Style& style, std::ostream& out) {
  Row header;
  for (std::size_t i = 0; i < columns.size(); ++i) header[i] = std::string(columns[i]);
  write(header, out);
  for (const rules::Finding& finding : result.findings) write(result, finding, "open", "", out);
  if (style.show_suppressed) {
    for (const rules::SuppressedFinding& one : result.suppressed)
      write(result, one.finding, "suppressed", suppressed_by(result, one.by), out);
    for (const rules::Finding& finding : result.debt) write(result, finding, "baseline", "", out);
  }
  for (const text::Problem& problem : result.errors)
    write_error(result, problem.span, problem.name, problem.message, out);
  for (const std::string& failure : failure_messages(result))
    write_error(result, {}, "failure", failure, out);
}

} // namespace slsaudit::report
