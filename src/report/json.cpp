// SPDX-License-Identifier: Apache-2.0
#include "report/json_parts.hpp"
#include "report/report.hpp"
#include "report/shown.hpp"

namespace slsaudit::report {

namespace {

/// Findings that aren't judged.
void add_set_aside(Json& json, const audit::Result& result) {
  json["suppressed"] = Json::array();
  for (const rules::SuppressedFinding& one : result.suppressed) {
    Json finding = finding_json(*result.sources, one.finding);
    finding["suppressed"] = suppression_json(*result.sources, one.by);
    json["suppressed"].push_back(std::move(finding));
  }
  json["baseline"] = Json::array();
  for (const rules::Finding& finding : result.debt)
    json["baseline"].push_back(finding_json(*result.sources, finding));
}

} // namespace

void render_json(const audit::Result& result, const Style&, std::ostream& out) {
  Json json{{"format", "slsaudit"}, {"format_version", format_version}};
  json["tool"] = tool_json();
  json["summary"] = summary_json(result);
  json["findings"] = Json::array();
  for (const rules::Finding& finding : result.findings) {
    json["findings"].push_back(finding_json(*result.sources, finding));
  }
  add_set_aside(json, result);
  json["errors"] = Json::array();
  for (const text::Problem& problem : result.errors)
    json["errors"].push_back(error_json(*result.sources, problem));
  for (const std::string& failure : failure_messages(result)) {
    json["errors"].push_back(failure_json(failure));
  }
  json["rules"] = Json::array();
  for (const rules::Rule* rule : result.rules) json["rules"].push_back(rule->code);
  write_json(json, out);
}

} // namespace slsaudit::report
