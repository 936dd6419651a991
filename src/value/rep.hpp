// SPDX-License-Identifier: Apache-2.0
// What values hold. For this folder's sources only.
#pragma once

#include "value/value.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace slsaudit::value::detail {

// What each kind of value holds, and no more: there is one for each piece of a template.

/// Scalars: as written; unknown: the reason; conditional: the condition.
struct TextRep : Rep {
  std::string_view text;
};
struct IntegerRep : TextRep {
  std::int64_t integer = 0;
};
struct NumberRep : TextRep {
  double number = 0;
};
struct PartsRep : Rep {
  std::span<const Part> parts;
};
struct ItemsRep : Rep {
  std::span<const Value> items;
};
struct MembersRep : Rep {
  std::span<const Member> members;
  /// Of the keys, where there are no more: most keys that are asked for aren't there, and this says so
  /// without a look at memory that has long left the processor's caches.
  std::array<std::uint8_t, 8> signs{};
};
struct ConditionalRep : TextRep {
  const Value* sides = nullptr; ///< Two.
  std::span<const Member> members;
};

template <class Whole> [[nodiscard]] const Whole& as(const Rep* rep) {
  return static_cast<const Whole&>(*rep);
}

[[nodiscard]] inline std::string_view text_of(const Rep* rep) {
  return as<TextRep>(rep).text;
}

/// Of a map, and of a conditional those of both sides; else none.
[[nodiscard]] inline std::span<const Member> members_of(const Rep* rep) {
  if (rep == nullptr) return {};
  if (rep->kind == Kind::map) return as<MembersRep>(rep).members;
  return rep->kind == Kind::conditional ? as<ConditionalRep>(rep).members : std::span<const Member>{};
}

} // namespace slsaudit::value::detail
