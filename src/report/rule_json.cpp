// SPDX-License-Identifier: Apache-2.0
#include "report/json_parts.hpp"
#include "report/rule_text.hpp"

namespace slsaudit::report {

namespace {

Json rule_json(const rules::Rule& rule) {
  Json json{{"code", rule.code},       {"name", rule.name},         {"aliases", rule.aliases},
            {"group", rule.group},     {"profile", rule.profile},   {"since", rule.since},
            {"summary", rule.summary}, {"severity", rule.severity}, {"confidence", rule.confidence},
            {"why", rule.why}};
  json["fix"] = {
      {"cloudformation", rule.shown_fix[0]}, {"sam", rule.shown_fix[1]}, {"serverless", rule.shown_fix[2]}};
  json["fix_is"] = rule.fix_is;
  json["parameters"] = Json::array();
  for (const rules::RuleParameter& parameter : rule.parameters) {
    json["parameters"].push_back(
        {{"name", parameter.name}, {"default", parameter.value}, {"meaning", parameter.meaning}});
  }
  json["equivalents"] = Json::object();
  for (const auto& [tool, ids] : rule.equivalents) json["equivalents"][tool] = ids;
  json["silences"] = rule.silences;
  json["limits"] = rule.limits;
  json["references"] = rule.references;
  json["tags"] = rule.tags;
  if (!rule.security_severity.empty()) json["security_severity"] = rule.security_severity;
  return json;
}

} // namespace

void list_rules_json(const std::vector<const rules::Rule*>& rules, std::ostream& out) {
  Json json{{"format", "slsaudit-rules"}, {"format_version", 1}, {"rules", Json::array()}};
  for (const rules::Rule* rule : rules) json["rules"].push_back(rule_json(*rule));
  write_json(json, out);
}

} // namespace slsaudit::report
