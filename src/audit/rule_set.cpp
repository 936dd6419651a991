// SPDX-License-Identifier: Apache-2.0
#include "audit/rule_set.hpp"

#include "rules/engine.hpp"
#include "rules/examples.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::audit {

RuleSet all_rules(const text::FileSystem& files, const std::vector<std::string>& directories,
                  Examples examples) {
  RuleSet set;
  if (examples == Examples::with)
    set.rules = rules::builtin();
  else
    set.rules = rules::builtin_without_examples(); // moved, not copied
  for (const std::string& directory : directories) {
    if (!files.is_directory(directory)) {
      set.errors.push_back("cannot read rules from " + directory + ": no such directory");
      continue;
    }
    rules::Loaded loaded = rules::load_directory(files, directory);
    for (const rules::RuleFileError& error : loaded.errors) {
      set.errors.push_back(error.path + ":" + std::to_string(error.line) + ":" +
                           std::to_string(error.column) + ": error: " + error.message);
    }
    for (rules::Rule& rule : loaded.rules) {
      rules::show_fixes(rule);
      const auto same = std::ranges::find(set.rules, rule.code, &rules::Rule::code);
      if (same == set.rules.end())
        set.rules.push_back(std::move(rule));
      else
        *same = std::move(rule);
    }
  }
  // Those built in are in order, and large to move.
  if (!std::ranges::is_sorted(set.rules, {}, &rules::Rule::code))
    std::ranges::stable_sort(set.rules, {}, &rules::Rule::code);
  return set;
}

} // namespace slsaudit::audit
