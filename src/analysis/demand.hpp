// SPDX-License-Identifier: Apache-2.0
// How many instances of each function run at once: what the load asks for, and the most that its triggers
// allow.
//
// By Little's law a function needs rate × duration instances, and one more for each event of a burst that
// nothing holds back. Without a profile the bounds of its triggers stand for it: an API's throttle × the time
// that a request may take, a mapping's maximum or the platform's, shards × ParallelizationFactor, one for a
// schedule. What nothing bounds takes the account's concurrency.
#pragma once

#include "analysis/traffic.hpp"
#include "analysis/trigger_bounds.hpp"

namespace slsaudit::analysis {

struct Demand {
  graph::NodeId function;
  double rate = 0;        ///< Invocations a second, of the load that is known.
  double burst = 0;       ///< Invocations at the same moment.
  double duration_ms = 0; ///< Of one.
  bool duration_given = false;
  double load = 0; ///< rate × duration + burst: linear in the load.
  Bound bound;     ///< What its triggers allow, whatever the load; its own reservation not counted.
};

class Demands {
public:
  /// Of the settings' load profile.
  explicit Demands(const Facts& facts) : Demands(facts, Traffic(facts, sources_of(facts))) {}
  Demands(const Facts& facts, Traffic traffic);

  [[nodiscard]] const Traffic& traffic() const { return traffic_; }
  [[nodiscard]] const std::vector<Demand>& all() const { return demands_; } ///< By function.
  [[nodiscard]] const Demand* of(graph::NodeId function) const;             ///< Null for other nodes.
  /// The bounds of each trigger of a function.
  [[nodiscard]] const std::vector<Bound>& bounds_of(graph::NodeId function) const {
    return bounds_.of(function);
  }

private:
  const TriggerBounds& bounds_;
  Traffic traffic_;
  std::vector<Demand> demands_;
};

/// What one invocation takes: the profile's figure, else a usual one, at most the timeout.
struct Duration {
  double milliseconds = 0;
  bool given = false;
};
/// Of every function, by node.
[[nodiscard]] const std::vector<Duration>& durations_of(const Facts& facts);

} // namespace slsaudit::analysis
