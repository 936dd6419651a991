// SPDX-License-Identifier: Apache-2.0
// Any bytes as a baseline: its entries know the findings that they are about, and come back when written.
#include "audit/baseline.hpp"

#include "fuzz/targets.hpp"
#include "text/assert.hpp"

namespace slsaudit::fuzz {

void run_baseline(std::string_view bytes) {
  const text::MemoryFileSystem files({{"baseline", std::string(bytes)}});
  const auto entries = audit::read_baseline(files, "baseline");
  if (!entries.ok()) {
    SLSAUDIT_ASSERT(!entries.error().empty());
    return;
  }
  std::vector<rules::Finding> findings;
  for (const audit::BaselineEntry& entry : entries.value()) {
    rules::Finding finding;
    finding.fingerprint = entry.fingerprint;
    finding.pathless = entry.pathless;
    finding.code = entry.code;
    findings.push_back(finding);
  }
  const auto compared = audit::compare(findings, entries.value());
  SLSAUDIT_ASSERT(compared.fresh.empty() && compared.debt.size() == findings.size());

  const text::SourceMap sources;
  const std::string written = audit::baseline_text(findings, sources);
  const auto again = audit::read_baseline(text::MemoryFileSystem({{"baseline", written}}), "baseline");
  SLSAUDIT_ASSERT(again.ok() && again.value().size() == findings.size());
  SLSAUDIT_ASSERT(audit::compare(findings, again.value()).fresh.empty());
}

} // namespace slsaudit::fuzz
