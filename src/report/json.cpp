// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"
#include "report/json_shapes.hpp"
#include "report/report.hpp"
#include "report/shown.hpp"

namespace slsaudit::report {

void render_json(const audit::Result& result, const Style& style, std::ostream& out) {
  const text::SourceMap& sources = *result.sources;
  const auto finding = [&](const rules::Finding& one) { return finding_json(sources, one); };
  JsonDocument document(out, style.jobs);
  document.member("format", "slsaudit");
  document.member("format_version", format_version);
  document.member("tool", tool_json());
  document.member("summary", summary_json(result));
  document.begin_list("findings");
  document.add_items(result.findings.size(), [&](JsonDocument& part, std::size_t i) {
    part.begin_object();
    tell_finding(part, sources, result.findings[i]);
    part.end();
  });
  document.end();
  document.list("suppressed", result.suppressed, [&](const rules::SuppressedFinding& one) {
    Json json = finding(one.finding);
    json["suppressed"] = suppression_json(sources, one.by);
    return json;
  });
  document.list("baseline", result.debt, finding);
  document.begin_list("errors");
  for (const text::Problem& problem : result.errors) document.add_item(error_json(sources, problem));
  for (const std::string& failure : failure_messages(result)) document.add_item(failure_json(failure));
  document.end();
  document.list("rules", result.rules, [](const rules::Rule* rule) { return Json(rule->code); });
  document.finish();
}

} // namespace slsaudit::report
