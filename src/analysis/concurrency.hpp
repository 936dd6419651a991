// SPDX-License-Identifier: Apache-2.0
// Concurrency settings that are not written on the function itself.
#pragma once

#include "analysis/demand.hpp"

namespace slsaudit::analysis {

struct Provisioned {
  graph::NodeId function; ///< Invalid when not known.
  graph::NodeId holder;   ///< The version or alias.
  value::Value value;
};

/// Provisioned concurrency of versions and aliases; aliases first, each in order.
[[nodiscard]] const std::vector<Provisioned>& provisioned_concurrency(const Facts& facts);

/// What a function's demand is for tables: the load's where a profile reaches it, else the bound of its
/// triggers.
struct Need {
  std::string_view kind; ///< "profile", "bound", "unbounded", or "none" where nothing is known to start it.
  cel::Value executions; ///< Null of an unbounded one and of none.
  std::vector<Step> steps;
};
[[nodiscard]] Need need_of(const Facts& facts, const Demands& demands, const Demand& demand);

/// Whose concurrency a function takes: "reserved", "unreserved", or "edge" where only CloudFront runs it.
[[nodiscard]] std::string_view pool_of(const graph::System& system, graph::NodeId function);

/// The demand of all functions together.
struct TotalNeed {
  struct Term {
    graph::NodeId function;
    double amount = 0;
    bool declared = false; ///< Rests on what the author wrote, not on defaults of the platform.
    Step step;
  };
  std::vector<Term> terms; ///< The largest first.
  double all = 0;
  double declared = 0;   ///< The terms of that kind.
  double unreserved = 0; ///< Those of functions without a reservation.
  bool profile = false;  ///< The terms are a load profile's; else bounds.
  bool complete = true;  ///< Every function has a term.
  std::vector<graph::NodeId> unbounded;
};
[[nodiscard]] TotalNeed total_need(const Facts& facts, const Demands& demands);

} // namespace slsaudit::analysis
