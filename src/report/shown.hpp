// SPDX-License-Identifier: Apache-2.0
// What reporters have in common.
#pragma once

#include "audit/result.hpp"
#include "rules/finding.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::report {

inline constexpr std::array<rules::Severity, 5> severities_worst_first{
    rules::Severity::critical, rules::Severity::high, rules::Severity::medium, rules::Severity::low,
    rules::Severity::info};

/// How many findings have the severity.
[[nodiscard]] std::size_t count(const audit::Result& result, rules::Severity severity);

/// What went wrong without a place in a text: inputs first, then rules.
[[nodiscard]] std::vector<std::string> failure_messages(const audit::Result& result);

/// "suppressed by checkov:skip=CKV_AWS_116 (template.yaml:7:5): reason, until 2027-03-31".
[[nodiscard]] std::string suppressed_by(const audit::Result& result, const rules::Suppression& by);

/// Whether the text that the finding points at is itself a secret.
[[nodiscard]] bool points_at_secret(const rules::Finding& finding);

/// The address of a rule's page made from Style::docs_url; empty where that is.
[[nodiscard]] std::string rule_page(std::string_view docs_url, std::string_view code);

/// "1 finding", "2 findings".
[[nodiscard]] std::string counted(std::size_t number, std::string_view noun);

} // namespace slsaudit::report
