// SPDX-License-Identifier: Apache-2.0
// A dense index that cannot be mistaken for another kind of index.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

namespace slsaudit::text {

/// An index into one vector of one owner. `Tag` only tells kinds apart. Default-constructed ids are invalid.
template <class Tag> struct TypedId {
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t value = none;

  constexpr TypedId() = default;
  constexpr explicit TypedId(std::size_t index) : value(static_cast<std::uint32_t>(index)) {}

  [[nodiscard]] constexpr bool valid() const { return value != none; }
  [[nodiscard]] constexpr std::size_t index() const { return value; }
  friend constexpr auto operator<=>(TypedId, TypedId) = default;
};

} // namespace slsaudit::text

template <class Tag> struct std::hash<slsaudit::text::TypedId<Tag>> {
  std::size_t operator()(slsaudit::text::TypedId<Tag> id) const noexcept { return id.value; }
};
