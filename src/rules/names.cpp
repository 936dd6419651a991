// SPDX-License-Identifier: Apache-2.0
#include "rules/names.hpp"

#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::rules {

bool same_word(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return text::lower(a) == text::lower(b); });
}

bool names(std::string_view term, const Rule& rule) {
  return same_word(term, rule.code) || same_word(term, rule.name) || same_word(term, rule.group) ||
         std::ranges::any_of(rule.aliases, [&](std::string_view alias) { return same_word(term, alias); });
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

std::string_view nearest_rule(const std::vector<const Rule*>& all, std::string_view term) {
  std::vector<std::string_view> words;
  for (const Rule* rule : all) {
    words.insert(words.end(), {rule->code, rule->name, rule->group});
    words.insert(words.end(), rule->aliases.begin(), rule->aliases.end());
  }
  return nearest(term, words);
}

bool is_date(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00";
  const auto fits = [](char c, char s) { return s == '0' ? c >= '0' && c <= '9' : c == s; };
  return std::ranges::equal(text, shape, fits) && text.substr(5, 2) >= "01" && text.substr(5, 2) <= "12" &&
         text.substr(8) >= "01" && text.substr(8) <= "31";
}

} // namespace slsaudit::rules
