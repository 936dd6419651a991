// SPDX-License-Identifier: Apache-2.0
#include "parallel/in_order.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace slsaudit::parallel {

namespace {

/// Items under way for each thread: one that takes long keeps the others busy this long.
constexpr std::size_t items_a_thread = 8;

class Belt {
public:
  Belt(unsigned threads, const Conveyor& conveyor)
      : conveyor_(conveyor), room_(std::size_t{threads} * items_a_thread) {}

  void work() {
    try {
      while (auto item = begin()) end(item->first, conveyor_.make(item->second));
    } catch (...) {
      const std::scoped_lock lock(going_);
      if (error_ == nullptr) error_ = std::current_exception();
      stopped_ = true;
      changed_.notify_all();
    }
  }

  void rethrow() const {
    if (error_ != nullptr) std::rethrow_exception(error_);
  }

private:
  std::optional<std::pair<std::size_t, std::string>> begin() {
    const std::scoped_lock coming(coming_); // not the other: what is made leaves while the next is awaited
    {
      std::unique_lock going(going_);
      changed_.wait(going, [&] { return stopped_ || begun_ < taken_ + room_; });
      if (stopped_ || ended_) return std::nullopt;
    }
    auto item = conveyor_.next();
    ended_ = !item;
    if (!item) return std::nullopt;
    return std::pair(begun_++, std::move(*item));
  }

  void end(std::size_t index, std::string made) {
    const std::scoped_lock going(going_);
    waiting_.emplace(index, std::move(made));
    while (!stopped_ && !waiting_.empty() && waiting_.begin()->first == taken_) {
      stopped_ = !conveyor_.take(std::move(waiting_.begin()->second));
      waiting_.erase(waiting_.begin());
      taken_ += 1;
    }
    changed_.notify_all();
  }

  const Conveyor& conveyor_;
  const std::size_t room_;
  std::mutex coming_; // guards `begun_` and `ended_`; taken before the other
  std::size_t begun_ = 0;
  bool ended_ = false;
  std::mutex going_; // guards what follows
  std::condition_variable changed_;
  std::map<std::size_t, std::string> waiting_;
  std::size_t taken_ = 0;
  bool stopped_ = false;
  std::exception_ptr error_;
};

} // namespace

void in_order(unsigned threads, const Conveyor& conveyor) {
  const unsigned count = threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  Belt belt(count, conveyor);
  std::vector<std::thread> others;
  while (others.size() + 1 < count) others.emplace_back([&] { belt.work(); });
  belt.work();
  for (std::thread& other : others) other.join();
  belt.rethrow();
}

} // namespace slsaudit::parallel
