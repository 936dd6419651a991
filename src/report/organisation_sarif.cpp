// SPDX-License-Identifier: Apache-2.0
// The organisation as one SARIF log. Code scanning refuses a file in which two runs of a tool have one
// category, and one with more than twenty runs: each system is a run with a category of its own as long as
// there are no more than that; else all are one run.
#include "report/escape.hpp"
#include "report/json_document.hpp"
#include "report/organisation.hpp"
#include "report/sarif_rules.hpp"
#include "report/screen.hpp"
#include "rules/engine.hpp"
#include "slsaudit/version.hpp"

#include <map>
#include <span>
#include <utility>

namespace slsaudit::report {

namespace {

constexpr std::size_t most_runs = 20;

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Json location_of(const Json& entry) {
  const std::string path = text_of(entry, "path");
  Json physical;
  if (path.starts_with('/'))
    physical["artifactLocation"] = {{"uri", "file://" + uri_path(path)}};
  else
    physical["artifactLocation"] = {{"uri", uri_path(path)}, {"uriBaseId", "%SRCROOT%"}};
  Json region;
  const auto add = [&](const char* which, const char* line, const char* column) {
    const auto at = entry.find(which);
    if (at == entry.end()) return;
    region[line] = at->value("line", 1U);
    if (at->contains("column")) region[column] = at->value("column", 1U);
  };
  add("start", "startLine", "startColumn");
  add("end", "endLine", "endColumn");
  if (!region.is_null()) physical["region"] = std::move(region);
  return {{"physicalLocation", std::move(physical)}};
}

Json message_of(const std::string& text) {
  return {{"text", sentence(sarif_text(text))}};
}

/// Results of one or all systems under one tool. Lines are gone through twice: rules and what could not be
/// read stand before results, all of which would take several times the room of their text.
class Run {
public:
  Run(const Style& style, std::string category, std::span<const MergedSystem> systems)
      : style_(style), category_(std::move(category)), systems_(systems) {
    for (const MergedSystem& system : systems) note(Json::parse(system.line));
    for (auto& [code, index] : indices_) index = rules_++;
  }

  void print(const std::map<std::string, const rules::Rule*>& known, JsonDocument& document) const {
    Json driver{{"name", "slsaudit"}, {"version", version}, {"semanticVersion", version}};
    if (!std::string_view(homepage).empty()) driver["informationUri"] = homepage;
    driver["rules"] = Json::array();
    for (const auto& [code, index] : indices_) {
      const auto rule = known.find(code);
      driver["rules"].push_back(rule != known.end() ? sarif_rule(*rule->second) : Json{{"id", code}});
    }
    document.begin_object();
    document.member("tool", {{"driver", std::move(driver)}});
    document.member("automationDetails", {{"id", printable(category_) + "/"}});
    document.member("invocations", Json::array({{{"executionSuccessful", notifications_.empty()},
                                                 {"toolExecutionNotifications", notifications_}}}));
    document.member(
        "originalUriBaseIds",
        {{"%SRCROOT%", {{"description", {{"text", "The directory that the audits were started in."}}}}}});
    document.member("columnKind", "unicodeCodePoints");
    document.begin_list("results");
    for (const MergedSystem& system : systems_) add_results(Json::parse(system.line), document);
    document.end();
    document.end();
  }

private:
  void note(const Json& line) {
    const auto note_codes = [&](const Json& findings) {
      for (const Json& finding : findings) indices_.try_emplace(text_of(finding, "code"));
    };
    note_codes(line["findings"]);
    if (style_.sarif_include_suppressed) {
      note_codes(line["suppressed"]);
      note_codes(line["baseline"]);
    }
    for (const Json& code : line["rules"]) indices_.try_emplace(code.get<std::string>());
    for (const Json& error : line["errors"]) {
      Json notification{{"level", "error"}, {"message", message_of(text_of(error, "message"))}};
      if (!text_of(error, "path").empty()) notification["locations"] = Json::array({location_of(error)});
      notifications_.push_back(std::move(notification));
    }
  }

