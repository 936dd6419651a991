// SPDX-License-Identifier: Apache-2.0
#include "audit/covering.hpp"

#include "text/assert.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>

namespace slsaudit::audit {

namespace {

/// Pairs of choices of two factors that no combination has yet. A choice has a place among the choices of
/// all factors.
class MissingPairs {
public:
  explicit MissingPairs(const std::vector<std::size_t>& choices) : offsets_(choices.size() + 1) {
    std::inclusive_scan(choices.begin(), choices.end(), offsets_.begin() + 1);
    missing_.resize(offsets_.back() * offsets_.back());
    for (std::size_t i = 0; i < choices.size(); ++i) {
      for (std::size_t j = i + 1; j < choices.size(); ++j) {
        for (std::size_t a = 0; a < choices[i]; ++a)
          for (std::size_t b = 0; b < choices[j]; ++b) set(place(i, a), place(j, b), 1);
        left_ += choices[i] * choices[j];
      }
    }
  }

  [[nodiscard]] std::size_t left() const { return left_; }
  [[nodiscard]] std::size_t place(std::size_t factor, std::size_t choice) const {
    return offsets_[factor] + choice;
  }
  /// By the other choice's place: 1 where the pair is missing, else 0.
  [[nodiscard]] std::span<const std::uint8_t> with(std::size_t choice) const {
    return std::span(missing_).subspan(choice * offsets_.back(), offsets_.back());
  }
  void remove(const Combination& combination) {
    for (std::size_t i = 0; i < combination.size(); ++i) {
      const std::size_t one = place(i, combination[i]);
      for (std::size_t j = i + 1; j < combination.size(); ++j) {
        const std::size_t other = place(j, combination[j]);
        left_ -= with(one)[other];
        set(one, other, 0);
      }
    }
  }

private:
  void set(std::size_t one, std::size_t other, std::uint8_t missing) {
    missing_[one * offsets_.back() + other] = missing;
    missing_[other * offsets_.back() + one] = missing;
  }

  std::vector<std::size_t> offsets_;  ///< Of each factor's first choice.
  std::vector<std::uint8_t> missing_; ///< By the places of both.
  std::size_t left_ = 0;
};

/// Sets one factor after the other to the choice that shows most of what is missing, beginning with a pair.
Combination next_combination(const std::vector<std::size_t>& choices, const MissingPairs& missing) {
  Combination made(choices.size());
  std::vector<bool> is_set(choices.size());
  std::vector<std::size_t> places; // of the choices that are set
  const auto set = [&](std::size_t factor, std::size_t choice) {
    made[factor] = choice;
    is_set[factor] = true;
    places.push_back(missing.place(factor, choice));
  };
  const auto begin = [&] {
    for (std::size_t i = 0; i < choices.size(); ++i) {
      for (std::size_t j = i + 1; j < choices.size(); ++j) {
        for (std::size_t a = 0; a < choices[i]; ++a) {
          const auto pairs = missing.with(missing.place(i, a)).subspan(missing.place(j, 0), choices[j]);
          const auto found = std::ranges::find(pairs, 1);
          if (found == pairs.end()) continue;
          set(i, a);
          set(j, static_cast<std::size_t>(found - pairs.begin()));
          return;
        }
      }
    }
  };
  const auto gain = [&](std::size_t factor, std::size_t choice) {
    const auto pairs = missing.with(missing.place(factor, choice));
    std::size_t sum = 0;
    for (const std::size_t place : places) sum += pairs[place];
    return sum;
  };
  begin();
  for (std::size_t factor = 0; factor < choices.size(); ++factor) {
    if (is_set[factor]) continue;
    std::size_t best = 0;
    std::size_t most = gain(factor, 0);
    for (std::size_t choice = 1; choice < choices[factor]; ++choice) {
      const std::size_t shown = gain(factor, choice);
      if (shown > most) best = choice;
      most = std::max(most, shown);
    }
    set(factor, best);
  }
  return made;
}

} // namespace

Combinations combinations(const std::vector<std::size_t>& choices, std::size_t most) {
  SLSAUDIT_ASSERT(std::ranges::find(choices, std::size_t{0}) == choices.end());
  std::size_t product = 1;
  for (const std::size_t count : choices) product = std::min(product * count, most + 1);
  Combinations result;
  result.list.push_back(Combination(choices.size(), 0));
  const bool all = product <= most;
  if (!all) {
    MissingPairs missing(choices);
    missing.remove(result.list.front());
    while (missing.left() > 0 && result.list.size() < most) {
      result.list.push_back(next_combination(choices, missing));
      missing.remove(result.list.back());
    }
    result.pairs = missing.left() == 0;
  }
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const std::size_t known = all ? result.list.size() : 1;
    for (std::size_t choice = 1; choice < choices[i]; ++choice) {
      for (std::size_t k = 0; k < known && result.list.size() < most; ++k) {
        result.list.push_back(result.list[k]);
        result.list.back()[i] = choice;
      }
    }
  }
  return result;
}

Cover covering_rows(const std::vector<std::vector<std::uint8_t>>& table, std::size_t most) {
  using Pair = std::tuple<std::size_t, std::size_t, std::uint8_t, std::uint8_t>; // columns, then their cells
  const auto pairs_of = [&](std::size_t row) {
    std::vector<Pair> pairs;
    const std::vector<std::uint8_t>& cells = table[row];
    for (std::size_t i = 0; i < cells.size(); ++i) {
      for (std::size_t j = i; j < cells.size(); ++j) pairs.emplace_back(i, j, cells[i], cells[j]);
    }
    return pairs;
  };
  std::vector<std::vector<Pair>> missing; // of each row, those that no chosen row has
  for (std::size_t row = 0; row < table.size(); ++row) missing.push_back(pairs_of(row));
  Cover cover;
  std::size_t next = 0;
  while (next < table.size() && cover.rows.size() < most) {
    cover.rows.push_back(next);
    const std::vector<Pair> shown = std::move(missing[next]); // sorted
    missing[next].clear();
    for (std::vector<Pair>& pairs : missing) {
      std::erase_if(pairs, [&](const Pair& pair) { return std::ranges::binary_search(shown, pair); });
    }
    const auto widest = std::ranges::max_element(missing, {}, &std::vector<Pair>::size);
    next = widest->empty() ? table.size() : static_cast<std::size_t>(widest - missing.begin());
  }
  cover.pairs = next >= table.size();
  std::ranges::sort(cover.rows);
  return cover;
}

} // namespace slsaudit::audit
