// SPDX-License-Identifier: Apache-2.0
// Memory for a run's immutable trees. Everything that an arena hands out lives until the arena is destroyed;
// nothing is freed or changed before. Only trivially destructible types may live here. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstring>
#include <list>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace slsaudit::text {

class Arena {
public:
  Arena() = default;
  explicit Arena(std::size_t first_bytes) : memory_(first_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// One more arena, which lives as long as this one: each thread needs its own.
  Arena& part() { return parts_.emplace_back(small); }

  /// An arena for what goes sooner than this one, less the texts that it copies: those live as long as this
  /// one. Both are for one thread at a time.
  [[nodiscard]] std::shared_ptr<Arena> shorter() {
    auto arena = std::make_shared<Arena>(small);
    arena->texts_ = texts_;
    return arena;
  }

  template <class T, class... Args> T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (memory_.allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    auto* bytes = static_cast<char*>(texts_->allocate(text.size(), 1));
    std::memcpy(bytes, text.data(), text.size());
    return {bytes, text.size()};
  }

  template <class T> std::span<const T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    auto* target = static_cast<T*>(memory_.allocate(items.size_bytes(), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), target);
    return {target, items.size()};
  }

  template <class T> std::span<const T> copy(const std::vector<T>& items) {
    return copy(std::span<const T>(items.data(), items.size()));
  }

private:
  static constexpr std::size_t small = 4 * 1024; ///< Bytes to begin with: there may be many parts.
  std::pmr::monotonic_buffer_resource memory_{64 * 1024};
  std::pmr::monotonic_buffer_resource* texts_ = &memory_;
  std::list<Arena> parts_;
};

} // namespace slsaudit::text
