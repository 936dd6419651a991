// SPDX-License-Identifier: Apache-2.0
// The rules of a run: those built in, and those of --rules.
#pragma once

#include "audit/rule_set.hpp"
#include "audit/selection.hpp"
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

/// See audit/rule_set.hpp. Nothing when a rule file can't be used: the
/// errors have then been told.
[[nodiscard]] std::optional<std::vector<rules::Rule>> all_rules(const std::vector<std::string>& directories,
                                                                World& world, audit::Examples examples);

/// The rules that a command is about, and those that `rules` points into.
struct Chosen {
  std::vector<rules::Rule> all;
  std::vector<const rules::Rule*> rules;
};

/// Chooses by codes, names and groups; when that can't be done, why has been told and how to exit is
/// returned. `words` are others that the user may have meant.
[[nodiscard]] std::optional<ExitCode> choose(const std::vector<std::string>& directories,
                                             const audit::Selection& selection, const Parser& parser,
                                             World& world, Chosen& chosen,
                                             const std::vector<std::string_view>& words = {});

/// "no rule or group `X`; did you mean `Y`?"
[[nodiscard]] std::string unknown_rule(const std::string& term, std::string_view suggestion);

} // namespace slsaudit::cli
