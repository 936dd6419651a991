// SPDX-License-Identifier: Apache-2.0
// What analyses take for granted: from the configuration file and the options of commands that compute facts.
#pragma once

#include "analysis/table.hpp"
#include "audit/configuration.hpp"
#include "cli/parser.hpp"
#include "knowledge/base.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slsaudit::cli {

/// A variable that is set and not empty.
[[nodiscard]] std::optional<std::string> from_environment(const World& world, const std::string& name);

/// The settings that it gathers point into it.
struct SettingsOptions {
  std::optional<std::string> configuration; ///< --config
  bool no_configuration = false;            ///< --no-config
  std::optional<std::string> as_of;         ///< --as-of
  std::optional<std::string> knowledge;     ///< --knowledge

  void describe(Parser& parser);
  /// What they amount to for the audited paths. Nothing when an option or the file can't be used: that has
  /// then been told.
  audit::Configuration file; ///< What the file says, after gather().
  [[nodiscard]] std::optional<analysis::Settings> gather(const Parser& parser, World& world,
                                                         const std::vector<std::string>& paths);

private:
  std::optional<knowledge::Base> base_; ///< The rows of --knowledge.
};

} // namespace slsaudit::cli
