// SPDX-License-Identifier: Apache-2.0
#include "audit/selection.hpp"

#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::audit {

namespace {

bool same_word(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return text::lower(a) == text::lower(b); });
}

bool in_profile(const rules::Rule& rule, std::string_view profile) {
  return profile == "strict" || rule.profile != "strict";
}

} // namespace

bool names(std::string_view term, const rules::Rule& rule) {
  return same_word(term, rule.code) || same_word(term, rule.name) || same_word(term, rule.group) ||
         std::ranges::any_of(rule.aliases, [&](const std::string& alias) { return same_word(term, alias); });
}

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
    return !same_word(term, rule.group) && names(term, rule);
  };
  const auto found = std::ranges::find_if(all, is_it);
  return found == all.end() ? nullptr : &*found;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t fewest = std::max<std::size_t>(word.size() / 3, 2) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = text::edit_distance(word, candidate);
    if (distance >= fewest || 2 * distance > word.size()) continue;
    fewest = distance;
    best = candidate;
  }
  return best;
}

std::string_view nearest_rule(std::span<const rules::Rule> all, std::string_view term) {
  std::vector<std::string_view> words;
  for (const rules::Rule& rule : all) {
    words.insert(words.end(), {rule.code, rule.name, rule.group});
    words.insert(words.end(), rule.aliases.begin(), rule.aliases.end());
  }
  return nearest(term, words);
}

} // namespace slsaudit::audit
