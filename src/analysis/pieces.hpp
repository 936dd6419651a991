// SPDX-License-Identifier: Apache-2.0
// A list as its items, whatever conditions select them.
#pragma once

#include "value/value.hpp"

#include <vector>

namespace slsaudit::analysis {

/// A list's items with their alternatives, or a single entry: `graph::entries`, and what is not known
/// besides.
[[nodiscard]] inline std::vector<value::Value> pieces(const value::Value& list) {
  std::vector<value::Value> result;
  const auto add = [&](const value::Value& item) {
    for (const value::Value& one : item.alternatives())
      if (one.is_present()) result.push_back(one);
  };
  for (const value::Value& alternative : list.alternatives()) {
    if (!alternative.is_list()) add(alternative);
    for (const value::Value& item : alternative.items()) add(item);
  }
  return result;
}

} // namespace slsaudit::analysis
