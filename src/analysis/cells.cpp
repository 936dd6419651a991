// SPDX-License-Identifier: Apache-2.0
#include "analysis/cells.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <string_view>

namespace slsaudit::analysis {
namespace {

constexpr std::size_t spread = 0x9E3779B97F4A7C15U;

std::size_t hash_of(const cel::Value& value);

/// 0 where one of them isn't compared, and of long ones: those are rarely alike, and walking all of them
/// takes time.
std::size_t hash_of(const cel::List& list) {
  constexpr std::size_t longest = 16;
  if (list.size() > longest) return 0;
  std::size_t hash = 6 + list.size();
  for (const cel::Value& item : list) {
    const std::size_t of_item = hash_of(item);
    if (of_item == 0) return 0;
    hash = (hash ^ of_item) * spread;
    hash ^= hash >> 32U;
  }
  return hash;
}

/// 0 for a value that isn't compared: what a template says stands at a place of its own. Lists of tables are
/// at most a few levels deep.
std::size_t hash_of(const cel::Value& value) {
  std::size_t hash = 0;
  if (value.is_null())
    hash = 1;
  else if (const bool* boolean = value.boolean())
    hash = *boolean ? 2 : 3;
  else if (const auto* integer = value.integer())
    hash = 4 + std::hash<std::int64_t>{}(*integer);
  else if (const double* number = value.number())
    hash = 5 + std::hash<std::uint64_t>{}(std::bit_cast<std::uint64_t>(*number));
  else if (const auto text = value.string())
    hash = std::hash<std::string_view>{}(*text);
  else if (const cel::Object* object = value.object())
    hash = std::hash<const void*>{}(object);
  else if (const cel::List* list = value.list())
    hash = hash_of(*list);
  if (hash == 0) return 0;
  constexpr std::size_t not_0 = std::size_t{1} << 63U; // buckets are chosen by the low bits
  hash *= spread; // small numbers that stand close to each other would be one
  hash = (hash ^ (hash >> 32U) ^ value.span().begin) * spread;
  return (hash ^ (hash >> 32U)) | not_0;
}

bool same(const cel::Value& a, const cel::Value& b) {
  if (a.assumption() != b.assumption() || a.from_template() != b.from_template() || a.span() != b.span())
    return false;
  if (a.is_null()) return b.is_null();
  if (a.boolean() != nullptr) return b.boolean() != nullptr && *a.boolean() == *b.boolean();
  if (a.integer() != nullptr) return b.integer() != nullptr && *a.integer() == *b.integer();
  if (a.string().has_value()) return b.string().has_value() && *a.string() == *b.string();
  if (a.object() != nullptr) return a.object() == b.object();
  if (a.list() != nullptr) return b.list() != nullptr && std::ranges::equal(*a.list(), *b.list(), same);
  return a.number() != nullptr && b.number() != nullptr &&
         std::bit_cast<std::uint64_t>(*a.number()) == std::bit_cast<std::uint64_t>(*b.number());
}

} // namespace

std::uint32_t CellPool::add(cel::Value value) {
  if (same(value, values_[null])) return null;
  const std::size_t hash = hash_of(value);
  const auto place = static_cast<std::uint32_t>(values_.size());
  if (hash != 0) {
    if (values_.size() * 2 >= buckets_.size()) grow();
    std::uint32_t* bucket = bucket_of(hash, value);
    if (*bucket != 0) return *bucket;
    *bucket = place;
  }
  values_.push_back(std::move(value));
  hashes_.push_back(hash);
  return place;
}

std::uint32_t* CellPool::bucket_of(std::size_t hash, const cel::Value& value) {
  std::size_t at = hash;
  for (;; ++at) {
    std::uint32_t& bucket = buckets_[at & (buckets_.size() - 1)];
    if (bucket == 0 || (hashes_[bucket] == hash && same(values_[bucket], value))) return &bucket;
  }
}

void CellPool::grow() {
  constexpr std::size_t first = 64;
  buckets_.assign(std::max(first, std::bit_ceil(values_.size() * 4)), 0);
  for (std::size_t i = 1; i < values_.size(); ++i) {
    if (hashes_[i] == 0) continue;
    std::size_t at = hashes_[i];
    while (buckets_[at & (buckets_.size() - 1)] != 0) ++at;
    buckets_[at & (buckets_.size() - 1)] = static_cast<std::uint32_t>(i);
  }
}

std::uint32_t CellPool::keep(const std::vector<std::uint32_t>& places) {
  const auto first = static_cast<std::uint32_t>(places_.size());
  places_.insert(places_.end(), places.begin(), places.end());
  return first;
}

void CellPool::finish() {
  hashes_ = std::vector<std::size_t>(); // `= {}` would keep what they take
  buckets_ = std::vector<std::uint32_t>();
  values_.shrink_to_fit();
  if (values_.size() > std::numeric_limits<std::uint16_t>::max()) {
    places_.shrink_to_fit();
  } else {
    short_places_.assign(places_.begin(), places_.end());
    places_ = std::vector<std::uint32_t>();
  }
}

} // namespace slsaudit::analysis
