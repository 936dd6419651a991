// SPDX-License-Identifier: Apache-2.0
#include "report/system_line.hpp"

#include "graph/boundary.hpp"
#include "report/json_parts.hpp"
#include "report/redact.hpp"
#include "report/shown.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

namespace slsaudit::report {

namespace {

void add_line(Json& json, const text::SourceMap& sources, text::Span span) {
  if (!span.valid()) return;
  json["path"] = std::string(sources.path(span.file));
  json["line"] = sources.position(span.file, span.begin).line;
}

Json offer_json(const text::SourceMap& sources, const graph::Offer& offer) {
  Json json{{"kind", graph::name(offer.kind)}, {"name", redact(offer.name)}};
  if (!offer.physical.empty()) json["physical"] = redact(offer.physical);
  if (!offer.type.empty()) json["type"] = std::string(offer.type);
  if (!offer.resource.empty()) json["resource"] = offer.resource;
  add_line(json, sources, offer.span);
  return json;
}

Json want_json(const text::SourceMap& sources, const graph::Want& want) {
  Json json{{"kind", graph::name(want.kind)}, {"name", redact(want.name)}};
  if (!want.region.empty()) json["region"] = redact(want.region);
  if (!want.account.empty()) json["account"] = redact(want.account);
  json["by"] = want.by;
  json["relation"] = std::string(want.relation);
  add_line(json, sources, want.span);
  return json;
}

/// What the root's systems offer and want together; what one takes of another stays within the root.
void add_boundary(Json& line, const audit::Audited& audited) {
  const text::SourceMap& sources = *audited.result.sources;
  std::vector<graph::Boundary> all;
  for (const graph::System& system : audited.systems) all.push_back(graph::boundary(system));
  std::set<std::pair<graph::LinkKind, std::string_view>> own;
  for (const graph::Boundary& one : all) {
    for (const graph::Offer& offer : one.offers) own.emplace(offer.kind, offer.name);
  }
  line["offers"] = Json::array();
  line["wants"] = Json::array();
  for (const graph::Boundary& one : all) {
    for (const graph::Offer& offer : one.offers) line["offers"].push_back(offer_json(sources, offer));
    for (const graph::Want& want : one.wants) {
      if (own.count({want.kind, want.name}) == 0) line["wants"].push_back(want_json(sources, want));
    }
  }
}

Json types_json(const audit::Audited& audited) {
  std::map<std::string_view, std::size_t> counts;
  for (const graph::System& system : audited.systems) {
    for (const dialect::Template& one : system.templates) {
      for (const dialect::Resource& resource : one.resources) ++counts[resource.type];
    }
  }
  Json json = Json::object();
  for (const auto& [type, count] : counts) json[redact(type)] = count;
  return json;
}

void add_findings(Json& line, const audit::Result& result) {
  const text::SourceMap& sources = *result.sources;
  for (const char* const list : {"findings", "suppressed", "baseline", "errors", "rules"})
    line[list] = Json::array();
  for (const rules::Finding& finding : result.findings)
    line["findings"].push_back(finding_json(sources, finding));
  for (const rules::SuppressedFinding& one : result.suppressed) {
    Json finding = finding_json(sources, one.finding);
    finding["suppressed"] = suppression_json(sources, one.by);
    line["suppressed"].push_back(std::move(finding));
  }
  for (const rules::Finding& finding : result.debt)
    line["baseline"].push_back(finding_json(sources, finding));
  for (const text::Problem& problem : result.errors) line["errors"].push_back(error_json(sources, problem));
  for (const std::string& failure : failure_messages(result)) line["errors"].push_back(failure_json(failure));
  for (const rules::Rule* rule : result.rules) line["rules"].push_back(rule->code);
}

} // namespace

std::string_view name(SystemOutcome outcome) {
  constexpr std::array<std::string_view, 4> names{"clean", "findings", "unusable", "incomplete"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string system_line(const SystemInput& input) {
  audit::Result nothing;
  const text::SourceMap none;
  nothing.sources = &none;
  nothing.failures = input.messages;
  const audit::Result& result = input.audited != nullptr ? input.audited->result : nothing;
  Json line{{"type", "system"},
            {"format", "slsaudit-ndjson"},
            {"format_version", format_version},
            {"tool", tool_json()},
            {"root", input.root}};
  if (!input.as_of.empty()) line["as_of"] = input.as_of;
  line["fail_on"] = input.fail_on ? name(*input.fail_on) : "never";
  line["outcome"] = name(input.outcome);
  line["exit"] = static_cast<int>(input.outcome);
  line["summary"] = summary_json(result);
  add_findings(line, result);
  const audit::Audited empty{nothing, {}};
  const audit::Audited& audited = input.audited != nullptr ? *input.audited : empty;
  line["resource_types"] = types_json(audited);
  add_boundary(line, audited);
  std::ostringstream out;
  write_json_line(line, out);
  return out.str();
}

} // namespace slsaudit::report
