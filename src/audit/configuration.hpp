// SPDX-License-Identifier: Apache-2.0
// The configuration file: what a project tells about its load, its account and its limits.
//
//   load:
//     size: small                # or medium, large: what entries and functions without figures get
//     entries: {OrdersApi: {rate: 50/s, burst: 200, payload: 4KB}}
//     functions: {Checkout: {duration: 300ms, connections: 5}}
//   account: {concurrency: 3000}
//   portability: {minimum: 60}
#pragma once

#include "analysis/table.hpp"
#include "text/file_system.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace slsaudit::audit {

/// What isn't written is empty.
struct Configuration {
  analysis::LoadProfile load;
  std::optional<std::int64_t> account_concurrency;
  std::optional<std::int64_t> minimum_portability;

  void apply(analysis::Settings& settings) const;
};

struct ReadConfiguration {
  Configuration configuration;
  std::vector<std::string> errors; ///< "path:line:column: error: …", in the order of the text.
};

/// Unknown keys are errors, so that a slip never leaves a setting without effect.
[[nodiscard]] ReadConfiguration read_configuration(const text::FileSystem& files, const std::string& path);

/// The file that holds for the audited paths: `slsaudit.yaml` or `.slsaudit.yaml`, in the nearest directory
/// at or above them that has one, never above the repository's root. Without a repository: not above the
/// working directory where the path lies below it, else beside the path only. Empty where there is none;
/// fails where paths have different files, or one directory has both.
[[nodiscard]] text::Result<std::string> find_configuration(const text::FileSystem& files,
                                                           const std::vector<std::string>& paths);

} // namespace slsaudit::audit
