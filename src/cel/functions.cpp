// SPDX-License-Identifier: Apache-2.0
#include "cel/functions.hpp"

#include "cel/operations.hpp"
#include "text/assert.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::cel {

namespace {

// A conditional stays one where it is there on every side, so that what is asked of it next may still be
// known.
Value default_to(const Call& call) {
  const Value& value = call[0];
  if (is_conditional(value)) {
    const auto sides = value.property()->alternatives();
    const auto missing =
        std::ranges::count_if(sides, [](const value::Value& side) { return !side.is_present(); });
    if (missing == 0) return value;
    if (static_cast<std::size_t>(missing) == sides.size()) return call[1];
    return settled(value);
  }
  return value.is_null() ? call[1] : value;
}

Value known(const Call& call) {
  if (call[0].error()) return call[0];
  return !call[0].unknown() && !is_conditional(call[0]);
}

Value text(const Call& call) {
  return Value(call[0].display()).at(call[0].span());
}

constexpr std::array<Builtin, 3> rule_table{{
    {"default", Style::function, 2, 2, default_to, "default(x, y) -> value",
     "y where x is null or not written, else x", true, true},
    {"known", Style::function, 1, 1, known, "known(x) -> bool", "whether x is not unknown", true, true},
    {"text", Style::function, 1, 1, text, "text(x) -> string",
     "x as messages show it: references of a template as ${Name}", false, true},
}};

constexpr std::array<MacroHelp, 13> macro_table{{
    {"has", "has(x.name) -> bool", "whether the field is there and, in a template, not null"},
    {"all", "list.all(x, p) -> bool, map.all(key, p) -> bool", "whether p holds for each item or key"},
    {"exists", "list.exists(x, p) -> bool", "whether p holds for some item or key"},
    {"exists_one", "list.exists_one(x, p) -> bool",
     "whether p holds for exactly one item or key; existsOne too"},
    {"map", "list.map(x, e) -> list", "e of each item or key"},
    {"map", "list.map(x, p, e) -> list", "e of each item or key for which p holds"},
    {"filter", "list.filter(x, p) -> list", "the items or keys for which p holds"},
    {"all, exists, exists_one", "list.all(i, x, p), map.all(key, value, p) -> bool",
     "the same with an item's position or a key's value"},
    {"transformList", "map.transformList(key, value, e) -> list",
     "e of each entry, or of each position and item"},
    {"transformList", "map.transformList(key, value, p, e) -> list",
     "the same for entries for which p holds"},
    {"transformMap", "map.transformMap(key, value, e) -> map",
     "e of each entry under the same key; with a filter too"},
    {"transformMapEntry", "map.transformMapEntry(key, value, {k: v}) -> map",
     "a new entry for each entry; with a filter too"},
    {"cel.bind", "cel.bind(name, value, e) -> value", "e, in which name stands for value"},
}};

} // namespace

std::span<const Builtin> rule_functions() {
  return rule_table;
}
std::span<const MacroHelp> macros() {
  return macro_table;
}

namespace {

std::array<std::span<const Builtin>, 6> all_functions() {
  return {rule_functions(), conversion_functions(), string_functions(),
          list_functions(), math_functions(),       time_functions()};
}

} // namespace

std::uint32_t index_of(const Builtin& builtin) {
  std::size_t before = 0;
  for (const auto table : all_functions()) {
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (&table[i] == &builtin) return static_cast<std::uint32_t>(before + i);
    }
    before += table.size();
  }
  SLSAUDIT_ASSERT(false);
  return 0;
}

const Builtin& builtin_at(std::uint32_t index) {
  std::size_t place = index;
  for (const auto table : all_functions()) {
    if (place < table.size()) return table[place];
    place -= table.size();
  }
  SLSAUDIT_ASSERT(false);
  return rule_table.front();
}

const Builtin* find_builtin(std::string_view name, bool receiver) {
  for (const auto table : all_functions()) {
    for (const Builtin& each : table) {
      const bool callable = each.style == Style::either || (each.style == Style::receiver) == receiver;
      if (callable && each.name == name) return &each;
    }
  }
  return nullptr;
}

Value no_overload(const Call& call) {
  std::vector<const Value*> operands;
  for (const Value& argument : call.arguments) operands.push_back(&argument);
  return no_overload(call.name, operands);
}

} // namespace slsaudit::cel
