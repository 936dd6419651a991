// SPDX-License-Identifier: Apache-2.0
// What the command line, the environment and the configuration file can each say: the first that does counts.
#pragma once

#include "audit/configuration.hpp"
#include "audit/selection.hpp"
#include "cli/world.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slsaudit::cli {

/// A variable that is set and not empty.
[[nodiscard]] std::optional<std::string> from_environment(const World& world, const std::string& name);

template <class T> struct Choice {
  T value;
  std::string from; ///< "default", "--fail-on", "SLSAUDIT_FAIL_ON" or "slsaudit.yaml:3:1".
};

/// A setting's names: the variable is the option's in capitals, SLSAUDIT_FAIL_ON of --fail-on.
struct SettingName {
  std::string option; ///< "--fail-on"
  std::string key;    ///< Of the configuration file: "fail-on", "deploy.stage".
};

using Words = std::vector<std::string>;

[[nodiscard]] Choice<std::string> choose_one(const SettingName& name, const std::optional<std::string>& given,
                                             const World& world, const audit::Configuration& file,
                                             const std::optional<std::string>& written,
                                             const std::string& usual);
/// The variable holds a list with commas.
[[nodiscard]] Choice<Words> choose_many(const SettingName& name, const Words& given, const World& world,
                                        const audit::Configuration& file, const Words& written);

/// The file of the findings that are known; empty where there is none.
[[nodiscard]] Choice<std::string> baseline_in_force(const std::optional<std::string>& given,
                                                    const World& world, const audit::Configuration& file);

/// As given on the command line.
struct GivenChoices {
  std::optional<std::string> fail_on;
  std::optional<std::string> profile;
  Words select;
  Words ignore;
};

class Parser;
/// The options that say which rules run.
void describe_selection(Parser& parser, GivenChoices& given);

struct Choices {
  Choices(const GivenChoices& given, const World& world, const audit::Configuration& file);

  Choice<std::string> fail_on;
  Choice<std::string> profile;
  Choice<Words> select;
  Choice<Words> ignore;
  Words disabled; ///< Rules that the file disables and nothing stronger selects.

  [[nodiscard]] audit::Selection selection() const;
  /// The rules that overrides of the file may add somewhere: none where something stronger selects.
  [[nodiscard]] std::vector<const rules::Rule*> addable(const std::vector<rules::Rule>& all) const;
  /// What the environment says that can't be; empty when all can.
  [[nodiscard]] std::string wrong() const;
};

} // namespace slsaudit::cli
