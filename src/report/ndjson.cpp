// SPDX-License-Identifier: Apache-2.0
#include "report/json_parts.hpp"
#include "report/report.hpp"
#include "report/shown.hpp"

namespace slsaudit::report {

namespace {

/// The same object, with its type first.
void write_line(std::string_view type, const Json& fields, std::ostream& out) {
  Json json{{"type", type}};
  json.update(fields);
  write_json_line(json, out);
}

} // namespace

void render_ndjson(const audit::Result& result, const Style&, std::ostream& out) {
  for (const rules::Finding& finding : result.findings)
    write_line("finding", finding_json(*result.sources, finding), out);
  for (const rules::SuppressedFinding& one : result.suppressed) {
    Json fields = finding_json(*result.sources, one.finding);
    fields["suppressed"] = suppression_json(*result.sources, one.by);
    write_line("suppressed", fields, out);
  }
  for (const rules::Finding& finding : result.debt)
    write_line("baseline", finding_json(*result.sources, finding), out);
  for (const text::Problem& problem : result.errors)
    write_line("error", error_json(*result.sources, problem), out);
  for (const std::string& failure : failure_messages(result)) write_line("error", failure_json(failure), out);
  Json rules = Json::array();
  for (const rules::Rule* rule : result.rules) rules.push_back(rule->code);
  write_line("summary",
             {{"format", "slsaudit-ndjson"},
              {"format_version", format_version},
              {"tool", tool_json()},
              {"summary", summary_json(result)},
              {"rules", std::move(rules)}},
             out);
}

} // namespace slsaudit::report
