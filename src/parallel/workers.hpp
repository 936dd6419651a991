// SPDX-License-Identifier: Apache-2.0
// A few threads that share work. What they do is told by index, so that results stand where they belong and
// nothing depends on who was faster.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace slsaudit::parallel {

/// Work on fewer resources than that costs more to hand out than several threads gain.
constexpr std::size_t few_resources = 200;

class Workers {
public:
  /// `count` threads in all, the caller's among them; 0 for as many as the hardware runs at once. Those
  /// beside the caller's are started when there is something for them to do.
  explicit Workers(unsigned count = 1);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  [[nodiscard]] unsigned count() const;

  /// Calls task(0) to task(items - 1), each once, and returns when all have ended. Lower indexes begin
  /// earlier. The caller works too; a task may itself share work. Of the exceptions that tasks throw, that of
  /// the lowest index is thrown here, after all have ended.
  void each(std::size_t items, const std::function<void(std::size_t)>& task);

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace slsaudit::parallel
