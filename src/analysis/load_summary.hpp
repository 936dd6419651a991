// SPDX-License-Identifier: Apache-2.0
// A system under load, as people and programs read it.
#pragma once

#include "analysis/costs.hpp"
#include "analysis/saturation.hpp"

namespace slsaudit::analysis {

struct LoadSummary {
  struct Entry {
    graph::NodeId node;
    std::string kind;
    std::string origin; ///< "given", "size small", "its schedule" or "no load".
    double rate = 0;
    double burst = 0;
    double payload_kb = 0;
  };
  struct Function {
    graph::NodeId node;
    double rate = 0;
    double burst = 0;
    double duration_ms = 0;
    bool duration_given = false;
    double demand = 0; ///< Executions at once.
    std::string held;  ///< What bounds it: "reserves 20", "bounded by 1,250" or "shares the account's".
  };
  std::vector<Entry> entries;
  std::vector<Saturation> limits;  ///< The first to be reached first.
  std::vector<Function> functions; ///< The most demand first.
  double demand = 0;               ///< Of all functions, reservations held.
  double account = 0;
  std::vector<Costs> costs; ///< Fixed and of the profile, where there are any.
  std::vector<graph::NodeId> unpriced;
  std::vector<std::string> assumptions; ///< Sentences without period.
};

[[nodiscard]] LoadSummary summary_of(const Facts& facts);

} // namespace slsaudit::analysis
