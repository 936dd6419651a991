// SPDX-License-Identifier: Apache-2.0
// How a command is called: what its help, the manual page and the completions of shells are made from.
#pragma once

#include "cli/world.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::cli {

struct OptionDefinition {
  std::string name;  ///< "--format", or "-o,--output".
  std::string value; ///< "FORMAT"; empty for a flag.
  std::string help;
  std::vector<std::string> choices; ///< Empty: anything.
};

struct Definition {
  std::string usage; ///< "check [options] [PATH...]"
  std::string summary;
  std::string notes; ///< Lines as they shall stand.
  std::vector<OptionDefinition> options;
  std::string positional;            ///< "PATH"; empty where there are none.
  std::vector<std::string> actions;  ///< The words of which the first argument is one.
  std::vector<std::string> examples; ///< Command lines.

  /// "check", "rules new"
  [[nodiscard]] std::string command() const;
};

void print_help(const Definition& definition, std::ostream& out);

/// "a, b or c"
[[nodiscard]] std::string either(const std::vector<std::string_view>& words);

/// Of all commands and what they have below them, in the order of the help: "check", "rules", "rules new".
[[nodiscard]] std::vector<Definition> all_definitions(const World& world);

} // namespace slsaudit::cli
