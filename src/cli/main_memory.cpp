// SPDX-License-Identifier: Apache-2.0
// The program's `new` and `delete`; the library leaves those of its user alone. What takes an alignment of
// its own stays with the C++ library, and what `new[]` and `new (std::nothrow)` take comes here by it.
#include "heap/heap.hpp"

#include <new>

void* operator new(std::size_t bytes) {
  while (true) {
    if (void* const block = slsaudit::heap::allocate(bytes)) return block;
    const std::new_handler make_room = std::get_new_handler();
    if (make_room == nullptr) throw std::bad_alloc();
    make_room();
  }
}

void operator delete(void* block) noexcept {
  slsaudit::heap::release(block);
}

void operator delete(void* block, std::size_t) noexcept {
  slsaudit::heap::release(block);
}
