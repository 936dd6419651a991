// SPDX-License-Identifier: Apache-2.0
// What a caller waits for, or needs to go well, before it gets its answer.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

enum class Wait : std::uint8_t {
  none,    ///< The edge is no call, or nobody waits.
  perhaps, ///< A function may invoke another; whether it waits isn't known.
  accepts, ///< Only for the target to take it: a store's answer, a queue's.
  answers, ///< Until the target is done.
};

[[nodiscard]] Wait wait_over(const graph::System& system, const graph::Edge& edge);
/// The caller's answer hangs on the target being there at all.
[[nodiscard]] bool is_needed(Wait wait);
/// Perhaps or surely until the target is done.
[[nodiscard]] bool is_chained(Wait wait);

/// Where someone waits: an entry and the first call behind it.
struct Request {
  graph::NodeId entry;
  graph::EdgeId call;  ///< Invalid where the entry is the function itself: a URL.
  graph::NodeId first; ///< What the call leads to.
};

/// Of all entries that someone waits at, by entry. An API behind a distribution counts as an entry of its
/// own.
[[nodiscard]] std::vector<Request> requests_of(const Facts& facts);

} // namespace slsaudit::analysis
