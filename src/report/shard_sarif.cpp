// SPDX-License-Identifier: Apache-2.0
// A run of SARIF back as a system: what slsaudit wrote into it, no more.
#include "report/shard_json.hpp"
#include "report/shown.hpp"
#include "slsaudit/version.hpp"

#include <array>
#include <string>
#include <utility>

namespace slsaudit::report {

namespace {

/// A member along a path of keys; null where there is none, or something else stands in the way.
const Json* member(const Json& from, std::initializer_list<const char*> keys) {
  const Json* at = &from;
  for (const char* const key : keys) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string text_at(const Json& from, std::initializer_list<const char*> keys) {
  const Json* found = member(from, keys);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

void add_text(Json& to, const char* key, std::string text) {
  if (!text.empty()) to[key] = std::move(text);
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// A URI's path as it was before it was escaped.
std::string path_of(std::string uri) {
  if (uri.starts_with("file://")) uri.erase(0, 7);
  std::string path;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    const bool escaped =
        uri[i] == '%' && i + 2 < uri.size() && digit(uri[i + 1]) >= 0 && digit(uri[i + 2]) >= 0;
    if (escaped) {
      path += static_cast<char>(digit(uri[i + 1]) * 16 + digit(uri[i + 2]));
      i += 2;
    } else {
      path += uri[i];
    }
  }
  return path;
}

void add_position(Json& to, const char* key, const Json* line, const Json* column) {
  if (line == nullptr || !line->is_number_unsigned()) return;
  to[key] = {{"line", *line}};
  if (column != nullptr && column->is_number_unsigned()) to[key]["column"] = *column;
}

void add_location(Json& to, const Json& location) {
  const Json* physical = member(location, {"physicalLocation"});
  if (physical == nullptr) return;
  add_text(to, "path", path_of(text_at(*physical, {"artifactLocation", "uri"})));
  const auto at = [&](const char* key) { return member(*physical, {"region", key}); };
  add_position(to, "start", at("startLine"), at("startColumn"));
  add_position(to, "end", at("endLine"), at("endColumn"));
}

std::string severity_of(const Json& result) {
  const std::string told = text_at(result, {"properties", "severity"});
  if (!told.empty()) return told;
  const std::string level = text_at(result, {"level"});
  if (level == "error") return "high";
  return level == "warning" || level.empty() ? "medium" : "low";
}

/// The rule's name as `explain` takes it: "VisibilityTimeoutTooShort" → "visibility-timeout-too-short".
std::string kebab(const std::string& pascal) {
  std::string name;
  for (const char c : pascal) {
    if (c >= 'A' && c <= 'Z' && !name.empty()) name += '-';
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return name.empty() ? "unknown" : name;
}

Json finding_of(const Json& result, const std::map<std::string, std::string>& names) {
  const std::string code = text_at(result, {"ruleId"});
  const auto name = names.find(code);
  Json finding{{"code", code},
               {"name", name != names.end() ? name->second : "unknown"},
               {"severity", severity_of(result)}};
  add_text(finding, "confidence", text_at(result, {"properties", "confidence"}));
  finding["message"] = text_at(result, {"message", "text"});
  const Json* locations = member(result, {"locations"});
  if (locations != nullptr && locations->is_array() && !locations->empty()) {
    add_location(finding, locations->front());
    const Json* logical = member(locations->front(), {"logicalLocations"});
    if (logical != nullptr && logical->is_array() && !logical->empty())
      add_text(finding, "resource", text_at(logical->front(), {"name"}));
  }
  finding["evidence"] = Json::array();
  if (const Json* related = member(result, {"relatedLocations"}); related != nullptr && related->is_array()) {
    for (const Json& one : *related) {
      Json step{{"message", text_at(one, {"message", "text"})}};
      add_location(step, one);
      finding["evidence"].push_back(std::move(step));
    }
  }
  add_text(finding, "fix", text_at(result, {"properties", "fix"}));
  add_text(finding, "fingerprint", text_at(result, {"partialFingerprints", "slsaudit/v1"}));
  add_text(finding, "line_hash", text_at(result, {"partialFingerprints", "primaryLocationLineHash"}));
  return finding;
}

/// In which list of a line a result belongs.
const char* list_of(const Json& result, Json& finding) {
  const Json* all = member(result, {"suppressions"});
  if (all == nullptr || !all->is_array() || all->empty()) return "findings";
  if (text_at(result, {"baselineState"}) == "unchanged") return "baseline";
  finding["suppressed"] = {{"by", text_at(all->front(), {"justification"})}, {"tool", "slsaudit"}};
  return "suppressed";
}

void add_errors(Json& line, const Json& run) {
  line["errors"] = Json::array();
  const Json* invocations = member(run, {"invocations"});
  if (invocations == nullptr || !invocations->is_array()) return;
  for (const Json& invocation : *invocations) {
    const Json* all = member(invocation, {"toolExecutionNotifications"});
    if (all == nullptr || !all->is_array()) continue;
    for (const Json& one : *all) {
      Json error{{"name", "failure"}, {"message", text_at(one, {"message", "text"})}};
      const Json* places = member(one, {"locations"});
      if (places != nullptr && places->is_array() && !places->empty()) add_location(error, places->front());
      line["errors"].push_back(std::move(error));
    }
  }
}

std::map<std::string, std::string> rule_names(const Json& run) {
  std::map<std::string, std::string> names;
  const Json* rules = member(run, {"tool", "driver", "rules"});
  if (rules == nullptr || !rules->is_array()) return names;
  for (const Json& rule : *rules) names[text_at(rule, {"id"})] = kebab(text_at(rule, {"name"}));
  return names;
}

/// SARIF doesn't say how much was audited; and its category, less the last slash, stands for the root.
Json line_head(const Json& run, const std::string& name) {
  std::string root = text_at(run, {"automationDetails", "id"});
  while (root.ends_with('/')) root.pop_back();
  return {{"type", "system"},
          {"format", "slsaudit-ndjson"},
          {"format_version", format_version},
          {"tool", {{"name", "slsaudit"}, {"version", text_at(run, {"tool", "driver", "version"})}}},
          {"root", root.empty() ? name : root},
          {"fail_on", "high"}};
}

} // namespace

CanonicalLine line_of_sarif(const Json& run, const std::string& name) {
  if (text_at(run, {"tool", "driver", "name"}) != "slsaudit") return {name, "it is not of slsaudit", {}};
  Json line = line_head(run, name);
  const std::map<std::string, std::string> names = rule_names(run);
  Json lists{{"findings", Json::array()}, {"suppressed", Json::array()}, {"baseline", Json::array()}};
  bool fails = false;
  if (const Json* results = member(run, {"results"}); results != nullptr && results->is_array()) {
    for (const Json& result : *results) {
      Json finding = finding_of(result, names);
      const char* const list = list_of(result, finding);
      const auto severity = rules::severity_from(finding.value("severity", ""));
      fails = fails || (list == std::string_view("findings") && severity >= rules::Severity::high);
      lists[list].push_back(std::move(finding));
    }
  }
  add_errors(line, run);
  const int exit = !line["errors"].empty() ? 3 : fails ? 1 : 0;
  line["outcome"] = exit == 3 ? "incomplete" : exit == 1 ? "findings" : "clean";
  line["exit"] = exit;
  // Counts of findings are made anew by who merges.
  line["summary"] = {
      {"findings", {{"critical", 0U}, {"high", 0U}, {"medium", 0U}, {"low", 0U}, {"info", 0U}}},
      {"suppressed", 0U},
      {"baseline", 0U},
      {"errors", 0U},
      {"templates", 0U},
      {"resources", 0U}};
  line.update(lists);
  line["rules"] = Json::array();
  for (const auto& [code, unused] : names) line["rules"].push_back(code);
  return canonical_line(line);
}

} // namespace slsaudit::report
