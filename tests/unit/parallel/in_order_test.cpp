// SPDX-License-Identifier: Apache-2.0
#include "parallel/in_order.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using slsaudit::parallel::Conveyor;
using slsaudit::parallel::in_order;

namespace {

/// Numbers from 0 on.
Conveyor numbers(std::size_t count, std::vector<std::string>& taken) {
  auto next = std::make_shared<std::size_t>(0);
  Conveyor conveyor;
  conveyor.next = [=]() -> std::optional<std::string> {
    return *next < count ? std::optional(std::to_string((*next)++)) : std::nullopt;
  };
  conveyor.make = [](const std::string& item) { return item + "!"; };
  conveyor.take = [&taken](std::string made) {
    taken.push_back(std::move(made));
    return true;
  };
  return conveyor;
}

} // namespace

TEST_CASE("what is made leaves in the order of coming, whoever is slow") {
  const unsigned threads = GENERATE(0U, 1U, 2U, 5U);
  CAPTURE(threads);
  std::vector<std::string> taken;
  Conveyor conveyor = numbers(300, taken);
  conveyor.make = [](const std::string& item) {
    if (item.ends_with('7')) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return item + "!";
  };
  in_order(threads, conveyor);
  REQUIRE(taken.size() == 300);
  for (std::size_t i = 0; i < taken.size(); ++i) CHECK(taken[i] == std::to_string(i) + "!");
}

TEST_CASE("only so many are under way at once") {
  std::vector<std::string> taken;
  Conveyor conveyor = numbers(500, taken);
  std::atomic<std::size_t> begun = 0;
  std::atomic<std::size_t> most = 0;
  conveyor.make = [&](const std::string& item) {
    ++begun;
    if (item == "0") std::this_thread::sleep_for(std::chrono::milliseconds(30)); // the others run ahead
    return item;
  };
  conveyor.take = [&](std::string made) {
    taken.push_back(std::move(made));
    most = std::max(most.load(), begun.load() - taken.size());
    return true;
  };
  in_order(3, conveyor);
  CHECK(taken.size() == 500);
  CHECK(most <= 3 * 8);
}

TEST_CASE("work ends where nobody wants more") {
  const unsigned threads = GENERATE(1U, 4U);
  std::vector<std::string> taken;
  Conveyor conveyor = numbers(100000, taken);
  conveyor.take = [&](std::string made) {
    taken.push_back(std::move(made));
    return taken.size() < 10;
  };
  in_order(threads, conveyor);
  CHECK(taken.size() == 10);
}

TEST_CASE("what a function throws arrives after all threads have ended") {
  const unsigned threads = GENERATE(1U, 4U);
  std::vector<std::string> taken;
  Conveyor conveyor = numbers(1000, taken);
  conveyor.make = [](const std::string& item) -> std::string {
    if (item == "20") throw std::runtime_error("twenty");
    return item;
  };
  CHECK_THROWS_AS(in_order(threads, conveyor), std::runtime_error);
  CHECK(taken.size() <= 20);
}