  void add_results(const Json& line, JsonDocument& document) const {
    for (const Json& finding : line["findings"]) document.add_item(result(finding));
    if (!style_.sarif_include_suppressed) return;
    for (const Json& finding : line["suppressed"]) document.add_item(set_aside(finding, false));
    for (const Json& finding : line["baseline"]) document.add_item(set_aside(finding, true));
  }

  Json result(const Json& finding) const {
    const std::string code = text_of(finding, "code");
    const auto severity = rules::severity_from(text_of(finding, "severity"));
    std::string text = text_of(message_of(text_of(finding, "message")), "text");
    if (const std::string assumed = text_of(finding, "assumption"); !assumed.empty())
      text += " Assumed: " + text_of(message_of(assumed), "text");
    Json json{{"ruleId", code}, {"ruleIndex", indices_.at(code)}};
    json["level"] = sarif_level(severity.value_or(rules::Severity::medium));
    json["message"] = {{"text", std::move(text)}};
    json["locations"] = Json::array();
    if (!text_of(finding, "path").empty()) json["locations"].push_back(primary_location(finding));
    add_steps(json, finding);
    json["partialFingerprints"] = Json::object();
    if (const std::string hash = text_of(finding, "line_hash"); !hash.empty())
      json["partialFingerprints"]["primaryLocationLineHash"] = hash;
    if (const std::string own = text_of(finding, "fingerprint"); !own.empty())
      json["partialFingerprints"]["slsaudit/v1"] = own;
    json["properties"] = {{"severity", text_of(finding, "severity")}};
    for (const char* const key : {"confidence", "fix"}) {
      if (const std::string value = text_of(finding, key); !value.empty())
        json["properties"][key] = printable(value);
    }
    return json;
  }

  static Json primary_location(const Json& finding) {
    Json json = location_of(finding);
    const std::string resource = text_of(finding, "resource");
    if (resource.empty()) return json;
    const std::string property = text_of(finding, "property");
    const std::string full = resource + (property.empty() ? "" : "." + property);
    json["logicalLocations"] = Json::array(
        {{{"name", printable(resource)}, {"fullyQualifiedName", printable(full)}, {"kind", "resource"}}});
    return json;
  }

  static void add_steps(Json& json, const Json& finding) {
    Json related = Json::array();
    for (const Json& step : finding["evidence"]) {
      if (text_of(step, "path").empty()) continue;
      Json one{{"id", related.size() + 1}};
      one.update(location_of(step));
      one["message"] = message_of(text_of(step, "message"));
      related.push_back(std::move(one));
    }
    if (!related.empty()) json["relatedLocations"] = std::move(related);
  }

  Json set_aside(const Json& finding, bool known) const {
    Json json = result(finding);
    if (known) json["baselineState"] = "unchanged";
    const bool told = finding.contains("suppressed");
    const std::string why = told ? text_of(finding["suppressed"], "by") : "in the baseline";
    json["suppressions"] = Json::array({{{"kind", "external"}, {"justification", sarif_text(why)}}});
    return json;
  }

  const Style& style_;
  std::string category_;
  std::span<const MergedSystem> systems_;
  std::map<std::string, std::size_t> indices_; ///< Of rules, by code.
  std::size_t rules_ = 0;
  Json notifications_ = Json::array();
};

} // namespace

void render_organisation_sarif(const Organisation& all, const Style& style, std::ostream& out) {
  const std::vector<rules::Rule> rules = rules::builtin_without_examples();
  std::map<std::string, const rules::Rule*> known;
  for (const rules::Rule& rule : rules) known.emplace(rule.code, &rule);
  const std::string prefix = style.sarif_category.empty() ? "slsaudit" : style.sarif_category;
  JsonDocument document(out);
  document.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  document.member("version", "2.1.0");
  document.begin_list("runs");
  if (all.systems.size() > most_runs || all.systems.empty()) {
    Run(style, prefix, all.systems).print(known, document);
  } else {
    for (const MergedSystem& system : all.systems)
      Run(style, prefix + "/" + system.root, {&system, 1}).print(known, document);
  }
  document.end();
  document.finish();
}

} // namespace slsaudit::report
