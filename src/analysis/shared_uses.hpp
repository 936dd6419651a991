// SPDX-License-Identifier: Apache-2.0
// What a function may use only because others may: by a role or an environment that they share, or by words
// that fit more than is meant. It doesn't do all of that for each event.
#pragma once

#include "analysis/table.hpp"

#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace slsaudit::analysis {

/// Answers for one system; Facts::shared keeps them.
class SharedUses {
public:
  explicit SharedUses(const Facts& facts);

  /// Whether another function is known to be the one that uses it: that has a role or an environment of its
  /// own that names it, or is started otherwise than by routes for reading alone.
  [[nodiscard]] bool is_of_another(const graph::Edge& edge) const;
  /// Whether it is one of several that the function may write or send to alike, of which an event takes one,
  /// as far as is known.
  [[nodiscard]] bool is_one_of(const graph::Edge& edge) const;

private:
  using Use = std::pair<graph::NodeId, graph::EdgeKind>;
  using Words = std::tuple<graph::NodeId, graph::EdgeKind, text::Span>;

  void find_named();
  void find_readers();
  void find_wide();
  [[nodiscard]] bool is_write_of_another(const graph::Edge& edge) const;

  const graph::System& system_;
  std::set<Use> named_;          ///< By a function that shares neither role nor environment.
  std::vector<bool> reads_;      ///< By function: routes for reading alone start it.
  std::vector<bool> has_writer_; ///< By role: something that is started otherwise has it.
  std::set<Words> wide_;         ///< A pattern that lets a function use several things alike.
};

} // namespace slsaudit::analysis
