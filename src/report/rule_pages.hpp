// SPDX-License-Identifier: Apache-2.0
// The documentation of rules, from their files.
#pragma once

#include "rules/rule.hpp"

#include <map>
#include <span>
#include <string>

namespace slsaudit::report {

/// File names below docs/rules/ and what they hold; a test compares. README.md is the index, CON007.md a
/// rule.
[[nodiscard]] std::map<std::string, std::string> rule_pages(std::span<const rules::Rule> rules);

/// docs/coverage.md with the table between its markers made anew: other tools' checks, and the rules that tell
/// the same.
[[nodiscard]] std::string with_coverage(const std::string& page, std::span<const rules::Rule> rules);

} // namespace slsaudit::report
