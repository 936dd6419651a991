// SPDX-License-Identifier: Apache-2.0
// How a rule's fields are put into words.
#pragma once

#include "rules/rule.hpp"

#include <array>
#include <string>
#include <string_view>

namespace slsaudit::report {

/// By dialect::Dialect.
inline constexpr std::array<std::string_view, 3> dialect_titles{"CloudFormation", "SAM",
                                                                "Serverless Framework"};

/// A severity, or "varies" where it depends on the case.
[[nodiscard]] std::string_view severity_word(const rules::Rule& rule);
/// "critical, high or medium, by the case": those that the rule's expression names, the worst first.
[[nodiscard]] std::string severity_text(const rules::Rule& rule);
[[nodiscard]] std::string confidence_text(const rules::Rule& rule);
/// "checkov: CKV_AWS_116, CKV_AWS_117", one line a tool.
[[nodiscard]] std::string equivalents_text(const rules::Rule& rule);
/// "most (default 5): what it is", one line each.
[[nodiscard]] std::string parameters_text(const rules::Rule& rule);

} // namespace slsaudit::report
