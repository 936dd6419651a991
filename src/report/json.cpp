// SPDX-License-Identifier: Apache-2.0
#include "report/redact.hpp"
#include "report/report.hpp"
#include "report/shown.hpp"
#include "slsaudit/version.hpp"

#include <nlohmann/json.hpp>

namespace slsaudit::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1; ///< Grows when a field changes its meaning or goes; new fields don't count.

Json position(const text::SourceMap& sources, text::FileId file, std::uint32_t offset) {
  const text::Position at = sources.position(file, offset);
  return {{"line", at.line}, {"column", at.column}, {"offset", offset}};
}

/// "path", "start" and "end", or nothing where there is no text.
void add_place(Json& object, const text::SourceMap& sources, text::Span span) {
  if (!span.valid()) return;
  object["path"] = std::string(sources.path(span.file));
  object["start"] = position(sources, span.file, span.begin);
  object["end"] = position(sources, span.file, span.end);
}

void add_unless_empty(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = redact(text);
}

Json finding_json(const text::SourceMap& sources, const rules::Finding& finding) {
  Json json{{"code", finding.code},
            {"name", finding.name},
            {"severity", name(finding.severity)},
            {"confidence", name(finding.confidence)}};
  add_unless_empty(json, "assumption", finding.assumption);
  add_unless_empty(json, "world", finding.world);
  json["message"] = redact(finding.message);
  add_place(json, sources, finding.span);
  if (!finding.resource.empty()) json["resource"] = finding.resource; // an id, however long and random
  add_unless_empty(json, "property", finding.property);
  json["dialect"] = name(finding.dialect);
  json["evidence"] = Json::array();
  for (const rules::EvidenceStep& step : finding.evidence) {
    Json hop{{"message", redact(step.message)}};
    add_place(hop, sources, step.span);
    json["evidence"].push_back(std::move(hop));
  }
  add_unless_empty(json, "fix", finding.fix);
  json["fingerprint"] = finding.fingerprint;
  return json;
}

/// Why somebody has decided to live with a finding.
Json suppression_json(const text::SourceMap& sources, const rules::Suppression& by) {
  Json json{{"by", redact(by.origin)}, {"tool", by.tool.empty() ? "slsaudit" : by.tool}};
  add_unless_empty(json, "reason", by.reason);
  add_unless_empty(json, "until", by.until);
  add_place(json, sources, by.span);
  return json;
}

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

Json error_json(const text::SourceMap& sources, const text::Problem& problem) {
  Json json{{"name", problem.name}, {"message", redact(problem.message)}};
  add_place(json, sources, problem.span);
  add_unless_empty(json, "help", problem.help);
  if (problem.related.empty()) return json;
  json["related"] = Json::array();
  for (const text::Related& related : problem.related) {
    Json place{{"message", redact(related.message)}};
    add_place(place, sources, related.span);
    json["related"].push_back(std::move(place));
  }
  return json;
}

Json summary_json(const audit::Result& result) {
  Json findings;
  for (const rules::Severity severity : severities_worst_first) {
    findings[std::string(name(severity))] = count(result, severity);
  }
  return {{"findings", std::move(findings)},
          {"suppressed", result.suppressed.size()},
          {"baseline", result.debt.size()},
          {"errors", result.errors.size() + failure_messages(result).size()},
          {"templates", result.statistics.templates},
          {"resources", result.statistics.resources}};
}

} // namespace

void render_json(const audit::Result& result, const Style&, std::ostream& out) {
  Json json{{"format", "slsaudit"}, {"format_version", format_version}};
  json["tool"] = {{"name", "slsaudit"}, {"version", version}};
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
    json["errors"].push_back({{"name", "failure"}, {"message", redact(failure)}});
  }
  json["rules"] = Json::array();
  for (const rules::Rule* rule : result.rules) json["rules"].push_back(rule->code);
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace slsaudit::report
