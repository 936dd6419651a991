// SPDX-License-Identifier: Apache-2.0
#include "audit/covering.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <set>
#include <tuple>

using namespace slsaudit;

namespace {

using Pair = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>;

template <class Rows> std::set<Pair> pairs_of(const Rows& rows) {
  std::set<Pair> pairs;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      for (std::size_t j = i + 1; j < row.size(); ++j) pairs.emplace(i, j, row[i], row[j]);
  }
  return pairs;
}

std::size_t pairs_among(const std::vector<std::size_t>& choices) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < choices.size(); ++i)
    for (std::size_t j = i + 1; j < choices.size(); ++j) count += choices[i] * choices[j];
  return count;
}

} // namespace

TEST_CASE("few choices are combined in all ways") {
  const auto made = audit::combinations({2, 3, 2}, 64);
  CHECK(made.pairs);
  CHECK(std::set(made.list.begin(), made.list.end()).size() == 12);
  CHECK(made.list.front() == audit::Combination{0, 0, 0});
  CHECK(audit::combinations({}, 64).list == std::vector<audit::Combination>{{}});
}

TEST_CASE("of many choices each two are together in one combination, and each is changed alone") {
  const std::vector<std::size_t> choices =
      GENERATE(values<std::vector<std::size_t>>({{2, 2, 2, 2, 2, 2, 2}, {5, 4, 3, 2}, {2, 9, 2, 6}}));
  const auto made = audit::combinations(choices, 64);
  CHECK(made.pairs);
  CHECK(made.list.size() <= 64);
  CHECK(made.list.front() == audit::Combination(choices.size(), 0));
  CHECK(pairs_of(made.list).size() == pairs_among(choices));
  for (std::size_t i = 0; i < choices.size(); ++i) {
    audit::Combination changed(choices.size(), 0);
    changed[i] = choices[i] - 1;
    if (pairs_among(choices) < 200) CHECK(std::ranges::find(made.list, changed) != made.list.end());
  }
}

TEST_CASE("what a bound leaves out of the pairs is known") {
  const auto made = audit::combinations({20, 20, 20}, 64);
  CHECK_FALSE(made.pairs);
  CHECK(made.list.size() == 64);
}

TEST_CASE("some rows stand for all where each two cells are together in them") {
  std::vector<std::vector<std::uint8_t>> table;
  for (std::uint8_t number = 0; number < 64; ++number) {
    table.emplace_back();
    for (int bit = 0; bit < 6; ++bit) table.back().push_back(number >> bit & 1);
  }
  const auto cover = audit::covering_rows(table, 64);
  CHECK(cover.pairs);
  CHECK(cover.rows.size() <= 8);
  CHECK(cover.rows.front() == 0);
  std::vector<std::vector<std::uint8_t>> chosen;
  for (const std::size_t row : cover.rows) chosen.push_back(table[row]);
  CHECK(pairs_of(chosen) == pairs_of(table));

  const auto bounded = audit::covering_rows(table, 3);
  CHECK_FALSE(bounded.pairs);
  CHECK(bounded.rows.size() == 3);
  CHECK(audit::covering_rows({{1}, {1}, {2}}, 64).rows == std::vector<std::size_t>{0, 2});
}
