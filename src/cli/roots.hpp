// SPDX-License-Identifier: Apache-2.0
// `slsaudit check --roots-from`: many systems, each audited for itself, one line of JSON each.
#pragma once

#include "cli/cache.hpp"
#include "cli/plan.hpp"

namespace slsaudit::cli {

struct RootsOptions {
  std::optional<std::string> list; ///< --roots-from: a file, or "-".
  bool null = false;               ///< --null

  void describe(Parser& parser);
};

/// A line for each root, in the order of the list, as soon as it and all before it are done. The exit code
/// says whether that was done, not what was found: `clean` when each root has been looked at, `input` when
/// one isn't there, the list can't be read, or standard output can't be written. Each line is an entry of the
/// cache.
[[nodiscard]] ExitCode check_roots(const AuditOptions& options, const RootsOptions& roots,
                                   const std::optional<std::string>& baseline, const Parser& parser,
                                   World& world, Cache& cache);

} // namespace slsaudit::cli
