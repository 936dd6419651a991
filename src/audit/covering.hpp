// SPDX-License-Identifier: Apache-2.0
// Few combinations that show each two choices together. Most of what goes wrong between independent choices
// needs two of them, seldom three, so where there are too many combinations to look at all, looking at each
// pair finds nearly what all would.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace slsaudit::audit {

/// Of each factor, the index of its choice.
using Combination = std::vector<std::size_t>;

struct Combinations {
  std::vector<Combination> list; ///< The one of all first choices comes first.
  bool pairs = true;             ///< Whether each two choices of two factors are together in one of them.
};

/// All combinations of that many choices a factor where they are at most `most`; otherwise the one of all
/// first choices, as many as it takes for all pairs, and those with one choice that is not the first: at most
/// `most`.
[[nodiscard]] Combinations combinations(const std::vector<std::size_t>& choices, std::size_t most);

struct Cover {
  std::vector<std::size_t> rows; ///< Of the table, ascending.
  bool pairs = true;             ///< Whether each two cells that one row has are together in one of these.
};

/// Some rows of a table, each as long as the others, in which every two cells are together that are so in any
/// row: at most `most`, the first row always. Of rows that show as much that is new the earlier is taken.
[[nodiscard]] Cover covering_rows(const std::vector<std::vector<std::uint8_t>>& table, std::size_t most);

} // namespace slsaudit::audit
