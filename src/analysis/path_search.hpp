// SPDX-License-Identifier: Apache-2.0
// The best ways of events through a system, without listing them.
#pragma once

#include "analysis/event_flow.hpp"

#include <tuple>

namespace slsaudit::analysis {

/// The way to a state. Extending two ways by the same hop keeps their order, so the best way to a state is
/// one more hop on the best way to some other.
struct PathRank {
  int unbounded = 0; ///< Hops that multiply without a bound.
  double most = 1;   ///< Product of the other hops.
  double least = 1;
  int asynchronous = 0;
  int hops = 0;
  int prefix = 0; ///< Synchronous hops before the first other one.

  friend bool operator<(const PathRank& a, const PathRank& b) {
    const auto key = [](const PathRank& r) {
      return std::tuple(r.unbounded, r.most, r.least, r.asynchronous, r.hops, r.prefix);
    };
    return key(a) < key(b);
  }
};

struct PathLabel {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  PathRank rank;
  std::size_t arc = none;   ///< The last hop; none at an entry.
  std::size_t entry = none; ///< Where the way starts; none where no way leads.
  double at_once = 0;       ///< Of any way, at most.
  int deepest = 0;          ///< Asynchronous hops of any way that runs round no cycle, at most.
  int distance = 0;         ///< Hops since the way came into its part.
};

/// One pass over the condensation of the flow, from sources to targets. A cycle on a way counts as one more
/// hop that multiplies without a bound.
class PathSearch {
public:
  /// `flow` must outlive it.
  explicit PathSearch(const EventFlow& flow);

  /// Hops that lead on from anywhere behind an entry; stops counting at `limit`.
  std::size_t hops_behind(std::size_t start, std::size_t limit);

  /// Labels every state behind the starts. `reserved`, by node, caps what is at work there.
  void run(const std::vector<std::size_t>& starts, const std::vector<double>& reserved);

  /// Of a state that the last run reached.
  [[nodiscard]] const PathLabel& label(std::size_t state) const { return labels_[state]; }
  /// Ascending.
  [[nodiscard]] const std::vector<std::size_t>& reached() const { return reached_; }

private:
  void reach(std::vector<std::size_t> work);
  [[nodiscard]] PathRank extended(PathRank rank, std::size_t arc) const;
  void go_round(std::size_t part, const std::vector<double>& reserved);
  void spread(std::size_t part, std::vector<std::size_t> layer);
  void leave(std::size_t part, const std::vector<double>& reserved);
  void improve(PathLabel& label, const PathLabel& from, std::size_t arc, const std::vector<double>& reserved);

  const EventFlow& flow_;
  std::vector<PathLabel> labels_;
  std::vector<unsigned> stamp_; ///< The round in which a state was reached.
  unsigned round_ = 0;
  std::vector<std::size_t> reached_;
  std::vector<std::size_t> position_; ///< Of a part: sources first.
};

} // namespace slsaudit::analysis
