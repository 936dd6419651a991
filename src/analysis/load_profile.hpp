// SPDX-License-Identifier: Apache-2.0
// What load a system is meant to bear: from the configuration, or one of three sizes to start from.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace slsaudit::analysis {

/// Of one entry (an API, a topic that others publish to, a bucket that users write to, a schedule).
struct EntryLoad {
  std::optional<double> rate;       ///< Requests or events a second, on average.
  std::optional<double> burst;      ///< Requests or events that arrive at the same moment.
  std::optional<double> payload_kb; ///< Of one.
};

/// Of one function.
struct FunctionLoad {
  std::optional<double> duration_ms;       ///< Of one invocation, on average.
  std::optional<std::int64_t> connections; ///< To databases, that one instance opens.
};

struct LoadProfile {
  std::string size; ///< "small", "medium" or "large": what entries and functions without figures of their own
                    ///< get; empty when the user gave neither.
  double scale = 1; ///< Multiplies every rate and burst (`--at 10x`).
  std::map<std::string, EntryLoad> entries;      ///< By the id that the author knows it by.
  std::map<std::string, FunctionLoad> functions; ///< Likewise.

  /// Whether the user said anything; without, facts tell bounds instead of demands.
  [[nodiscard]] bool given() const { return !size.empty() || !entries.empty() || !functions.empty(); }
};

} // namespace slsaudit::analysis
