// SPDX-License-Identifier: Apache-2.0
#include "report/sarif_rules.hpp"

#include "rules/finding.hpp"
#include "text/encoding.hpp"
#include "text/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace slsaudit::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t max_description = 1024; ///< Longer ones are refused by code scanning.
constexpr std::size_t max_tags = 10;          ///< The rest would be dropped.

/// "visibility-timeout-too-short" → "VisibilityTimeoutTooShort", as SARIF wants names.
std::string pascal_case(std::string_view kebab) {
  std::string result;
  bool start = true;
  for (const char c : kebab) {
    if (c != '-') result += start ? text::upper(c) : c;
    start = c == '-';
  }
  return result;
}

std::string shortened(std::string text) {
  if (text.size() <= max_description) return text;
  return std::string(text::beginning(text, max_description - 3)) + "\xE2\x80\xA6";
}

/// Severity of rules whose own is an expression: what most of their findings deserve.
rules::Severity default_severity(const rules::Rule& rule) {
  return rules::severity_from(rule.severity).value_or(rules::Severity::medium);
}

struct Section {
  std::string_view title;
  std::string text;
  bool code = false;
};

std::vector<Section> sections(const rules::Rule& rule) {
  std::vector<Section> result{{"Why it matters", rule.why.str()}};
  constexpr std::array<std::string_view, 3> titles{"Fix in CloudFormation", "Fix in SAM",
                                                   "Fix in Serverless Framework"};
  for (std::size_t i = 0; i < titles.size(); ++i) result.push_back({titles[i], rule.shown_fix[i].str()});
  result.push_back({"Limits", rule.limits.str()});
  std::string references;
  for (const text::SharedText& reference : rule.references) references += "- " + reference + "\n";
  result.push_back({"References", references});
  std::erase_if(result, [](const Section& section) { return section.text.empty(); });
  return result;
}

std::string help_text(const rules::Rule& rule) {
  std::string text = sentence(rule.summary);
  for (const Section& section : sections(rule))
    text += "\n\n" + std::string(section.title) + ":\n" + section.text;
  return text;
}

std::string help_markdown(const rules::Rule& rule) {
  std::string text = "# " + rule.code + " " + rule.name + "\n\n" + sentence(rule.summary);
  for (const Section& section : sections(rule))
    text += "\n\n## " + std::string(section.title) + "\n\n" + section.text;
  return text;
}

std::string_view precision(const rules::Rule& rule) {
  return rule.confidence->starts_with("assumed") ? "medium" : "very-high";
}

std::string_view problem_severity(rules::Severity severity) {
  const std::string_view level = sarif_level(severity);
  return level == "note" ? "recommendation" : level;
}

} // namespace

std::string_view sarif_level(rules::Severity severity) {
  if (severity >= rules::Severity::high) return "error";
  return severity == rules::Severity::medium ? "warning" : "note";
}

std::string sentence(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  std::string result(text);
  if (result.empty()) return result;
  result.front() = text::upper(result.front());
  constexpr std::string_view ends = ".!?";
  if (ends.find(result.back()) == std::string_view::npos) result += '.';
  return result;
}

Json sarif_rule(const rules::Rule& rule) {
  const rules::Severity severity = default_severity(rule);
  Json json{{"id", rule.code}, {"name", pascal_case(rule.name)}};
  json["shortDescription"] = {{"text", shortened(sentence(rule.summary))}};
  json["fullDescription"] = {{"text", shortened(sentence(rule.why.empty() ? rule.summary : rule.why))}};
  json["help"] = {{"text", help_text(rule)}, {"markdown", help_markdown(rule)}};
  const auto is_page = [](std::string_view reference) { return reference.starts_with("https://"); };
  const auto page = std::ranges::find_if(rule.references, is_page);
  if (page != rule.references.end() && page->view().find(' ') == std::string::npos) json["helpUri"] = *page;
  json["defaultConfiguration"] = {{"level", sarif_level(severity)}};
  Json properties;
  properties["tags"] = Json::array();
  for (const std::string_view tag : rule.tags) {
    if (properties["tags"].size() < max_tags) properties["tags"].push_back(tag);
  }
  properties["precision"] = precision(rule);
  properties["problem.severity"] = problem_severity(severity);
  if (!rule.security_severity.empty()) properties["security-severity"] = rule.security_severity;
  json["properties"] = std::move(properties);
  return json;
}

} // namespace slsaudit::report
