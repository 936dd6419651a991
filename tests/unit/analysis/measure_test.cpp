// SPDX-License-Identifier: Apache-2.0
#include "analysis/measure.hpp"
#include "support/catch.hpp"

#include <limits>

using namespace slsaudit;

TEST_CASE("numbers beyond every integer come to the last one") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const std::pair<double, std::int64_t> rows[] = {{0, 0},
                                                  {1.9, 1},
                                                  {-1.9, -1},
                                                  {4e18, 4'000'000'000'000'000'000},
                                                  {1e308, most},
                                                  {-1e308, least},
                                                  {infinite, most},
                                                  {-infinite, least},
                                                  {0x1p63, most},
                                                  {-0x1p63, least},
                                                  {0x1p62, most / 2 + 1}};
  for (const auto& [number, integer] : rows) {
    CAPTURE(number);
    CHECK(analysis::whole(number) == integer);
  }
  CHECK(analysis::added(2, -3) == -1);
  CHECK(analysis::added(most, least) == -1);
  CHECK(analysis::added(most, 0) == most);
  CHECK(analysis::added(most, 1) == most);
  CHECK(analysis::added(most - 1, 1) == most);
  CHECK(analysis::added(least, -1) == least);
  CHECK(analysis::added(least + 1, -1) == least);
}
