// SPDX-License-Identifier: Apache-2.0
// What the command line, the environment and the configuration file can each say: the first that does counts.
#pragma once

#include "audit/configuration.hpp"
#include "audit/selection.hpp"
#include "cli/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slsaudit::cli {

/// As given on the command line.
struct GivenChoices {
  std::optional<std::string> fail_on;
  std::optional<std::string> profile;
  std::vector<std::string> select;
  std::vector<std::string> ignore;
};

template <class T> struct Choice {
  T value;
  std::string from; ///< "default", "--fail-on", "SLSAUDIT_FAIL_ON" or "slsaudit.yaml:3:1".
};

struct Choices {
  Choices(const GivenChoices& given, const World& world, const audit::Configuration& file);

  Choice<std::string> fail_on;
  Choice<std::string> profile;
  Choice<std::vector<std::string>> select;
  Choice<std::vector<std::string>> ignore;
  std::vector<std::string> disabled; ///< Rules that the file disables and nothing stronger selects.

  [[nodiscard]] audit::Selection selection() const;
  /// What the environment says that can't be; empty when all can.
  [[nodiscard]] std::string wrong() const;
};

} // namespace slsaudit::cli
