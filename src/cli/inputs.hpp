// SPDX-License-Identifier: Apache-2.0
// The options by which commands are told what to read.
#pragma once

#include "audit/load.hpp"
#include "cli/choices.hpp"
#include "cli/parser.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slsaudit::cli {

struct InputOptions {
  std::vector<std::string> paths;
  std::vector<std::string> parameters; ///< KEY=VALUE
  std::vector<std::string> parameter_files;
  std::vector<std::string> options; ///< KEY=VALUE
  std::optional<std::string> stage;
  std::optional<std::string> region;
  std::vector<std::string> exclude;
  std::string standard_input_name = "-";
  std::vector<std::string> limits; ///< NAME=VALUE
  bool allow_outside = false;

  void describe(Parser& parser);
  [[nodiscard]] bool reads_standard_input() const;
  /// What they, the environment and the configuration amount to; standard input is read here, where "-" asks
  /// for it. Without paths: the working directory.
  [[nodiscard]] text::Result<audit::Input> gather(World& world, const audit::Configuration& file) const;

  [[nodiscard]] Choice<std::string> stage_in_force(const World& world,
                                                   const audit::Configuration& file) const;
  [[nodiscard]] Choice<std::string> region_in_force(const World& world,
                                                    const audit::Configuration& file) const;
  [[nodiscard]] Choice<Words> parameter_files_in_force(const World& world,
                                                       const audit::Configuration& file) const;
  [[nodiscard]] Choice<Words> exclude_in_force(const World& world, const audit::Configuration& file) const;
};

} // namespace slsaudit::cli
