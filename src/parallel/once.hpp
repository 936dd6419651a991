// SPDX-License-Identifier: Apache-2.0
// Something that is made by whoever asks first. As std::call_once, which calls the kernel each time that
// something has been made; this does so only where another thread waits for it, and costs a byte's look when
// all is made.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace slsaudit::parallel {

class Once {
public:
  /// Calls `make`, unless it has been called: then waits until that has ended. What `make` throws is thrown
  /// here, and the next one who asks calls again. `make` may not ask for the same.
  template <class Make> void call(Make&& make) {
    if (state_.load(std::memory_order_acquire) == made || !begins()) return;
    struct Ends {
      Once& once;
      State state = untouched;
      ~Ends() { once.end(state); }
    } ends{*this};
    std::forward<Make>(make)();
    ends.state = made;
  }

private:
  using State = std::uint32_t; ///< What the kernel waits on.
  static constexpr State untouched = 0;
  static constexpr State begun = 1;
  static constexpr State awaited = 2; ///< Begun, and somebody waits.
  static constexpr State made = 3;

  /// Whether it is the caller who makes it; else it has been made.
  bool begins() {
    State seen = untouched;
    while (!state_.compare_exchange_strong(seen, begun, std::memory_order_acquire)) {
      if (seen == made) return false;
      if (seen == awaited || state_.compare_exchange_strong(seen, awaited, std::memory_order_relaxed))
        state_.wait(awaited, std::memory_order_relaxed);
      seen = untouched;
    }
    return true;
  }
  void end(State state) {
    if (state_.exchange(state, std::memory_order_release) == awaited) state_.notify_all();
  }

  std::atomic<State> state_{untouched};
};

} // namespace slsaudit::parallel
