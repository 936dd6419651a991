// SPDX-License-Identifier: Apache-2.0
// Two audits told apart: findings that are new, fixed or unchanged, and what became of the architecture.
#pragma once

#include "audit/pipeline.hpp"
#include "compare/change.hpp"

#include <vector>

namespace slsaudit::compare {

/// One of the two, with the settings that its figures are worked out by; both have the same.
struct Side {
  const audit::Audited& audited;
  const analysis::Settings& settings;
};

/// Findings are the same by the rules of baselines: after lines move, files are renamed or resources are
/// reordered.
struct Comparison {
  std::vector<rules::Finding> fresh;     ///< Of the new side, in its order: all that gates.
  std::vector<rules::Finding> fixed;     ///< Of the old side, in its order.
  std::vector<rules::Finding> silenced;  ///< Of the old side: still found, but suppressed now.
  std::vector<rules::Finding> unchanged; ///< Of the new side, in its order.
  std::vector<Change> changes; ///< By topic; what is about the whole system first, and the largest costs.
};

[[nodiscard]] Comparison compare(const Side& before, const Side& after);

/// The architecture alone.
[[nodiscard]] std::vector<Change> compare_architecture(const Side& before, const Side& after);

} // namespace slsaudit::compare
