// SPDX-License-Identifier: Apache-2.0
#include "report/rule_words.hpp"

#include <vector>

namespace slsaudit::report {

std::string_view severity_word(const rules::Rule& rule) {
  return rules::severity_from(rule.severity) ? std::string_view(rule.severity) : "varies";
}

std::string severity_text(const rules::Rule& rule) {
  if (rules::severity_from(rule.severity)) return rule.severity.str();
  std::vector<std::string_view> named;
  for (const std::string_view name : {"critical", "high", "medium", "low", "info"}) {
    if (rule.severity->find("'" + std::string(name) + "'") != std::string::npos) named.push_back(name);
  }
  std::string text;
  for (std::size_t i = 0; i < named.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == named.size() ? " or " : ", ") + std::string(named[i]);
  }
  return text + ", by the case";
}

std::string confidence_text(const rules::Rule& rule) {
  if (rule.assumption.empty()) return rule.confidence.str();
  // Holes are filled from the system at hand.
  return rule.assumption->find('{') == std::string::npos ? "proved, or assumed: " + rule.assumption
                                                         : "proved or assumed, by the case";
}

std::string equivalents_text(const rules::Rule& rule) {
  std::string text;
  for (const auto& [tool, ids] : rule.equivalents) {
    std::string listed;
    for (const text::SharedText& id : ids) listed += (listed.empty() ? "" : ", ") + id;
    text += tool + ": " + listed + "\n";
  }
  return text;
}

std::string parameters_text(const rules::Rule& rule) {
  std::string text;
  for (const rules::RuleParameter& parameter : rule.parameters) {
    text += parameter.name + " (default " + parameter.value + "): " + parameter.meaning + "\n";
  }
  return text;
}

} // namespace slsaudit::report
