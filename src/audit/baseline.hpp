// SPDX-License-Identifier: Apache-2.0
// A list of findings that are known, so that only new ones count. One line each, sorted: it merges well.
//
//   slsaudit baseline 1
//   <fingerprint> <fingerprint without the path> CON007 template.yaml
#pragma once

#include "rules/finding.hpp"
#include "text/file_system.hpp"
#include "text/source_map.hpp"

#include <string>
#include <vector>

namespace slsaudit::audit {

struct BaselineEntry {
  std::string fingerprint;
  std::string pathless;
  std::string code;
  std::string path; ///< For people.
};

[[nodiscard]] text::Result<std::vector<BaselineEntry>> read_baseline(const text::FileSystem& files,
                                                                     const std::string& path);
/// The entries that know these findings, in their order.
[[nodiscard]] std::vector<BaselineEntry> baseline_of(const std::vector<rules::Finding>& findings,
                                                     const text::SourceMap& sources);
[[nodiscard]] std::string baseline_text(const std::vector<rules::Finding>& findings,
                                        const text::SourceMap& sources);

struct BaselineComparison {
  std::vector<rules::Finding> fresh; ///< In the order of the findings.
  std::vector<rules::Finding> debt;
};

/// Each entry knows one finding: the one with its fingerprint, or else one that differs in the path alone.
[[nodiscard]] BaselineComparison compare(std::vector<rules::Finding> findings,
                                         const std::vector<BaselineEntry>& known);

} // namespace slsaudit::audit
