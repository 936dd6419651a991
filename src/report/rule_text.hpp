// SPDX-License-Identifier: Apache-2.0
// Rules as text for people and for programs.
#pragma once

#include "report/report.hpp"
#include "rules/rule.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace slsaudit::report {

/// One line a rule: code, severity, name and summary; rules of the strict profile are marked.
void list_rules_text(const std::vector<const rules::Rule*>& rules, std::ostream& out);
/// Everything that a rule file says for readers, as {"rules": […]}.
void list_rules_json(const std::vector<const rules::Rule*>& rules, std::ostream& out);

/// One rule at length: what it finds, why it matters, how to fix it in each dialect, an example, limits,
/// references.
void explain_rule(const rules::Rule& rule, const Style& style, std::ostream& out);

/// The JSON Schema of rule files, for editors; what docs/schemas/rule.schema.json holds, a test compares.
[[nodiscard]] std::string rule_schema();

} // namespace slsaudit::report
