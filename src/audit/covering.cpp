// SPDX-License-Identifier: Apache-2.0
#include "audit/covering.hpp"

#include "text/assert.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace slsaudit::audit {

namespace {

/// Pairs of choices of two factors that no combination has yet.
class MissingPairs {
public:
  explicit MissingPairs(const std::vector<std::size_t>& choices) : offsets_(choices.size() + 1) {
    std::inclusive_scan(choices.begin(), choices.end(), offsets_.begin() + 1);
    missing_.resize(offsets_.back() * offsets_.back());
    for (std::size_t i = 0; i < choices.size(); ++i) {
      for (std::size_t j = i + 1; j < choices.size(); ++j) {
        for (std::size_t a = 0; a < choices[i]; ++a)
          for (std::size_t b = 0; b < choices[j]; ++b) missing_[place(i, a, j, b)] = true;
        left_ += choices[i] * choices[j];
      }
    }
  }

  [[nodiscard]] std::size_t left() const { return left_; }
  [[nodiscard]] bool has(std::size_t i, std::size_t a, std::size_t j, std::size_t b) const {
    return i < j ? missing_[place(i, a, j, b)] : missing_[place(j, b, i, a)];
  }
  void remove(const Combination& combination) {
    for (std::size_t i = 0; i < combination.size(); ++i) {
      for (std::size_t j = i + 1; j < combination.size(); ++j) {
        auto missing = missing_[place(i, combination[i], j, combination[j])];
        if (missing) --left_;
        missing = false;
      }
    }
  }

private:
  [[nodiscard]] std::size_t place(std::size_t i, std::size_t a, std::size_t j, std::size_t b) const {
    return (offsets_[i] + a) * offsets_.back() + offsets_[j] + b;
  }
  std::vector<std::size_t> offsets_; ///< Of each factor's first choice among the choices of all.
  std::vector<bool> missing_;        ///< By the places of both choices, the earlier factor's first.
  std::size_t left_ = 0;
};

/// Sets one factor after the other to the choice that shows most of what is missing, beginning with a pair.
Combination next_combination(const std::vector<std::size_t>& choices, const MissingPairs& missing) {
  Combination made(choices.size());
  std::vector<std::size_t> set;
  const auto gain = [&](std::size_t factor, std::size_t choice) {
    return std::ranges::count_if(
        set, [&](std::size_t other) { return missing.has(factor, choice, other, made[other]); });
  };
  const auto begin = [&] {
    for (std::size_t i = 0; i < choices.size(); ++i) {
      for (std::size_t j = i + 1; j < choices.size(); ++j) {
        for (std::size_t a = 0; a < choices[i]; ++a) {
          for (std::size_t b = 0; b < choices[j]; ++b) {
            if (!missing.has(i, a, j, b)) continue;
            made[i] = a;
            made[j] = b;
            set = {i, j};
            return;
          }
        }
      }
    }
  };
  begin();
  for (std::size_t factor = 0; factor < choices.size(); ++factor) {
    if (std::ranges::find(set, factor) != set.end()) continue;
    for (std::size_t choice = 1; choice < choices[factor]; ++choice) {
      if (gain(factor, choice) > gain(factor, made[factor])) made[factor] = choice;
    }
    set.push_back(factor);
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
