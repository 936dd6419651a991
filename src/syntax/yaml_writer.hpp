// SPDX-License-Identifier: Apache-2.0
// A tree as YAML, for texts that people put into their templates.
#pragma once

#include "syntax/node.hpp"

#include <cstddef>
#include <string>

namespace slsaudit::syntax {

/// Where the text will stand.
struct YamlPlace {
  std::size_t column = 0;  ///< Blanks before each line but the first.
  bool behind_key = false; ///< On the line of a key: what takes several lines begins on the next one.
};

/// Block style, two blanks a level, short lists of words in brackets; no line end. Tags and scalars stay as
/// they were written, as far as they read the same here; comments, anchors and merge keys do not come back.
/// What would be longer than `max` bytes ends somewhere behind them.
[[nodiscard]] std::string to_yaml(const Node& node, YamlPlace place = {}, std::size_t max = 1U << 20U);

} // namespace slsaudit::syntax
