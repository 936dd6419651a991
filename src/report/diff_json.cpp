// SPDX-License-Identifier: Apache-2.0
#include "report/diff.hpp"
#include "report/json_parts.hpp"
#include "report/redact.hpp"
#include "report/shown.hpp"

namespace slsaudit::report {

namespace {

constexpr int diff_format_version = 1; ///< Grows when a field changes its meaning or goes.

Json side_json(const std::string& label, const audit::Result& result) {
  Json json{{"name", redact(label)},
            {"templates", result.statistics.templates},
            {"resources", result.statistics.resources},
            {"findings", result.findings.size()},
            {"errors", Json::array()}};
  for (const text::Problem& problem : result.errors)
    json["errors"].push_back(error_json(*result.sources, problem));
  for (const std::string& failure : failure_messages(result)) json["errors"].push_back(failure_json(failure));
  return json;
}

/// A number, a word, null where nothing is set, {"unknown": true} where it isn't known.
Json figure_json(const compare::Figure& figure) {
  using Kind = compare::Figure::Kind;
  switch (figure.kind) {
  case Kind::none:
    return {};
  case Kind::unknown:
    return {{"unknown", true}};
  case Kind::number:
    return figure.number;
  case Kind::word:
    return redact(figure.word);
  }
  return {};
}

Json change_json(const DiffInput& input, const compare::Change& change) {
  Json json{{"topic", name(change.topic)}, {"change", name(change.turn)}, {"effect", name(change.effect)}};
  if (!change.subject.empty()) json["subject"] = redact(change.subject);
  json["text"] = redact(change.text);
  if (!change.measure.empty()) {
    json["measure"] = redact(change.measure);
    if (!change.unit.empty()) json["unit"] = change.unit;
    json["before"] = figure_json(change.before);
    json["after"] = figure_json(change.after);
  }
  const bool lost = change.turn == compare::Turn::lost;
  add_place(json, lost ? *input.before.sources : *input.after.sources, change.span);
  return json;
}

Json findings_json(const audit::Result& side, const std::vector<rules::Finding>& findings) {
  Json json = Json::array();
  for (const rules::Finding& finding : findings) json.push_back(finding_json(*side.sources, finding));
  return json;
}

Json summary(const DiffInput& input) {
  Json fresh;
  const audit::Result result = fresh_result(input);
  for (const rules::Severity severity : severities_worst_first)
    fresh[std::string(name(severity))] = count(result, severity);
  return {{"new", std::move(fresh)},
          {"fixed", input.comparison.fixed.size()},
          {"suppressed", input.comparison.silenced.size()},
          {"unchanged", input.comparison.unchanged.size()},
          {"changes", input.comparison.changes.size()},
          {"fails", fails(input)}};
}

} // namespace

void render_diff_json(const DiffInput& input, const Style&, std::ostream& out) {
  Json json{{"format", "slsaudit-diff"}, {"format_version", diff_format_version}, {"tool", tool_json()}};
  json["before"] = side_json(input.before_label, input.before);
  json["after"] = side_json(input.after_label, input.after);
  json["load"] = redact(input.load);
  json["notes"] = Json::array();
  for (const std::string& note : input.notes) json["notes"].push_back(redact(note));
  json["summary"] = summary(input);
  json["new"] = findings_json(input.after, input.comparison.fresh);
  json["fixed"] = findings_json(input.before, input.comparison.fixed);
  json["suppressed"] = findings_json(input.before, input.comparison.silenced);
  json["unchanged"] = findings_json(input.after, input.comparison.unchanged);
  json["architecture"] = Json::array();
  for (const compare::Change& change : input.comparison.changes)
    json["architecture"].push_back(change_json(input, change));
  json["rules"] = Json::array();
  for (const rules::Rule* rule : input.after.rules) json["rules"].push_back(rule->code);
  write_json(json, out);
}

} // namespace slsaudit::report
