// SPDX-License-Identifier: Apache-2.0
#include "parallel/workers.hpp"
#include "report/escape.hpp"
#include "report/json_document.hpp"
#include "report/line_hash.hpp"
#include "report/redact.hpp"
#include "report/report.hpp"
#include "report/sarif_rules.hpp"
#include "report/screen.hpp"
#include "report/shown.hpp"
#include "slsaudit/version.hpp"

#include <algorithm>
#include <map>

namespace slsaudit::report {

namespace {

constexpr const char* schema = "https://json.schemastore.org/sarif-2.1.0.json";

std::string shown_sentence(std::string_view text) {
  return sentence(sarif_text(redact(text)));
}

class SarifReport {
public:
  SarifReport(const audit::Result& result, const Style& style)
      : result_(result), style_(style), sources_(*result.sources) {
    for (std::size_t i = 0; i < result.rules.size(); ++i) rule_indices_.emplace(result.rules[i]->code, i);
    hash_lines();
  }

  /// Result by result: all of them would take several times the room of their text.
  void print(std::ostream& out) {
    JsonDocument document(out, style_.jobs);
    document.member("$schema", schema);
    document.member("version", "2.1.0");
    document.begin_list("runs");
    document.begin_object();
    document.member("tool", {{"driver", driver()}});
    // Code scanning takes what stands before the last slash for the category, and the rest for the run.
    if (!style_.sarif_category.empty())
      document.member("automationDetails", {{"id", printable(style_.sarif_category) + "/"}});
    document.member("invocations", Json::array({invocation()}));
    document.member(
        "originalUriBaseIds",
        {{"%SRCROOT%", {{"description", {{"text", "The directory that the audit was started in."}}}}}});
    document.member("columnKind", "utf16CodeUnits");
    document.begin_list("results");
    document.add_items(result_.findings.size(), [&](JsonDocument& part, std::size_t i) {
      part.add_item(result_json(result_.findings[i]));
    });
    if (style_.sarif_include_suppressed) add_set_aside(document);
    document.end(); // results
    document.end(); // the run
    document.end(); // runs
    document.finish();
  }

private:
  Json driver() {
    Json json{{"name", "slsaudit"}, {"version", version}, {"semanticVersion", version}};
    if (!std::string_view(homepage).empty()) json["informationUri"] = homepage;
    json["rules"] = Json::array();
    for (const rules::Rule* rule : result_.rules) json["rules"].push_back(sarif_rule(*rule));
    return json;
  }

  /// Viewers that don't know suppressions (GitHub among them) show these as open, so they must be asked for.
  void add_set_aside(JsonDocument& results) {
    for (const rules::SuppressedFinding& one : result_.suppressed) {
      Json suppression{{"kind", one.by.configured ? "external" : "inSource"}};
      std::string why = one.by.origin;
      if (!one.by.reason.empty()) why += ": " + one.by.reason;
      if (!one.by.until.empty()) why += "; until " + one.by.until;
      suppression["justification"] = sarif_text(redact(why));
      if (one.by.span.valid()) suppression["location"] = location(one.by.span);
      Json result = result_json(one.finding);
      result["suppressions"] = Json::array({std::move(suppression)});
      results.add_item(result);
    }
    for (const rules::Finding& finding : result_.debt) {
      Json result = result_json(finding);
      result["baselineState"] = "unchanged";
      result["suppressions"] = Json::array({{{"kind", "external"}, {"justification", "in the baseline"}}});
      results.add_item(result);
    }
  }

  /// Inputs that couldn't be read are no results: they tell that the audit isn't complete.
  Json invocation() {
    Json json{{"executionSuccessful", result_.errors.empty() && failure_messages(result_).empty()}};
    json["toolExecutionNotifications"] = Json::array();
    for (const text::Problem& problem : result_.errors) {
      Json notification{{"level", "error"}, {"message", {{"text", shown_sentence(problem.message)}}}};
      if (problem.span.valid()) notification["locations"] = Json::array({location(problem.span)});
      json["toolExecutionNotifications"].push_back(std::move(notification));
    }
    for (const std::string& failure : failure_messages(result_)) {
      json["toolExecutionNotifications"].push_back(
          {{"level", "error"}, {"message", {{"text", shown_sentence(failure)}}}});
    }
    return json;
  }

  Json physical_location(text::Span span) {
    const text::Position begin = sources_.position(span.file, span.begin);
    const text::Position end = sources_.position(span.file, span.end);
    Json artifact;
    const std::string_view path = sources_.path(span.file);
    if (path.starts_with('/')) {
      artifact = {{"uri", "file://" + uri_path(path)}};
    } else {
      artifact = {{"uri", uri_path(path)}, {"uriBaseId", "%SRCROOT%"}};
    }
    return {{"artifactLocation", std::move(artifact)},
            {"region",
             {{"startLine", begin.line},
              {"startColumn", begin.utf16_column},
              {"endLine", end.line},
              {"endColumn", end.utf16_column}}}};
  }

