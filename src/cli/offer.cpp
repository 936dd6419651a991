// SPDX-License-Identifier: Apache-2.0
#include "cli/offer.hpp"

#include "analysis/table.hpp"
#include "report/report.hpp"
#include "rules/engine.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::cli {
namespace {

std::vector<std::string> rule_words() {
  std::set<std::string> words;
  for (const rules::Rule& rule : rules::builtin_without_examples())
    words.insert({rule.code.str(), rule.name.str(), rule.group.str()});
  return {words.begin(), words.end()};
}

std::vector<std::string> table_words() {
  std::vector<std::string> words;
  for (const analysis::Schema* schema : analysis::Facts::schemas()) words.emplace_back(schema->name);
  std::ranges::sort(words);
  return words;
}

std::vector<std::string> format_words() {
  std::vector<std::string> words;
  for (const std::string_view format : report::formats()) words.push_back(std::string(format) + "=");
  return words;
}

} // namespace

Offer offer(std::string_view placeholder) {
  if (placeholder == "RULE") return {.words = rule_words()};
  if (placeholder == "RULES") return {.words = rule_words(), .several = true};
  if (placeholder == "DIR|RULE") return {.words = rule_words(), .directories = true};
  if (placeholder == "TABLE") return {.words = table_words()};
  if (placeholder == "PATH|TABLE") return {.words = table_words(), .files = true};
  if (placeholder == "FORMAT=FILE") return {.words = format_words()};
  if (placeholder == "[FORMAT=]FILE") return {.words = format_words(), .files = true};
  if (placeholder == "FILE" || placeholder == "PATH" || placeholder == "OLD") return {.files = true};
  if (placeholder == "DIR" || placeholder == "DIRECTORY") return {.directories = true};
  return {};
}

Offer offer(const OptionDefinition& option) {
  if (!option.choices.empty()) return {.words = option.choices};
  return offer(option.value);
}

std::string spaced(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> spellings(const OptionDefinition& option) {
  const std::size_t comma = option.name.find(',');
  if (comma == std::string::npos) return {option.name};
  return {option.name.substr(0, comma), option.name.substr(comma + 1)};
}

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'')
      result += "'\\''";
    else
      result += c;
  }
  return result + "'";
}

} // namespace slsaudit::cli
