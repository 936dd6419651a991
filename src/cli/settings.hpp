// SPDX-License-Identifier: Apache-2.0
// The configuration file of a run, and what analyses take for granted: from that file, the environment and
// the options of commands that compute facts.
#pragma once

#include "analysis/table.hpp"
#include "audit/configuration.hpp"
#include "cli/choices.hpp"
#include "cli/parser.hpp"
#include "knowledge/base.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slsaudit::cli {

struct ConfigurationOptions {
  std::optional<std::string> configuration; ///< --config
  bool no_configuration = false;            ///< --no-config
  audit::Configuration file;                ///< What the file says, after read().

  void describe(Parser& parser);
  /// Finds and reads the file that holds for the paths; without any, for the working directory. False when it
  /// can't be used: that has then been told.
  [[nodiscard]] bool read(const Parser& parser, World& world, const std::vector<std::string>& paths);
};

/// The settings that it gathers point into it.
struct SettingsOptions : ConfigurationOptions {
  std::optional<std::string> as_of;     ///< --as-of
  std::optional<std::string> knowledge; ///< --knowledge

  void describe(Parser& parser);
  /// Reads the configuration file, and gives what all amounts to. Nothing when an option or the file can't be
  /// used: that has then been told.
  [[nodiscard]] std::optional<analysis::Settings> gather(const Parser& parser, World& world,
                                                         const std::vector<std::string>& paths);

  [[nodiscard]] Choice<std::string> as_of_in_force(const World& world) const;
  [[nodiscard]] Choice<std::string> knowledge_in_force(const World& world) const; ///< Empty: compiled in.

private:
  std::shared_ptr<const knowledge::Base> base_; ///< The rows of --knowledge.
};

} // namespace slsaudit::cli
