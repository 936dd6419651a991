// SPDX-License-Identifier: Apache-2.0
// Whether an event that came by one edge can go on by another.
#pragma once

#include "analysis/table.hpp"
#include "graph/passes.hpp"

#include <mutex>
#include <optional>

namespace slsaudit::analysis {

using graph::each_of;

enum class Passage : std::uint8_t {
  blocked,  ///< Filters are disjoint: it never does.
  possible, ///< A filter may or may not let it through.
  certain,  ///< Nothing filters it, or it is known to match.
};

/// Answers for one system, each pair of edges compared once; Facts::shared keeps them. Safe to use from
/// several threads.
class Passages {
public:
  explicit Passages(const Facts& facts);

  /// The target of `in` must be where `out` starts.
  [[nodiscard]] Passage of(graph::EdgeId in, graph::EdgeId out) const {
    const std::optional<Passage>& any = whatever_[out.index()];
    return any ? *any : compared(in, out);
  }

  /// Whether it depends on `in`, which takes far longer to tell.
  [[nodiscard]] bool compares(graph::EdgeId out) const { return !whatever_[out.index()]; }

private:
  [[nodiscard]] Passage compared(graph::EdgeId in, graph::EdgeId out) const;

  const graph::System& system_;
  mutable std::mutex mutex_; ///< Of `filters_`.
  mutable graph::Passages filters_;
  std::vector<std::optional<Passage>> whatever_; ///< By `out`: where it is the same for every `in`.
};

} // namespace slsaudit::analysis
