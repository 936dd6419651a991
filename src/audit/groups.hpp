// SPDX-License-Identifier: Apache-2.0
// Things by number in groups that only grow together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace slsaudit::audit {

class Groups {
public:
  /// At first each is a group of its own.
  explicit Groups(std::size_t count) : earlier_(count) {
    std::iota(earlier_.begin(), earlier_.end(), std::size_t{0});
  }

  /// The first of its group.
  [[nodiscard]] std::size_t first(std::size_t one) {
    while (earlier_[one] != one) {
      earlier_[one] = earlier_[earlier_[one]];
      one = earlier_[one];
    }
    return one;
  }

  void join(std::size_t left, std::size_t right) {
    const auto [low, high] = std::minmax({first(left), first(right)});
    earlier_[high] = low;
  }

private:
  std::vector<std::size_t> earlier_; ///< Of each, one of the same group that comes earlier, or itself.
};

} // namespace slsaudit::audit
