// SPDX-License-Identifier: Apache-2.0
// What analyses take for granted: from the configuration file and the options of commands that compute facts.
#pragma once

#include "analysis/table.hpp"
#include "cli/parser.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slsaudit::cli {

struct SettingsOptions {
  std::optional<std::string> configuration; ///< --config
  bool no_configuration = false;            ///< --no-config
  std::optional<std::string> as_of;         ///< --as-of

  void describe(Parser& parser);
  /// What they amount to for the audited paths. Nothing when an option or the file can't be used: that has
  /// then been told.
  [[nodiscard]] std::optional<analysis::Settings> gather(const Parser& parser, World& world,
                                                         const std::vector<std::string>& paths) const;
};

} // namespace slsaudit::cli
