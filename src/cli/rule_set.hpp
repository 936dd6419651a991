// SPDX-License-Identifier: Apache-2.0
// The rules of a run: those built in, and those of --rules.
#pragma once

#include "audit/rule_set.hpp"
#include "audit/selection.hpp"
#include "cli/choices.hpp"
#include "cli/exit_code.hpp"
#include "cli/parser.hpp"
#include "rules/rule.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::cli {

/// --rules DIR, which may be repeated.
void describe_rule_directories(Parser& parser, std::vector<std::string>& directories);
/// Those of --rules, the environment or the configuration.
[[nodiscard]] Choice<Words> rule_directories(const Words& given, const World& world,
                                             const audit::Configuration& file);

/// See audit/rule_set.hpp. Nothing when a rule file can't be used: the
/// errors have then been told.
[[nodiscard]] std::optional<std::vector<rules::Rule>> all_rules(const std::vector<std::string>& directories,
                                                                World& world, audit::Examples examples);

/// The rules that a command is about, and those that `rules` points into.
struct Chosen {
  std::vector<rules::Rule> all;
  std::vector<const rules::Rule*> rules;
};

/// The rules that there are, as the configuration sets them. Nothing when that can't be done: why has then
/// been told.
[[nodiscard]] std::optional<std::vector<rules::Rule>> configured_rules(const Words& directories, World& world,
                                                                       const audit::Configuration& file,
                                                                       audit::Examples examples);

/// Chooses by codes, names and groups; when that can't be done, why has been told and how to exit is
/// returned. `words` are others that the user may have meant.
[[nodiscard]] std::optional<ExitCode> choose(std::optional<std::vector<rules::Rule>> all,
                                             const audit::Selection& selection, const Parser& parser,
                                             World& world, Chosen& chosen,
                                             const std::vector<std::string_view>& words = {});

/// "no rule or group `X`; did you mean `Y`?"
[[nodiscard]] std::string unknown_rule(const std::string& term, std::string_view suggestion);

} // namespace slsaudit::cli
