// SPDX-License-Identifier: Apache-2.0
// Blocks of memory for many small objects: what a run makes by the million, mostly of less than a hundred
// bytes. Each size has a list of free blocks a thread, so that taking one and giving it back are a few
// instructions, and a block has no header. The program's `new` and `delete` are these (cli/main_memory.cpp);
// sanitized builds have the C library's, which see more mistakes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace slsaudit::heap {

/// Bytes of the largest block that is kept here; larger ones are the C library's.
inline constexpr std::size_t largest = 256;

/// At an address that any object without an alignment of its own may have. Null: there is no memory left.
[[nodiscard]] inline void* allocate(std::size_t bytes) noexcept;

/// Of `allocate`, by any thread. Null is no block.
inline void release(void* block) noexcept;

// What follows is how.

namespace detail {

inline constexpr std::size_t grain = 16;
inline constexpr std::size_t classes = largest / grain + 1;      ///< By size; the first is that of nothing.
inline constexpr std::size_t span_size = std::size_t{64} << 10U; ///< Bytes that all are of one class.
inline constexpr std::size_t most_reserved = std::size_t{1} << 34U;

/// A free block.
struct Block {
  Block* next;
  Block* next_batch; ///< Of the first one of a batch that waits for any thread.
};

/// What one thread has of a class.
struct Shelf {
  Block* first;
  std::uint32_t count;
};

/// Addresses that blocks are at, from `begin`; they take memory only where they are used. None: the system
/// gave no addresses, and the C library has all blocks.
struct Region {
  char* begin;
  std::size_t size;
  std::array<std::uint8_t, most_reserved / span_size> class_of_span;
};

extern constinit Region region;
extern constinit thread_local std::array<Shelf, classes> shelves;

[[nodiscard]] constexpr std::size_t size_of(std::size_t size_class) {
  return size_class == 0 ? grain : size_class * grain;
}
/// Blocks that a thread keeps of each class before others get half of them.
inline constexpr std::array<std::uint32_t, classes> most_on_shelf = [] {
  std::array<std::uint32_t, classes> most{};
  for (std::size_t i = 0; i < classes; ++i) most[i] = static_cast<std::uint32_t>(span_size / size_of(i));
  return most;
}();

[[nodiscard]] void* allocate_from_others(std::size_t size_class) noexcept;
void give_to_others(std::size_t size_class) noexcept;
[[noreturn]] void stop_at_second_release() noexcept;

} // namespace detail

inline void* allocate(std::size_t bytes) noexcept {
  if (bytes > largest) return std::malloc(bytes);
  const std::size_t size_class = (bytes + detail::grain - 1) / detail::grain;
  detail::Shelf& shelf = detail::shelves[size_class];
  detail::Block* const block = shelf.first;
  if (block == nullptr) return detail::allocate_from_others(size_class);
  shelf.first = block->next;
  shelf.count -= 1;
  return block;
}

inline void release(void* pointer) noexcept {
  const std::size_t place =
      reinterpret_cast<std::uintptr_t>(pointer) - reinterpret_cast<std::uintptr_t>(detail::region.begin);
  if (place >= detail::region.size) {
    std::free(pointer);
    return;
  }
  const std::size_t size_class = detail::region.class_of_span[place / detail::span_size];
  detail::Shelf& shelf = detail::shelves[size_class];
  auto* const block = static_cast<detail::Block*>(pointer);
  if (block == shelf.first) detail::stop_at_second_release();
  block->next = shelf.first;
  shelf.first = block;
  if (++shelf.count >= detail::most_on_shelf[size_class]) detail::give_to_others(size_class);
}

} // namespace slsaudit::heap
