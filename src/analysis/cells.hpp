// SPDX-License-Identifier: Apache-2.0
// The cells of a table. Most say what others say: a service's name, a resource, `false`, an empty list. Each
// such value is kept once, and rows hold places, all in one list.
#pragma once

#include "cel/value.hpp"

#include <cstdint>
#include <vector>

namespace slsaudit::analysis {

class CellPool {
public:
  /// Place of null, which is there from the beginning.
  static constexpr std::uint32_t null = 0;

  /// The place of that value: the same, place in the text and assumption included, or a new one.
  std::uint32_t add(cel::Value value);
  [[nodiscard]] const cel::Value& operator[](std::uint32_t place) const { return values_[place]; }
  /// Keeps a row's places; gives the index of the first among all that are kept.
  std::uint32_t keep(const std::vector<std::uint32_t>& places);
  [[nodiscard]] const cel::Value& kept(std::size_t index) const {
    return values_[places_.empty() ? short_places_[index] : places_[index]];
  }
  /// No more will come: what was only needed to add goes.
  void finish();

private:
  [[nodiscard]] std::uint32_t* bucket_of(std::size_t hash, const cel::Value& value);
  void grow();

  std::vector<cel::Value> values_ = std::vector<cel::Value>(1); // one null, not the number
  std::vector<std::size_t> hashes_ =
      std::vector<std::size_t>(1);          ///< Of values; 0 for one that is like no other.
  std::vector<std::uint32_t> places_;       ///< Of all rows.
  std::vector<std::uint16_t> short_places_; ///< The same in their stead, once no more come, where they fit.
  std::vector<std::uint32_t> buckets_;      ///< Places, 0 for none; as many as a power of two.
};

} // namespace slsaudit::analysis
