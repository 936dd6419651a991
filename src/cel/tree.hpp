// SPDX-License-Identifier: Apache-2.0
// An expression as one flat array of nodes. The parser makes names and calls; the checker (check.hpp) turns
// them, in place, into slots, functions and loops.
#pragma once

#include "cel/functions.hpp"
#include "cel/program.hpp"
#include "cel/regex.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace slsaudit::cel {

enum class NodeKind : std::uint8_t {
  constant,    ///< index: constants
  list,        ///< children: items
  map,         ///< children: key, value, key, value …
  select,      ///< children: operand; index: names
  has,         ///< as select
  index,       ///< children: operand, key
  ternary,     ///< children: condition, then, else
  logical_and, ///< children: two or more
  logical_or,  ///< children: two or more
  logical_not,
  negate,
  binary,   ///< detail: Operator
  name,     ///< Parser only. index: names
  call,     ///< Parser only. index: names; children: receiver if `receiver`, arguments
  variable, ///< Checker. index: slot
  local,    ///< Checker. index: local slot
  invoke,   ///< Checker. index: callees; children: arguments
  loop,     ///< Checker. detail: Macro; index: first local slot; children: range, then the macro's bodies
  bind,     ///< Checker. index: local slot; children: initial value, body
  failure,  ///< Checker. index: constants, an error
};

enum class Operator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
};
[[nodiscard]] std::string_view symbol(Operator op);

enum class Macro : std::uint8_t {
  all,
  exists,
  exists_one,
  map,
  filter,
  transform_list,
  transform_map,
  transform_entry
};

inline constexpr std::uint32_t no_joins = 0xFFFFFFFFU;

struct Node {
  NodeKind kind = NodeKind::constant;
  std::uint8_t detail = 0;
  bool receiver = false; ///< call: `x.f()`.
  bool two_variables =
      false; ///< loop: key (or position) and value; the second slot is the one behind the first.
  bool with_filter = false; ///< loop of map or transform_*: a filter stands before the result.
  bool rooted = false;      ///< name: written with a leading dot, so never a loop's variable.
  std::uint16_t height = 1; ///< Levels below, itself included; bounded, so that recursion is.
  std::uint32_t offset = 0; ///< In the expression, bytes.
  std::uint32_t first_child = 0;
  std::uint32_t child_count = 0;
  std::uint32_t index = 0;
  std::uint32_t joins = no_joins; ///< loop: Tree::joins.
};

/// `r.type == key`, where the loop's item is `r`: a condition that items meet by being equal to something.
struct Join {
  std::uint32_t item = 0;          ///< What of the item is compared; it asks for nothing else.
  std::vector<std::uint32_t> keys; ///< With what; one of them is enough.
  std::string text;                ///< The same for all that gives the same answers over a list.
  bool constant = false;           ///< Whether each key is.
};

/// The first conditions of a loop's filter.
struct Joins {
  std::uint32_t owner = 0; ///< Slot of the variable that the loop's list is a member of.
  std::vector<Join> list;
};

/// A function as one call uses it.
struct Callee {
  std::string name;
  const Builtin* builtin = nullptr; ///< Null: a function of the host.
  std::function<Value(std::span<const Value>)> host;
  bool accepts_unknown = false;
  std::shared_ptr<const Regex> regex;       ///< matches() with a literal pattern.
  std::shared_ptr<const Patterns> patterns; ///< matches() with any other.
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<std::uint32_t> children;
  std::vector<Value> constants;
  std::vector<std::string> names;
  std::vector<Callee> callees;
  std::vector<Joins> joins;
  std::vector<std::string> variables; ///< By slot, as the environment lists them.
  std::uint32_t locals = 0;           ///< How many local slots evaluation needs.
  std::uint32_t root = 0;

  [[nodiscard]] std::uint32_t child(const Node& node, std::size_t i) const {
    return children[node.first_child + i];
  }
};

} // namespace slsaudit::cel
