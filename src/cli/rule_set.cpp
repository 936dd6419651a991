// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_set.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::cli {

void describe_rule_directories(Parser& parser, std::vector<std::string>& directories) {
  parser.list({"--rules", "DIR", "more rule files, from this directory; may be repeated"}, directories);
}

std::optional<std::vector<rules::Rule>> all_rules(const std::vector<std::string>& directories, World& world) {
  std::vector<rules::Rule> all = rules::builtin();
  bool usable = true;
  for (const std::string& directory : directories) {
    if (!world.files.is_directory(directory)) {
      world.err << "slsaudit: --rules " << directory << ": no such directory\n";
      usable = false;
      continue;
    }
    rules::Loaded loaded = rules::load_directory(world.files, directory);
    for (const rules::RuleFileError& error : loaded.errors) {
      world.err << error.path << ':' << error.line << ':' << error.column << ": error: " << error.message
                << '\n';
      usable = false;
    }
    for (rules::Rule& rule : loaded.rules) {
      const auto same = std::ranges::find(all, rule.code, &rules::Rule::code);
      if (same == all.end())
        all.push_back(std::move(rule));
      else
        *same = std::move(rule);
    }
  }
  if (!usable) return std::nullopt;
  std::ranges::stable_sort(all, {}, &rules::Rule::code);
  return all;
}

std::string unknown_rule(const std::string& term, std::string_view suggestion) {
  const std::string message = "no rule or group `" + term + "`";
  if (suggestion.empty()) return message + "; `slsaudit rules` lists them";
  return message + "; did you mean `" + std::string(suggestion) + "`?";
}

} // namespace slsaudit::cli
