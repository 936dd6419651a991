// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_set.hpp"

#include "audit/rule_set.hpp"

#include <utility>

namespace slsaudit::cli {

void describe_rule_directories(Parser& parser, std::vector<std::string>& directories) {
  parser.list({"--rules", "DIR", "more rule files, from this directory; may be repeated"}, directories);
}

std::optional<std::vector<rules::Rule>> all_rules(const std::vector<std::string>& directories, World& world) {
  audit::RuleSet set = audit::all_rules(world.files, directories);
  for (const std::string& error : set.errors) world.err << "slsaudit: " << error << '\n';
  if (!set.errors.empty()) return std::nullopt;
  return std::move(set.rules);
}

std::string unknown_rule(const std::string& term, std::string_view suggestion) {
  const std::string message = "no rule or group `" + term + "`";
  if (suggestion.empty()) return message + "; `slsaudit rules` lists them";
  return message + "; did you mean `" + std::string(suggestion) + "`?";
}

} // namespace slsaudit::cli
