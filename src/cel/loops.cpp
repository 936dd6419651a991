// SPDX-License-Identifier: Apache-2.0
// all(), exists(), map(), filter() and their like.
#include "cel/evaluation.hpp"
#include "cel/logic.hpp"

#include <algorithm>
#include <iterator>

namespace slsaudit::cel {

struct Evaluation::Range {
  ListView items;
  MapView entries;
  std::optional<Choice> chosen; ///< Of a list; all where there are none.

  [[nodiscard]] std::size_t count() const {
    return chosen ? chosen->positions().size() : items.valid() ? items.size() : entries.size();
  }
};

Value Evaluation::loop(const Node& node) {
  Value storage;
  Value range = operand(tree_.child(node, 0), storage); // a copy: the same slots may be in use
  if (is_flowing(range)) return range;
  // What is said of a list's items rests on what made the list.
  if (!is_conditional(range)) return loop_over(node, range).rest_on(range);
  return over_sides(range,
                    [&](const Value& side) { return is_flowing(side) ? side : loop_over(node, side); });
}

Value Evaluation::loop_over(const Node& node, const Value& value) {
  if (is_symbolic(value)) return no_overload("loop", {&value});
  Range range{ListView(value), MapView(value), std::nullopt};
  if (!range.items.valid() && !range.entries.valid()) return no_overload("loop", {&value});
  range.chosen = candidates(node, value);
  switch (static_cast<Macro>(node.detail)) {
  case Macro::all:
    return quantified(node, range, false);
  case Macro::exists:
    return quantified(node, range, true);
  case Macro::exists_one:
    return exactly_one(node, range);
  case Macro::map:
  case Macro::filter:
  case Macro::transform_list:
    return list_of(node, range).at(value.span());
  case Macro::transform_map:
  case Macro::transform_entry:
    return map_of(node, range).at(value.span());
  }
  return {};
}

/// Lays the item, or key and value, where the loop's bodies find them.
void Evaluation::set(const Node& node, const Range& range, std::size_t at) {
  const std::size_t i = range.chosen ? range.chosen->positions()[at] : at;
  const bool is_list = range.items.valid();
  Value& first = locals_[node.index];
  if (!node.two_variables) {
    first = is_list ? range.items[i] : range.entries.key(i);
    return;
  }
  first = is_list ? Value(static_cast<std::int64_t>(i)) : range.entries.key(i);
  locals_[node.index + 1] = is_list ? range.items[i] : range.entries.value(i);
}

/// The items that a loop's filter may take, where that is known without looking at each; else nothing.
std::optional<Choice> Evaluation::candidates(const Node& node, const Value& range) {
  constexpr std::size_t few = 16;
  const List* items = range.list();
  if (node.joins == no_joins || items == nullptr || items->size() < few) return std::nullopt;
  const Joins& joins = tree_.joins[node.joins];
  Lookups* lookups = variables_.lookups(joins.owner);
  if (lookups == nullptr) return std::nullopt;
  std::optional<Choice> fewest;
  Choice constant_ones;
  Choice unclear; // of earlier joins: they may be unknown, and so what later ones say doesn't decide
  const Choice* asked = nullptr;
  bool narrowing = true; // as the texts of the joins say
  for (const Join& join : tree_.list_of(joins)) {
    const Answers& answers = lookups->answers(
        *items, tree_.text_of(join), [&](Answers& made) { ask(join, node.index, *items, asked, made); });
    Choice found;
    found.add(unclear);
    if (!add_equal(join, answers, found)) break;
    unclear.add(answers.others());
    found.add(answers.others());
    narrowing = narrowing && join.constant;
    const bool is_fewest = !fewest || found.positions().size() < fewest->positions().size();
    Choice& kept = is_fewest ? fewest.emplace() : constant_ones;
    kept = std::move(found);
    asked = narrowing ? &kept : nullptr;
    if (fewest->positions().size() < few) break;
  }
  return fewest;
}

void Evaluation::ask(const Join& join, std::uint32_t slot, const List& items, const Choice* asked,
                     Answers& answers) {
  const std::size_t steps = steps_; // Who comes first pays for no one else.
  const std::size_t count = asked != nullptr ? asked->positions().size() : items.size();
  for (std::size_t i = 0; i < count; ++i) {
    steps_ = 0;
    const std::size_t at = asked != nullptr ? asked->positions()[i] : i;
    locals_[slot] = items[at];
    answers.add(static_cast<std::uint32_t>(at), run(join.item));
  }
  steps_ = steps;
}

/// False where a key is none that answers are sorted by.
bool Evaluation::add_equal(const Join& join, const Answers& answers, Choice& found) {
  for (const std::uint32_t key : tree_.keys_of(join)) {
    Value storage;
    const Value& value = operand(key, storage);
    if (!answers.is_usable(value)) return false;
    found.add(answers.equal_to(value));
  }
  return true;
}

Value Evaluation::quantified(const Node& node, const Range& range, bool decisive) {
  Logic logic(decisive);
  const std::size_t count = range.count();
  for (std::size_t i = 0; i < count; ++i) {
    set(node, range, i);
    if (logic.take(boolean_of(run(tree_.child(node, 1))))) break;
  }
  return logic.result();
}

Value Evaluation::exactly_one(const Node& node, const Range& range) {
  std::size_t found = 0;
  Value result;
  const std::size_t count = range.count();
  for (std::size_t i = 0; i < count; ++i) {
    set(node, range, i);
    const Value holds = boolean_of(run(tree_.child(node, 1)));
    if (is_flowing(holds)) {
      join(result, holds);
    } else if (!is_flowing(result)) {
      result.rest_on(holds);
      if (*holds.boolean()) ++found;
    }
  }
  return is_flowing(result) ? result : Value(found == 1).rest_on(result);
}

/// Whether the loop's filter takes the current item; a flowing value goes to `flowing`.
bool Evaluation::passes(const Node& node, Value& flowing) {
  const bool filter = static_cast<Macro>(node.detail) == Macro::filter;
  if (!filter && !node.with_filter) return true;
  const Value holds = boolean_of(run(tree_.child(node, 1)));
  if (is_flowing(holds)) {
    join(flowing, holds);
    return false;
  }
  flowing.rest_on(holds);
  return *holds.boolean();
}

Value Evaluation::list_of(const Node& node, const Range& range) {
  List out;
  Value flowing; // its assumption is that of the filter's answers
  const bool filter = static_cast<Macro>(node.detail) == Macro::filter;
  const std::size_t count = range.count();
  for (std::size_t i = 0; i < count && !is_too_long(); ++i) {
    set(node, range, i);
    if (!passes(node, flowing)) continue;
    out.push_back(filter ? locals_[node.index] : run(tree_.child(node, node.with_filter ? 2 : 1)));
    join(flowing, out.back());
  }
  if (is_too_long()) return Value::error("evaluation takes too long");
  return is_flowing(flowing) ? flowing : Value(std::move(out)).rest_on(flowing);
}

Value Evaluation::map_of(const Node& node, const Range& range) {
  Map out;
  Value flowing;
  const auto put = [&](Value key, Value value) {
    steps_ += out.size();
    join(flowing, insert(out, std::move(key), std::move(value)));
  };
  const std::size_t count = range.count();
  for (std::size_t i = 0; i < count && !is_too_long(); ++i) {
    set(node, range, i);
    if (!passes(node, flowing)) continue;
    Value made = run(tree_.child(node, node.with_filter ? 2 : 1));
    if (static_cast<Macro>(node.detail) == Macro::transform_map) {
      put(locals_[node.index], std::move(made));
      continue;
    }
    const MapView entries(made);
    join(flowing, made);
    if (!is_flowing(made) && !entries.valid()) flowing = no_overload("transformMapEntry", {&made});
    for (std::size_t k = 0; k < entries.size(); ++k) put(entries.key(k), entries.value(k));
  }
  if (is_too_long()) return Value::error("evaluation takes too long");
  return is_flowing(flowing) ? flowing : Value(std::move(out)).rest_on(flowing);
}

} // namespace slsaudit::cel
