// SPDX-License-Identifier: Apache-2.0
#include "parallel/workers.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

using slsaudit::parallel::Workers;

TEST_CASE("each item is done once, whatever the number of threads") {
  const unsigned threads = GENERATE(1U, 2U, 3U, 8U);
  CAPTURE(threads);
  Workers workers(threads);
  CHECK(workers.count() == threads);
  for (const std::size_t items : {0U, 1U, 2U, 7U, 1000U}) {
    std::vector<int> done(items, 0);
    workers.each(items, [&](std::size_t i) { done[i] += 1; });
    CHECK(done == std::vector<int>(items, 1));
  }
}

TEST_CASE("as many threads as the hardware runs, and at least one") {
  CHECK(Workers(0).count() >= 1);
}

TEST_CASE("a task may share work itself") {
  Workers workers(3);
  std::vector<std::size_t> sums(20, 0);
  workers.each(sums.size(), [&](std::size_t outer) {
    std::vector<std::size_t> parts(50, 0);
    workers.each(parts.size(), [&](std::size_t inner) { parts[inner] = outer * inner; });
    sums[outer] = std::accumulate(parts.begin(), parts.end(), std::size_t{0});
  });
  for (std::size_t i = 0; i < sums.size(); ++i) CHECK(sums[i] == i * 1225);
}

TEST_CASE("the exception of the lowest index arrives, after all tasks have ended") {
  const unsigned threads = GENERATE(2U, 4U);
  Workers workers(threads);
  std::atomic<int> ended = 0;
  std::string message;
  try {
    workers.each(100, [&](std::size_t i) {
      if (i % 10 == 3) throw std::runtime_error(std::to_string(i));
      ended += 1;
    });
  } catch (const std::runtime_error& error) {
    message = error.what();
  }
  CHECK(message == "3");
  CHECK(ended == 90);
  workers.each(10, [&](std::size_t) { ended += 1; });
  CHECK(ended == 100);
}
