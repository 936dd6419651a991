// SPDX-License-Identifier: Apache-2.0
#include "cli/choices.hpp"

#include <algorithm>
#include <sstream>

namespace slsaudit::cli {
namespace {

std::string place_of(const audit::Configuration& file, std::string_view key) {
  const auto found = std::ranges::find(file.values, key, &audit::ConfiguredValue::key);
  return found == file.values.end() ? file.path : found->place;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> words;
  std::istringstream stream(list);
  for (std::string word; std::getline(stream, word, ',');) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

Choice<std::string> one(const std::optional<std::string>& given, const std::string& option,
                        const World& world, const std::string& variable,
                        const std::optional<std::string>& written, const std::string& place,
                        const std::string& usual) {
  if (given) return {*given, option};
  if (const auto set = from_environment(world, variable)) return {*set, variable};
  if (written) return {*written, place};
  return {usual, "default"};
}

Choice<std::vector<std::string>> many(const std::vector<std::string>& given, const std::string& option,
                                      const World& world, const std::string& variable,
                                      const std::vector<std::string>& written, const std::string& place) {
  if (!given.empty()) return {given, option};
  if (const auto set = from_environment(world, variable)) return {split(*set), variable};
  if (!written.empty()) return {written, place};
  return {{}, "default"};
}

} // namespace

Choices::Choices(const GivenChoices& given, const World& world, const audit::Configuration& file)
    : fail_on(one(given.fail_on, "--fail-on", world, "SLSAUDIT_FAIL_ON", file.fail_on,
                  place_of(file, "fail-on"), "high")),
      profile(one(given.profile, "--profile", world, "SLSAUDIT_PROFILE", file.profile,
                  place_of(file, "profile"), "default")),
      select(many(given.select, "--select", world, "SLSAUDIT_SELECT", file.select, place_of(file, "select"))),
      ignore(
          many(given.ignore, "--ignore", world, "SLSAUDIT_IGNORE", file.ignore, place_of(file, "ignore"))) {
  const bool stronger = select.from == "--select" || select.from == "SLSAUDIT_SELECT";
  for (const audit::RuleSetting& rule : file.rules) {
    const bool off = rule.enabled.has_value() && !*rule.enabled;
    if (off && !(stronger && std::ranges::find(select.value, rule.term) != select.value.end()))
      disabled.push_back(rule.term);
  }
}

audit::Selection Choices::selection() const {
  audit::Selection selection{select.value, ignore.value, profile.value};
  selection.ignore.insert(selection.ignore.end(), disabled.begin(), disabled.end());
  return selection;
}

std::string Choices::wrong() const {
  if (fail_on.value != "never" && !rules::severity_from(fail_on.value))
    return fail_on.from + " can't be `" + fail_on.value +
           "`: it is critical, high, medium, low, info or never";
  if (profile.value != "default" && profile.value != "strict")
    return profile.from + " can't be `" + profile.value + "`: it is default or strict";
  return {};
}

} // namespace slsaudit::cli
