// SPDX-License-Identifier: Apache-2.0
// A line of work: things come one after the other, several threads make something of them, and what is made
// leaves in the order of coming. Memory is bounded: only so many are under way at once.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace slsaudit::parallel {

struct Conveyor {
  /// The next one; by one thread at a time, and never again after nothing has come.
  std::function<std::optional<std::string>()> next;
  /// By several threads at once.
  std::function<std::string(const std::string& item)> make;
  /// By one thread at a time, in the order of coming, as soon as all before are taken. False: nobody wants
  /// more.
  std::function<bool(std::string made)> take;
};

/// Returns when all is taken, or nobody wants more. `threads` as of Workers. Of what the functions throw, one
/// is thrown here after all threads have ended.
void in_order(unsigned threads, const Conveyor& conveyor);

} // namespace slsaudit::parallel
