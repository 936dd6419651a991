// SPDX-License-Identifier: Apache-2.0
// The expressions of built-in rules, compiled when the program is built: arrays that are read where they lie.
#pragma once

#include "cel/tree.hpp"

#include <cstdint>
#include <span>

namespace slsaudit::rules {

inline constexpr std::uint32_t no_part = 0xFFFFFFFFU;

/// A piece of a text with holes: literal text, or an expression's place.
struct PackedPiece {
  text::Slice literal;
  std::uint32_t expression = no_part;
  bool as_yaml = false; ///< Of an expression: see holes.hpp.
};
struct PackedText {
  text::Slice source;
  std::uint32_t first_piece = 0;
  std::uint32_t pieces = 0;
};
struct PackedRule {
  text::Slice code;
  std::uint32_t first_part = 0;
};

/// What each_part() (compiled.hpp) finds in each rule, in that order.
struct PackedExpressions {
  cel::Tables tables;
  std::span<const PackedRule> rules; ///< By code.
  std::span<const std::uint32_t>
      parts; ///< An expression's place or a text's; no_part for what a rule leaves out.
  std::span<const PackedText> texts;
  std::span<const PackedPiece> pieces;
};

} // namespace slsaudit::rules
