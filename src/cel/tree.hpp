// SPDX-License-Identifier: Apache-2.0
// A checked expression as it is evaluated: flat arrays of nodes that name each other by position. That way
// they may lie in the program's read-only data as the build wrote them; what is compiled while running has
// the same form.
#pragma once

#include "cel/functions.hpp"
#include "cel/program.hpp"
#include "cel/regex.hpp"
#include "text/slice.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

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
  name,     ///< Of a Draft only. index: names
  call,     ///< Of a Draft only. index: names; children: receiver if `receiver`, arguments
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
inline constexpr std::uint32_t no_pattern = 0xFFFFFFFFU;
inline constexpr std::uint32_t no_node = 0xFFFFFFFFU;

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
  friend bool operator==(const Node&, const Node&) = default;
};

/// A constant, before it is a Value.
struct Literal {
  enum class Kind : std::uint8_t {
    null,
    boolean,
    integer,
    unsigned_integer,
    number,
    string,
    bytes,
    type,
    error,
    list,
  };
  Kind kind = Kind::null;
  text::Slice text;       ///< string, bytes, type and error.
  std::uint64_t bits = 0; ///< boolean, integers, and a number's IEEE 754; of a list where its items begin,
                          ///< and how many these are.
};

/// A function as a call names it.
struct Link {
  text::Slice name;
  std::uint32_t function = 0;         ///< Place among the standard functions, or among those of the host.
  std::uint32_t pattern = no_pattern; ///< matches() with a literal pattern: Tables::patterns.
  bool host = false;
  bool any_pattern = false; ///< matches() with any other.
};

/// Where a compiled pattern stands among those of its tables.
struct PatternRow {
  std::uint32_t first_instruction = 0;
  std::uint32_t instructions = 0;
  std::uint32_t first_range = 0;
  std::uint32_t ranges = 0;
  Regex::Beginnings beginnings;
};

/// `r.type == key`, where the loop's item is `r`: a condition that items meet by being equal to something.
/// With parts, `r.holders.exists(h, h.type == key)`: by one of a list's being so.
struct Join {
  std::uint32_t item = 0;      ///< What of the item is compared; it asks for nothing else.
  std::uint32_t first_key = 0; ///< With what; one of them is enough.
  std::uint32_t key_count = 0;
  text::Slice text;             ///< The same for all that gives the same answers over a list.
  bool constant = false;        ///< Whether each key is.
  std::uint32_t part = no_node; ///< What of the parts of the list `item` is compared.
  std::uint32_t part_slot = 0;  ///< Where the part stands meanwhile.
  std::uint32_t guard =
      no_node; ///< `r.role` of `r.role != null && r.role.name == key`: items where it is null fail.
};

/// Conditions of a loop's filter. What surely fails one of them is left out, whatever the other conditions
/// say of it: so it is, too, where each item is looked at.
struct Joins {
  std::uint32_t owner = 0; ///< Slot of the variable that the loop's list is a member of.
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// Where an expression's parts begin in its tables; those of the next one begin where they end.
struct Expression {
  text::Slice source;
  std::uint32_t node = 0;
  std::uint32_t child = 0;
  std::uint32_t name = 0;
  std::uint32_t literal = 0;
  std::uint32_t link = 0;
  std::uint32_t joins = 0;
  std::uint32_t join = 0;
  std::uint32_t key = 0;
  std::uint32_t pattern = 0;
  std::uint32_t first_variable = 0; ///< Expressions of one environment share them.
  std::uint32_t variables = 0;
  std::uint32_t locals = 0;
  std::uint32_t root = 0;
};

/// Checked expressions, one after the other. What a part says of another is the place within the expression;
/// slices are of `text`, and patterns' instructions and ranges of all.
struct Tables {
  std::span<const Expression> expressions; ///< And one more, which is where the last one ends.
  std::span<const Node> nodes;
  std::span<const std::uint32_t> children;
  std::span<const text::Slice> names;
  std::span<const text::Slice> variables;
  std::span<const Literal> literals;
  std::span<const Link> links;
  std::span<const Joins> joins;
  std::span<const Join> join_list;
  std::span<const std::uint32_t> keys;
  std::span<const PatternRow> patterns;
  std::span<const Regex::Instruction> instructions;
  std::span<const Regex::Range> ranges;
  std::string_view text;

  [[nodiscard]] std::string_view source(std::size_t expression) const {
    return expressions[expression].source.of(text);
  }
};

/// A function as one call uses it.
struct Callee {
  std::string_view name;
  const Builtin* builtin = nullptr; ///< Null: a function of the host.
  std::function<Value(std::span<const Value>)> host;
  bool accepts_unknown = false;
  std::optional<Regex> regex;               ///< matches() with a literal pattern.
  std::shared_ptr<const Patterns> patterns; ///< matches() with any other.
};

/// Texts by position.
struct Texts {
  std::span<const text::Slice> slices;
  std::string_view text;
  [[nodiscard]] std::string_view operator[](std::size_t i) const { return slices[i].of(text); }
  [[nodiscard]] std::size_t size() const { return slices.size(); }
};

/// The names of an expression's environment, by slot.
[[nodiscard]] inline Texts variables_of(const Tables& tables, std::size_t expression) {
  const Expression& of = tables.expressions[expression];
  return {tables.variables.subspan(of.first_variable, of.variables), tables.text};
}

/// One expression of some tables, with what can't lie in them.
struct Tree {
  std::span<const Node> nodes;
  std::span<const std::uint32_t> children;
  std::span<const Value> constants;
  std::span<const Callee> callees;
  std::span<const Joins> joins;
  std::span<const Join> join_list;
  std::span<const std::uint32_t> keys;
  Texts names;
  Texts variables;          ///< By slot, as the environment lists them.
  std::uint32_t locals = 0; ///< How many local slots evaluation needs.
  std::uint32_t root = 0;

  [[nodiscard]] std::uint32_t child(const Node& node, std::size_t i) const {
    return children[node.first_child + i];
  }
  [[nodiscard]] std::span<const Join> list_of(const Joins& all) const {
    return join_list.subspan(all.first, all.count);
  }
  [[nodiscard]] std::span<const std::uint32_t> keys_of(const Join& join) const {
    return keys.subspan(join.first_key, join.key_count);
  }
  [[nodiscard]] std::string_view text_of(const Join& join) const { return join.text.of(names.text); }
};

} // namespace slsaudit::cel
