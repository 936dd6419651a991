// SPDX-License-Identifier: Apache-2.0
// What the terminal at standard output can do, by the conventions of environment variables.
#pragma once

#include "cli/world.hpp"

#include <string>
#include <string_view>

namespace slsaudit::cli {

class Terminal {
public:
  explicit Terminal(const World& world) : world_(world) {}

  /// Whether to use them where nothing else is said. In this order NO_COLOR, CLICOLOR_FORCE, whether there is
  /// a terminal, TERM=dumb and CLICOLOR=0 decide.
  [[nodiscard]] bool colours() const;

  /// OSC 8; `when` is "auto", "always" or "never". auto: a terminal that says by its variables that it knows
  /// them, outside of multiplexers that may not.
  [[nodiscard]] bool hyperlinks(std::string_view when) const;

  /// Whether the locale's characters are UTF-8: LC_ALL, LC_CTYPE or LANG, the first that is set; without any,
  /// they are, for that is what containers are like. What is no terminal always gets UTF-8, so that files are
  /// the same everywhere.
  [[nodiscard]] bool unicode() const;

private:
  /// Empty where it isn't set.
  [[nodiscard]] std::string variable(const std::string& name) const;

  const World& world_;
};

/// The address of a rule's page, with `CODE` where the rule's code stands in it: SLSAUDIT_DOCS_URL, or what
/// the build says. Empty: nobody knows.
[[nodiscard]] std::string docs_url(const World& world);

} // namespace slsaudit::cli
