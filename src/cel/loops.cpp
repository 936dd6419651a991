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
  constexpr std::size_t most_left = 64;
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
    // More would cost the answers of all items, unless they are asked of those that are left.
    if (fewest->positions().size() < (narrowing ? few : std::max(few, items->size() / most_left))) break;
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
    const auto position = static_cast<std::uint32_t>(at);
    Value answer = run(join.item);
    if (join.part == no_node) {
      if (!answer.error() || !is_guarded(join)) answers.add(position, answer);
    } else if (!has_clear_parts(answer)) {
      if (!is_guarded(join)) answers.add_other(position);
    } else {
      const ListView parts(answer);
      for (std::size_t k = 0; k < parts.size(); ++k) {
        locals_[join.part_slot] = parts[k];
        answers.add(position, run(join.part));
      }
    }
  }
  steps_ = steps;
}

/// Whether the item fails the condition that its path isn't null.
bool Evaluation::is_guarded(const Join& join) {
  if (join.guard == no_node) return false;
  Value storage;
  const Value& path = operand(join.guard, storage);
  return path.is_null() && path.assumption() == nullptr;
}

/// Whether the list is what it is, whatever is assumed.
bool Evaluation::has_clear_parts(const Value& list) {
  return !is_flowing(list) && !is_conditional(list) && list.assumption() == nullptr && ListView(list).valid();
}

/// Whether the current item surely fails a join, whatever is assumed.
bool Evaluation::fails_a_join(const Node& node) {
  if (node.joins == no_joins) return false;
  return std::ranges::any_of(tree_.list_of(tree_.joins[node.joins]), [&](const Join& join) {
    if (is_guarded(join)) return true;
    const Value item = run(join.item);
    if (join.part == no_node) return differs(join, item);
    if (!has_clear_parts(item)) return false;
    const ListView parts(item);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      locals_[join.part_slot] = parts[i];
      if (!differs(join, run(join.part))) return false;
    }
    return true;
  });
}

/// From each of the join's keys, for sure.
bool Evaluation::differs(const Join& join, const Value& answer) {
  if (answer.assumption() != nullptr) return false;
  return std::ranges::all_of(tree_.keys_of(join), [&](std::uint32_t id) {
    Value storage;
    const Value& key = operand(id, storage);
    const Value same = equal(answer, key);
    return key.assumption() == nullptr && same.boolean() != nullptr && !*same.boolean();
  });
}

/// What the loop's condition says of the current item.
Value Evaluation::condition(const Node& node) {
  Value holds = run(tree_.child(node, 1));
  if (holds.boolean() == nullptr) holds = boolean_of(holds);
  const bool rests = holds.boolean() != nullptr && !*holds.boolean() && holds.assumption() != nullptr;
  return rests && fails_a_join(node) ? Value(false) : holds;
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
    if (logic.take(condition(node))) break;
  }
  return logic.result();
}

Value Evaluation::exactly_one(const Node& node, const Range& range) {
  std::size_t found = 0;
  Value result;
  const std::size_t count = range.count();
  for (std::size_t i = 0; i < count; ++i) {
    set(node, range, i);
    const Value holds = condition(node);
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
  const Value holds = condition(node);
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
