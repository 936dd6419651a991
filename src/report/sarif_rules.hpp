// SPDX-License-Identifier: Apache-2.0
// The part of SARIF that describes rules.
#pragma once

#include "rules/rule.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace slsaudit::report {

/// A `reportingDescriptor` with all that code scanning shows: texts, level, tags, precision, severities.
[[nodiscard]] nlohmann::ordered_json sarif_rule(const rules::Rule& rule);

/// "error", "warning" or "note".
[[nodiscard]] std::string_view sarif_level(rules::Severity severity);

/// "a thing is so" → "A thing is so."; text that starts with a name in backticks keeps its first letter.
[[nodiscard]] std::string sentence(std::string_view text);

} // namespace slsaudit::report
