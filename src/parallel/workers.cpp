// SPDX-License-Identifier: Apache-2.0
#include "parallel/workers.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace slsaudit::parallel {

namespace {

/// One call of each().
struct Job {
  std::size_t items = 0;
  const std::function<void(std::size_t)>* task = nullptr;
  std::size_t next = 0;    ///< The first item that nobody has begun.
  std::size_t running = 0; ///< Items that somebody is at.
  std::exception_ptr error;
  std::size_t failed = 0; ///< The item that `error` is of.
};

} // namespace

struct Workers::State {
  unsigned count = 1;
  std::mutex mutex; // guards all below, and the jobs
  std::condition_variable wake;
  std::condition_variable done;
  std::vector<Job*> jobs; ///< With items that nobody has begun; the innermost call's is the last.
  std::vector<std::thread> threads;
  bool stop = false;

  /// One item of the job; `lock` is held before and after, and not meanwhile.
  void take(Job& job, std::unique_lock<std::mutex>& lock) {
    const std::size_t item = job.next++;
    job.running += 1;
    if (job.next == job.items) std::erase(jobs, &job);
    lock.unlock();
    std::exception_ptr error;
    try {
      (*job.task)(item);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    job.running -= 1;
    if (error != nullptr && (job.error == nullptr || item < job.failed)) {
      job.error = error;
      job.failed = item;
    }
    if (job.next == job.items && job.running == 0) done.notify_all();
  }

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [&] { return stop || !jobs.empty(); });
      if (stop) return;
      take(*jobs.back(), lock);
    }
  }

  void start() {
    while (threads.size() + 1 < count) threads.emplace_back([this] { work(); });
  }
};

Workers::Workers(unsigned count) : state_(std::make_unique<State>()) {
  state_->count = count != 0 ? count : std::max(1U, std::thread::hardware_concurrency());
}

Workers::~Workers() {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->stop = true;
    state_->wake.notify_all();
  }
  for (std::thread& thread : state_->threads) thread.join();
}

unsigned Workers::count() const {
  return state_->count;
}

void Workers::each(std::size_t items, const std::function<void(std::size_t)>& task) {
  if (state_->count == 1 || items < 2) {
    for (std::size_t i = 0; i < items; ++i) task(i);
    return;
  }
  Job job{.items = items, .task = &task};
  std::unique_lock lock(state_->mutex);
  state_->start();
  state_->jobs.push_back(&job);
  state_->wake.notify_all();
  while (job.next < job.items) state_->take(job, lock);
  state_->done.wait(lock, [&] { return job.running == 0; });
  if (job.error != nullptr) std::rethrow_exception(job.error);
}

} // namespace slsaudit::parallel
