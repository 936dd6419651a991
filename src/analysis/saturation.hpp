// SPDX-License-Identifier: Apache-2.0
// Which limits a load reaches, and how far it is from each.
#pragma once

#include "analysis/demand.hpp"

namespace slsaudit::analysis {

struct Saturation {
  graph::NodeId node; ///< Invalid of what the whole account has.
  std::string what;   ///< "reserved concurrency", "records/s of its shards" …
  std::string unit;   ///< "executions", "requests/s" …
  double limit = 0;
  double load = 0;      ///< Of the load as it is, in the same unit.
  double factor = 0;    ///< How many times that load reaches the limit; below 1, the load is past it.
  double rate = 0;      ///< Events a second at the node (at all entries, for the account's) when it does.
  std::string effect;   ///< What happens then.
  std::string quota;    ///< The row of knowledge that the limit is from; empty where the author wrote it.
  bool verified = true; ///< That row was checked.
  text::Span at;
};

/// The settings' load against every limit that it comes near, the first to be reached first. What schedules
/// add doesn't grow. Empty without a load profile.
[[nodiscard]] std::vector<Saturation> saturations(const Facts& facts);

} // namespace slsaudit::analysis
