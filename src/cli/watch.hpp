// SPDX-License-Identifier: Apache-2.0
// `slsaudit check --watch`: audits, waits for changes, audits what they concern, tells the difference.
#pragma once

#include "cli/outputs.hpp"
#include "cli/plan.hpp"

namespace slsaudit::cli {

/// Ends with `clean` when the user wants no more; with `usage` where nobody can tell of changes.
[[nodiscard]] ExitCode watch(const AuditOptions& options, const Outputs& outputs,
                             const std::optional<std::string>& baseline, const Parser& parser, World& world);

} // namespace slsaudit::cli
