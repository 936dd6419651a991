// SPDX-License-Identifier: Apache-2.0
#include "compare/comparison.hpp"

#include "audit/baseline.hpp"

#include <utility>

namespace slsaudit::compare {
namespace {

/// Findings of `findings` that `others` doesn't have, then those that it has.
audit::BaselineComparison without(std::vector<rules::Finding> findings,
                                  const std::vector<rules::Finding>& others, const audit::Result& result) {
  return audit::compare(std::move(findings), audit::baseline_of(others, *result.sources));
}

std::vector<rules::Finding> suppressed_in(const audit::Result& result) {
  std::vector<rules::Finding> findings;
  for (const rules::SuppressedFinding& one : result.suppressed) findings.push_back(one.finding);
  return findings;
}

} // namespace

Comparison compare(const Side& before, const Side& after) {
  const audit::Result& old_result = before.audited.result;
  const audit::Result& new_result = after.audited.result;
  Comparison comparison;
  auto found = without(new_result.findings, old_result.findings, old_result);
  comparison.fresh = std::move(found.fresh);
  comparison.unchanged = std::move(found.debt);
  auto gone = without(old_result.findings, new_result.findings, new_result);
  auto sorted = without(std::move(gone.fresh), suppressed_in(new_result), new_result);
  comparison.fixed = std::move(sorted.fresh);
  comparison.silenced = std::move(sorted.debt);
  comparison.changes = compare_architecture(before, after);
  return comparison;
}

} // namespace slsaudit::compare
