// SPDX-License-Identifier: Apache-2.0
// An expression while it is compiled. The parser makes names and calls; the checker (check.hpp) turns them,
// in place, into slots, functions and loops; joins.hpp says which loops need not look at each item. Then it
// is laid down in tables (store.hpp).
#pragma once

#include "cel/tree.hpp"

#include <memory>
#include <string>
#include <vector>

namespace slsaudit::cel {

/// As cel::Join, growing.
struct DraftJoin {
  std::uint32_t item = 0;
  std::vector<std::uint32_t> keys;
  std::string text;
  bool constant = false;
  std::uint32_t part = no_node;
  std::uint32_t part_slot = 0;
  std::uint32_t guard = no_node;
};
struct DraftJoins {
  std::uint32_t owner = 0;
  std::vector<DraftJoin> list;
};

struct DraftCallee {
  std::string name;
  std::uint32_t function = 0; ///< As Link::function.
  bool host = false;
  bool any_pattern = false;
  std::optional<Regex> regex; ///< matches() with a literal pattern.
};

/// A list of constants: these of the draft, one after the other. Its own place is behind all of these.
struct DraftList {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct Draft {
  std::vector<Node> nodes;
  std::vector<std::uint32_t> children;
  std::vector<Value> constants;
  std::vector<DraftList> lists; ///< Of constants; they follow those.
  std::vector<std::string> names;
  std::vector<DraftCallee> callees;
  std::vector<DraftJoins> joins;
  std::vector<std::string> variables; ///< By slot, as the environment lists them.
  std::uint32_t locals = 0;
  std::uint32_t root = 0;

  [[nodiscard]] std::uint32_t child(const Node& node, std::size_t i) const {
    return children[node.first_child + i];
  }
};

} // namespace slsaudit::cel
