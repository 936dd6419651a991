// SPDX-License-Identifier: Apache-2.0
// The pattern as a tree, before regex.cpp makes a program of it.
#pragma once

#include "cel/regex.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::cel {

struct Pattern {
  enum class Kind : std::uint8_t { empty, set, assertion, sequence, alternatives, repeat };
  static constexpr std::uint32_t unbounded = 0xFFFFFFFFU;
  struct Node {
    Kind kind = Kind::empty;
    Regex::Op assertion = Regex::Op::match;
    std::uint32_t set = 0;
    std::uint32_t least = 0; ///< repeat
    std::uint32_t most = 0;  ///< repeat; `unbounded`
    std::vector<std::uint32_t> children;
  };
  std::vector<Node> nodes;
  std::vector<Regex::Set> sets;
  std::uint32_t root = 0;
};

/// On failure `error` is not empty. Groups nest at most 100 levels.
[[nodiscard]] Pattern parse_pattern(std::string_view pattern, std::string& error);

} // namespace slsaudit::cel
