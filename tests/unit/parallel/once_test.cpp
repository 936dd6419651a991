// SPDX-License-Identifier: Apache-2.0
#include "parallel/once.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using slsaudit::parallel::Once;

TEST_CASE("of many who ask at once one makes it, and all see what is made") {
  for (int round = 0; round < 200; ++round) {
    Once once;
    int made = 0; // no atomic: the thread sanitizer tells of who sees it too early
    std::atomic<int> seen = 0;
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        once.call([&] {
          std::this_thread::yield();
          ++made;
        });
        seen += made;
      });
    }
    for (std::thread& thread : threads) thread.join();
    REQUIRE(made == 1);
    REQUIRE(seen == 8);
  }
}

TEST_CASE("who fails leaves it to the next one, waiting or not") {
  Once once;
  std::atomic<int> calls = 0;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  threads.reserve(6);
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      try {
        once.call([&] {
          std::this_thread::yield();
          if (++calls <= 3) throw std::runtime_error("not yet");
        });
      } catch (const std::runtime_error&) {
        ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(calls == 4);
  CHECK(failures == 3);
  once.call([&] { ++calls; });
  CHECK(calls == 4);
}
