// SPDX-License-Identifier: Apache-2.0
#include "heap/heap.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <sys/mman.h>

namespace slsaudit::heap::detail {

constinit Region region{};
constinit thread_local std::array<Shelf, classes> shelves{};

namespace {

/// What all threads have of a class: batches that threads had too much of, and bytes that nobody had yet.
struct alignas(64) Store {
  std::mutex mutex;
  Block* batches = nullptr;
  char* fresh = nullptr;
  char* end = nullptr;
};

constinit std::array<Store, classes> stores{};
constinit std::atomic<std::size_t> used = 0; ///< Bytes of the region that spans take.

bool reserve() {
  void* const found = mmap(nullptr, most_reserved + span_size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (found == MAP_FAILED) return false;
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(found);
  region.begin = static_cast<char*>(found) + (span_size - begin % span_size) % span_size;
  region.size = most_reserved;
  return true;
}

/// Null: there is none left.
char* new_span(std::size_t size_class) {
  const std::size_t place = used.fetch_add(span_size);
  if (place >= region.size) return nullptr;
  region.class_of_span[place / span_size] = static_cast<std::uint8_t>(size_class);
  return region.begin + place;
}

constexpr std::size_t at_once = 4096; ///< Bytes of new blocks: a page.

/// What a thread takes at once: a batch, or bytes to make blocks of.
struct Taken {
  Block* batch = nullptr;
  char* begin = nullptr;
  char* end = nullptr;
};

Taken take(std::size_t size_class) {
  Store& store = stores[size_class];
  const std::scoped_lock lock(store.mutex);
  if (Block* const batch = store.batches) {
    store.batches = batch->next_batch;
    return {batch, nullptr, nullptr};
  }
  const std::size_t size = size_of(size_class);
  if (static_cast<std::size_t>(store.end - store.fresh) < size) {
    store.fresh = new_span(size_class);
    store.end = store.fresh != nullptr ? store.fresh + span_size : nullptr;
  }
  const std::size_t count = std::min(at_once, static_cast<std::size_t>(store.end - store.fresh)) / size;
  char* const begin = store.fresh;
  if (count != 0) store.fresh += count * size;
  return {nullptr, begin, store.fresh};
}

void put(std::size_t size_class, Block* batch) {
  Store& store = stores[size_class];
  const std::scoped_lock lock(store.mutex);
  batch->next_batch = store.batches;
  store.batches = batch;
}

/// Gives what a thread has to the others when it ends.
struct AtEnd {
  AtEnd() = default;
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;
  ~AtEnd() {
    for (std::size_t i = 0; i < classes; ++i) {
      if (shelves[i].first != nullptr) put(i, shelves[i].first);
      shelves[i] = {};
    }
  }
};

} // namespace

void* allocate_from_others(std::size_t size_class) noexcept {
  static const bool is_reserved = reserve();
  if (!is_reserved) return std::malloc(size_of(size_class));
  thread_local const AtEnd at_end;
  const std::size_t size = size_of(size_class);
  const Taken taken = take(size_class);
  Shelf& shelf = shelves[size_class];
  if (taken.batch != nullptr) {
    shelf.first = taken.batch->next;
    for (const Block* block = shelf.first; block != nullptr; block = block->next) shelf.count += 1;
    return taken.batch;
  }
  if (taken.begin == taken.end) return std::malloc(size);
  for (char* at = taken.end - size; at != taken.begin; at -= size) {
    shelf.first = new (at) Block{shelf.first, nullptr};
    shelf.count += 1;
  }
  return taken.begin;
}

/// The half that was given back first: the other may be in the processor's cache.
void give_to_others(std::size_t size_class) noexcept {
  Shelf& shelf = shelves[size_class];
  shelf.count /= 2;
  Block* last = shelf.first;
  for (std::uint32_t i = 1; i < shelf.count; ++i) last = last->next;
  put(size_class, last->next);
  last->next = nullptr;
}

void stop_at_second_release() noexcept {
  std::abort();
}

} // namespace slsaudit::heap::detail
