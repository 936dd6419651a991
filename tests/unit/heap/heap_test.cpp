// SPDX-License-Identifier: Apache-2.0
#include "heap/heap.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace heap = slsaudit::heap;

namespace {

/// A block of a size, all of whose bytes say which one it is.
struct Held {
  unsigned char* begin;
  std::size_t size;
  unsigned char sign;
};

Held hold(std::size_t size, std::size_t number) {
  const Held held{static_cast<unsigned char*>(heap::allocate(size)), size,
                  static_cast<unsigned char>(number % 251)};
  if (size > 0) std::memset(held.begin, held.sign, size);
  return held;
}

bool is_whole(const Held& held) {
  return std::all_of(held.begin, held.begin + held.size, [&](unsigned char c) { return c == held.sign; });
}

} // namespace

TEST_CASE("blocks of all sizes are aligned, lie apart and keep what is put in") {
  std::vector<Held> all;
  for (std::size_t round = 0; round < 40; ++round) {
    for (std::size_t size = 0; size <= 2 * heap::largest; size += 7) all.push_back(hold(size, all.size()));
  }
  std::size_t crooked = 0;
  for (const Held& held : all)
    crooked += reinterpret_cast<std::uintptr_t>(held.begin) % alignof(std::max_align_t);
  CHECK(crooked == 0);
  CHECK(std::ranges::all_of(all, is_whole));
  std::ranges::sort(all, {}, &Held::begin);
  std::size_t overlaps = 0;
  for (std::size_t i = 1; i < all.size(); ++i) overlaps += all[i - 1].begin + all[i - 1].size > all[i].begin;
  CHECK(overlaps == 0);
  for (const Held& held : all) heap::release(held.begin);
}

TEST_CASE("what is given back is used again") {
  void* const first = heap::allocate(48);
  heap::release(first);
  CHECK(heap::allocate(40) == first);
  heap::release(first);
  heap::release(nullptr);
}

TEST_CASE("what one thread gives back others use, those that have ended as well") {
  // A thousand times as much as a thread keeps: were it lost, addresses would not come again.
  std::set<void*> seen;
  for (std::size_t round = 0; round < 50; ++round) {
    std::vector<Held> made;
    std::thread maker([&] {
      for (std::size_t i = 0; i < 20000; ++i) made.push_back(hold(64, i));
    });
    maker.join();
    CHECK(std::ranges::all_of(made, is_whole));
    for (const Held& held : made) {
      seen.insert(held.begin);
      heap::release(held.begin);
    }
  }
  CHECK(seen.size() < 4U * 20000U);
}

TEST_CASE("many threads make and give back at once") {
  std::vector<std::vector<Held>> made(4);
  const auto all_at_once = [&](const auto& work) {
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < made.size(); ++t) threads.emplace_back([&, t] { work(t); });
    for (std::thread& thread : threads) thread.join();
  };
  for (std::size_t round = 0; round < 5; ++round) {
    all_at_once([&](std::size_t t) {
      for (std::size_t i = 0; i < 30000; ++i) made[t].push_back(hold(i % 300, i + t));
    });
    for (const auto& list : made) CHECK(std::ranges::all_of(list, is_whole));
    // Each gives back what another one has made.
    all_at_once([&](std::size_t t) {
      for (const Held& held : made[(t + 1) % made.size()]) heap::release(held.begin);
    });
    for (auto& list : made) list.clear();
  }
}
