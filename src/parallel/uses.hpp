// SPDX-License-Identifier: Apache-2.0
// How many hold something that goes with the last of them. As cheap as a number while the program has one
// thread, which is most of the time; std::shared_ptr does the same, but takes a pointer and two counts more.
#pragma once

#include <atomic>
#include <cstdint>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace slsaudit::parallel {

class Uses {
public:
  void add() const {
    if (is_only_thread()) {
      count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    } else {
      count_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  /// Whether that was the last: then what is held must go.
  [[nodiscard]] bool remove() const {
    if (!is_only_thread()) return count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
    const std::uint32_t left = count_.load(std::memory_order_relaxed) - 1;
    count_.store(left, std::memory_order_relaxed);
    return left == 0;
  }

private:
  static bool is_only_thread() {
#if __has_include(<sys/single_threaded.h>)
    return __libc_single_threaded != 0;
#else
    return false;
#endif
  }

  mutable std::atomic<std::uint32_t> count_{1}; ///< Whoever makes it holds it.
};

} // namespace slsaudit::parallel