  Json location(text::Span span) { return {{"physicalLocation", physical_location(span)}}; }

  Json step_location(const rules::EvidenceStep& step) {
    Json json = location(step.span);
    json["message"] = {{"text", shown_sentence(step.message)}};
    return json;
  }

  /// Hops that stand nowhere (a platform's default) are told in the message of the one before, if there is
  /// one.
  std::vector<rules::EvidenceStep> placed_steps(const rules::Finding& finding) {
    std::vector<rules::EvidenceStep> steps;
    for (const rules::EvidenceStep& step : finding.evidence) {
      if (step.span.valid())
        steps.push_back(step);
      else if (!steps.empty())
        steps.back().message += "; " + step.message;
    }
    return steps;
  }

  std::string message(const rules::Finding& finding) {
    std::string text = shown_sentence(finding.message);
    if (!finding.assumption.empty()) text += " Assumed: " + shown_sentence(finding.assumption);
    return text;
  }

  Json result_json(const rules::Finding& finding) {
    Json json{{"ruleId", finding.code}};
    const auto index = rule_indices_.find(finding.code);
    if (index != rule_indices_.end()) json["ruleIndex"] = index->second;
    json["level"] = sarif_level(finding.severity);
    json["message"] = {{"text", message(finding)}};
    json["locations"] = Json::array();
    if (finding.span.valid()) json["locations"].push_back(primary_location(finding));
    add_steps(json, finding);
    json["partialFingerprints"] = fingerprints(finding);
    json["properties"] = properties(finding);
    return json;
  }

  Json primary_location(const rules::Finding& finding) {
    Json json = location(finding.span);
    if (finding.resource.empty()) return json;
    const std::string full = finding.resource + (finding.property.empty() ? "" : "." + finding.property);
    json["logicalLocations"] = Json::array({{{"name", printable(finding.resource)},
                                             {"fullyQualifiedName", printable(full)},
                                             {"kind", "resource"}}});
    return json;
  }

  void add_steps(Json& json, const rules::Finding& finding) {
    const auto steps = placed_steps(finding);
    if (steps.empty()) return;
    json["relatedLocations"] = Json::array();
    Json hops = Json::array();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      Json hop = step_location(steps[i]);
      hops.push_back({{"location", hop}});
      Json related{{"id", i + 1}};
      related.update(hop);
      json["relatedLocations"].push_back(std::move(related));
    }
    if (steps.size() < 2) return; // one place is no path
    json["codeFlows"] = Json::array({{{"threadFlows", Json::array({{{"locations", std::move(hops)}}})}}});
  }

  Json fingerprints(const rules::Finding& finding) {
    Json json;
    if (finding.span.valid()) json["primaryLocationLineHash"] = line_hash(finding.span);
    if (!finding.fingerprint.empty()) json["slsaudit/v1"] = finding.fingerprint;
    return json;
  }

  /// Of all files that results stand in.
  void hash_lines() {
    const auto want = [&](const rules::Finding& finding) {
      if (finding.span.valid()) hashes_.try_emplace(finding.span.file);
    };
    std::ranges::for_each(result_.findings, want);
    if (style_.sarif_include_suppressed) {
      for (const rules::SuppressedFinding& one : result_.suppressed) want(one.finding);
      std::ranges::for_each(result_.debt, want);
    }
    std::vector<text::FileId> files;
    for (const auto& [file, hashes] : hashes_) files.push_back(file);
    parallel::Workers workers(style_.jobs);
    workers.each(files.size(), [&](std::size_t i) {
      hashes_.find(files[i])->second = line_hashes(sources_.text(files[i]));
    });
  }

  [[nodiscard]] std::string line_hash(text::Span span) const {
    const std::vector<std::string>& hashes = hashes_.find(span.file)->second;
    const std::size_t line = sources_.position(span.file, span.begin).line - 1;
    return line < hashes.size() ? hashes[line] : hashes.back();
  }

  static Json properties(const rules::Finding& finding) {
    Json json{{"severity", name(finding.severity)}, {"confidence", name(finding.confidence)}};
    if (!finding.fix.empty()) json["fix"] = printable(redact(finding.fix));
    return json;
  }

  const audit::Result& result_;
  const Style& style_;
  const text::SourceMap& sources_;
  std::map<std::string_view, std::size_t> rule_indices_;
  std::map<text::FileId, std::vector<std::string>> hashes_;
};

} // namespace

void render_sarif(const audit::Result& result, const Style& style, std::ostream& out) {
  SarifReport(result, style).print(out);
}

} // namespace slsaudit::report
