// SPDX-License-Identifier: Apache-2.0
#include "cli/choices.hpp"

#include "cli/parser.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <sstream>

namespace slsaudit::cli {
namespace {

std::string place_of(const audit::Configuration& file, std::string_view key) {
  const auto found = std::ranges::find(file.values, key, &audit::ConfiguredValue::key);
  return found == file.values.end() ? file.path : found->place;
}

Words split(const std::string& list) {
  Words words;
  std::istringstream stream(list);
  for (std::string word; std::getline(stream, word, ',');) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

/// "SLSAUDIT_FAIL_ON" of "--fail-on".
std::string variable_of(const SettingName& name) {
  std::string variable = "SLSAUDIT_" + text::upper(name.option.substr(2));
  std::ranges::replace(variable, '-', '_');
  return variable;
}

bool is_stronger_than_file(const Choice<Words>& choice) {
  return choice.from.starts_with("--") || choice.from.starts_with("SLSAUDIT_");
}

bool any_names(const Words& terms, const rules::Rule& rule) {
  return std::ranges::any_of(terms, [&](const std::string& term) { return rules::names(term, rule); });
}

} // namespace

void describe_selection(Parser& parser, GivenChoices& given) {
  parser.words({"--select", "RULES", "run these rules only"}, given.select);
  parser.words({"--ignore", "RULES", "don't run these rules"}, given.ignore);
  parser.value(
      {"--profile", "PROFILE", "strict runs rules that not everyone agrees with, too", {"default", "strict"}},
      given.profile);
}

std::optional<std::string> from_environment(const World& world, const std::string& name) {
  auto value = world.environment ? world.environment(name) : std::nullopt;
  return value && !value->empty() ? value : std::nullopt;
}

Choice<std::string> choose_one(const SettingName& name, const std::optional<std::string>& given,
                               const World& world, const audit::Configuration& file,
                               const std::optional<std::string>& written, const std::string& usual) {
  if (given) return {*given, name.option};
  const std::string variable = variable_of(name);
  if (const auto set = from_environment(world, variable)) return {*set, variable};
  if (written) return {*written, place_of(file, name.key)};
  return {usual, "default"};
}

Choice<Words> choose_many(const SettingName& name, const Words& given, const World& world,
                          const audit::Configuration& file, const Words& written) {
  if (!given.empty()) return {given, name.option};
  const std::string variable = variable_of(name);
  if (const auto set = from_environment(world, variable)) return {split(*set), variable};
  if (!written.empty()) return {written, place_of(file, name.key)};
  return {{}, "default"};
}

Choice<std::string> baseline_in_force(const std::optional<std::string>& given, const World& world,
                                      const audit::Configuration& file) {
  std::optional<std::string> written;
  if (file.baseline) written = file.resolve(*file.baseline);
  return choose_one({"--baseline", "baseline"}, given, world, file, written, "");
}

Choices::Choices(const GivenChoices& given, const World& world, const audit::Configuration& file)
    : fail_on(choose_one({"--fail-on", "fail-on"}, given.fail_on, world, file, file.fail_on, "high")),
      profile(choose_one({"--profile", "profile"}, given.profile, world, file, file.profile, "default")),
      select(choose_many({"--select", "select"}, given.select, world, file, file.select)),
      ignore(choose_many({"--ignore", "ignore"}, given.ignore, world, file, file.ignore)) {
  for (const audit::RuleSetting& rule : file.rules) {
    const bool off = rule.enabled.has_value() && !*rule.enabled;
    const bool selected =
        is_stronger_than_file(select) && std::ranges::find(select.value, rule.term) != select.value.end();
    if (off && !selected) disabled.push_back(rule.term);
  }
}

audit::Selection Choices::selection() const {
  audit::Selection selection{select.value, ignore.value, profile.value};
  selection.ignore.insert(selection.ignore.end(), disabled.begin(), disabled.end());
  return selection;
}

std::vector<const rules::Rule*> Choices::addable(const std::vector<rules::Rule>& all) const {
  std::vector<const rules::Rule*> list;
  if (is_stronger_than_file(select)) return list;
  for (const rules::Rule& rule : all) {
    if (!is_stronger_than_file(ignore) || !any_names(ignore.value, rule)) list.push_back(&rule);
  }
  return list;
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
