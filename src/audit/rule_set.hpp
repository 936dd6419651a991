// SPDX-License-Identifier: Apache-2.0
// The rules there are: those built in, and those of directories.
#pragma once

#include "rules/rule.hpp"
#include "text/file_system.hpp"

#include <string>
#include <vector>

namespace slsaudit::audit {

struct RuleSet {
  std::vector<rules::Rule> rules; ///< By code. A rule of a directory replaces the built-in one with its code.
  std::vector<std::string>
      errors; ///< "path:line:column: error: …"; with any the set must not be used by a command.
};

/// Whether the examples of built-in rules are wanted, which takes its time.
enum class Examples : std::uint8_t { without, with };

[[nodiscard]] RuleSet all_rules(const text::FileSystem& files, const std::vector<std::string>& directories,
                                Examples examples);

} // namespace slsaudit::audit
