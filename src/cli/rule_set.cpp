// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_set.hpp"

#include "audit/configured.hpp"
#include "audit/rule_set.hpp"

#include <utility>

namespace slsaudit::cli {

void describe_rule_directories(Parser& parser, std::vector<std::string>& directories) {
  parser.list({"--rules", "DIR", "more rule files, from this directory; may be repeated"}, directories);
}

Choice<Words> rule_directories(const Words& given, const World& world, const audit::Configuration& file) {
  Words written;
  for (const std::string& one : file.rule_directories) written.push_back(file.resolve(one));
  return choose_many({"--rules", "rule-directories"}, given, world, file, written);
}

std::optional<std::vector<rules::Rule>> all_rules(const std::vector<std::string>& directories, World& world,
                                                  audit::Examples examples) {
  audit::RuleSet set = audit::all_rules(world.files, directories, examples);
  for (const std::string& error : set.errors) world.err << "slsaudit: " << error << '\n';
  if (!set.errors.empty()) return std::nullopt;
  return std::move(set.rules);
}

std::optional<std::vector<rules::Rule>> configured_rules(const Words& directories, World& world,
                                                         const audit::Configuration& file,
                                                         audit::Examples examples) {
  auto all = all_rules(rule_directories(directories, world, file).value, world, examples);
  if (!all) return std::nullopt;
  const std::vector<std::string> errors = audit::configure(*all, file);
  for (const std::string& error : errors) world.err << "slsaudit: " << error << '\n';
  if (!errors.empty()) return std::nullopt;
  return all;
}

std::string unknown_rule(const std::string& term, std::string_view suggestion) {
  const std::string message = "no rule or group `" + term + "`";
  if (suggestion.empty()) return message + "; `slsaudit rules` lists them";
  return message + "; did you mean `" + std::string(suggestion) + "`?";
}

std::optional<ExitCode> choose(std::optional<std::vector<rules::Rule>> all, const audit::Selection& selection,
                               const Parser& parser, World& world, Chosen& chosen,
                               const std::vector<std::string_view>& words) {
  if (!all) return ExitCode::usage;
  chosen.all = std::move(*all);
  audit::Selected selected = audit::select(chosen.all, selection);
  if (!selected.unknown.empty()) {
    const audit::UnknownTerm& unknown = selected.unknown.front();
    const std::string_view word = audit::nearest(unknown.term, words);
    return parser.fail(world, unknown_rule(unknown.term, word.empty() ? unknown.suggestion : word));
  }
  chosen.rules = std::move(selected.rules);
  return std::nullopt;
}

} // namespace slsaudit::cli
