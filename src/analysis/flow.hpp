// SPDX-License-Identifier: Apache-2.0
// Whether an event that came by one edge can go on by another.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

enum class Passage : std::uint8_t {
  blocked,  ///< Filters are disjoint: it never does.
  possible, ///< A filter may or may not let it through.
  certain,  ///< Nothing filters it, or it is known to match.
};

/// `in.to` must be `out.from`.
[[nodiscard]] Passage passage(const graph::System& system, const graph::Edge& in, const graph::Edge& out);

/// Of a combined setting or filter: each of its values; of any other, itself; of an absent one, nothing.
[[nodiscard]] std::vector<value::Value> each_of(const value::Value& value);

/// Where objects that a function writes to a bucket may lie, from the grants of its role.
struct KeyRange {
  std::string prefix;
  std::string suffix;
};
/// Empty where nothing is known: anywhere.
[[nodiscard]] std::vector<KeyRange> written_keys(const graph::System& system, graph::NodeId writer,
                                                 graph::NodeId bucket);

} // namespace slsaudit::analysis
