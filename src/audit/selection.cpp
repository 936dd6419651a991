// SPDX-License-Identifier: Apache-2.0
#include "audit/selection.hpp"

#include <algorithm>

namespace slsaudit::audit {

namespace {

bool in_profile(const rules::Rule& rule, std::string_view profile) {
  return profile == "strict" || rule.profile != "strict";
}

} // namespace

Selected select(std::span<const rules::Rule> all, const Selection& selection) {
  Selected result;
  const auto wanted = [](const std::vector<std::string>& terms, const rules::Rule& rule) {
    return std::ranges::any_of(terms, [&](const std::string& term) { return names(term, rule); });
  };
  for (const rules::Rule& rule : all) {
    const bool in =
        selection.select.empty() ? in_profile(rule, selection.profile) : wanted(selection.select, rule);
    if (in && !wanted(selection.ignore, rule)) result.rules.push_back(&rule);
  }
  std::ranges::stable_sort(result.rules, {}, &rules::Rule::code);
  for (const auto* terms : {&selection.select, &selection.ignore}) {
    for (const std::string& term : *terms) {
      const bool known = std::ranges::any_of(all, [&](const rules::Rule& rule) { return names(term, rule); });
      if (!known) result.unknown.push_back({term, std::string(nearest_rule(all, term))});
    }
  }
  return result;
}

const rules::Rule* find_rule(std::span<const rules::Rule> all, std::string_view term) {
  const auto is_it = [&](const rules::Rule& rule) {
    return !rules::same_word(term, rule.group) && names(term, rule);
  };
  const auto found = std::ranges::find_if(all, is_it);
  return found == all.end() ? nullptr : &*found;
}

std::string_view nearest_rule(std::span<const rules::Rule> all, std::string_view term) {
  std::vector<const rules::Rule*> list;
  for (const rules::Rule& rule : all) list.push_back(&rule);
  return rules::nearest_rule(list, term);
}

} // namespace slsaudit::audit
