// SPDX-License-Identifier: Apache-2.0
// Walks the tree. Recursion: the parser bounds the tree's height (parser.hpp), and most_steps the time.
#include "cel/evaluator.hpp"

#include "cel/logic.hpp"
#include "cel/lookups.hpp"
#include "cel/operations.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

namespace slsaudit::cel {

namespace {

class Evaluator {
public:
  Evaluator(const Tree& tree, const Variables& variables)
      : tree_(tree), variables_(variables), locals_(tree.locals) {}

  Value run(std::uint32_t id) {
    const Node& node = tree_.nodes[id];
    if (++steps_ > most_steps) return Value::error("evaluation takes too long");
    switch (node.kind) {
    case NodeKind::constant:
    case NodeKind::variable:
    case NodeKind::local:
    case NodeKind::failure: {
      Value storage;
      return operand(id, storage);
    }
    case NodeKind::list:
      return list(node);
    case NodeKind::map:
      return map(node);
    case NodeKind::select:
      return member(node);
    case NodeKind::has:
      return presence(node);
    case NodeKind::index:
      return item(node);
    case NodeKind::ternary:
      return ternary(node);
    case NodeKind::logical_and:
      return logic(node, false);
    case NodeKind::logical_or:
      return logic(node, true);
    case NodeKind::logical_not:
      return negation(node);
    case NodeKind::negate:
      return negative(node);
    case NodeKind::binary:
      return binary(node);
    case NodeKind::invoke:
      return invoke(node);
    case NodeKind::loop:
      return loop(node);
    case NodeKind::bind:
      return bind(node);
    case NodeKind::name:
    case NodeKind::call:
      break; // the checker leaves none
    }
    return Value::error("unchecked expression");
  }

private:
  /// The operand's value, without a copy where it stands somewhere already.
  const Value& operand(std::uint32_t id, Value& storage) {
    const Node& node = tree_.nodes[id];
    switch (node.kind) {
    case NodeKind::constant:
    case NodeKind::failure:
      return tree_.constants[node.index];
    case NodeKind::local:
      return locals_[node.index];
    case NodeKind::variable:
      if (const Value* value = variables_.find(node.index)) return *value;
      storage = Value::unknown("`" + std::string(tree_.variables[node.index]) + "` is not known here");
      return storage;
    default:
      storage = run(id);
      return storage;
    }
  }

  void charge(const Value& value) {
    if (const auto* items = value.list()) steps_ += items->size();
    if (const auto* entries = value.map()) steps_ += entries->size();
    if (const auto text = value.string()) steps_ += text->size() / 64;
    if (const auto lazy = value.property()) steps_ += lazy->items().size();
  }

  static Value boolean_of(const Value& value) {
    if (value.boolean() || is_flowing(value)) return value;
    if (is_conditional(value)) return over_sides(value, boolean_of);
    if (is_symbolic(value)) return unknown_text(value);
    Value converted = as_boolean(value);
    return converted.boolean() ? converted : no_overload("logic", {&value});
  }

  Value logic(const Node& node, bool decisive) {
    Logic logic(decisive);
    for (std::size_t i = 0; i < node.child_count; ++i) {
      Value storage;
      const Value& value = operand(tree_.child(node, i), storage);
      if (value.boolean() ? logic.take(value) : logic.take(boolean_of(value))) break;
    }
    return logic.result();
  }

  Value negation(const Node& node) {
    Value storage;
    const Value value = boolean_of(operand(tree_.child(node, 0), storage));
    return value.boolean() ? Value(!*value.boolean()).rest_on(value) : value;
  }

  Value negative(const Node& node) {
    Value storage;
    const Value& value = operand(tree_.child(node, 0), storage);
    return is_flowing(value) ? value : negate(value).rest_on(value).mark_with(value);
  }

  Value ternary(const Node& node) {
    Value storage;
    const Value condition = boolean_of(operand(tree_.child(node, 0), storage));
    if (!condition.boolean()) return condition;
    return run(tree_.child(node, *condition.boolean() ? 1 : 2)).rest_on(condition);
  }

  static Value flow(const Value& left, const Value& right) {
    if (left.unknown() || right.unknown()) return left.unknown() ? merge_unknown(left, right) : right;
    return left.error() ? left : right;
  }

  Value binary(const Node& node) {
    Value left_storage;
    Value right_storage;
    const Value& left = operand(tree_.child(node, 0), left_storage);
    const Value& right = operand(tree_.child(node, 1), right_storage);
    if (is_flowing(left) || is_flowing(right)) return flow(left, right);
    const auto op = static_cast<Operator>(node.detail);
    if (op == Operator::in || op == Operator::add) {
      charge(left);
      charge(right);
    }
    Value result = apply(op, left, right);
    result.rest_on(left).rest_on(right);
    if (op <= Operator::modulo) result.mark_with(left).mark_with(right);
    return result;
  }

  Value member(const Node& node) {
    Value storage;
    const Value& value = operand(tree_.child(node, 0), storage);
    return is_flowing(value) ? value : select(value, tree_.names[node.index]).rest_on(value);
  }

  Value presence(const Node& node) {
    Value storage;
    const Value& value = operand(tree_.child(node, 0), storage);
    return is_flowing(value) ? value : has(value, tree_.names[node.index]).rest_on(value);
  }

  Value item(const Node& node) {
    Value storage;
    Value key_storage;
    const Value& value = operand(tree_.child(node, 0), storage);
    const Value& key = operand(tree_.child(node, 1), key_storage);
    if (is_flowing(value) || is_flowing(key)) return flow(value, key);
    return index(value, key).rest_on(value).rest_on(key);
  }

  Value list(const Node& node) {
    List items;
    items.reserve(node.child_count);
    Value flowing;
    for (std::size_t i = 0; i < node.child_count; ++i) {
      items.push_back(run(tree_.child(node, i)));
      if (is_flowing(items.back()))
        flowing = is_flowing(flowing) ? flow(flowing, items.back()) : items.back();
    }
    return is_flowing(flowing) ? flowing : Value(std::move(items));
  }

  static bool is_key(const Value& value) {
    return value.string() || value.integer() || value.unsigned_integer() || value.boolean();
  }

  /// An error, an unknown or null for success.
  static Value insert(Map& map, Value key, Value value) {
    if (is_flowing(key) || is_flowing(value))
      return is_flowing(key) && is_flowing(value) ? flow(key, value) : is_flowing(key) ? key : value;
    if (is_symbolic(key)) return unknown_text(key);
    if (!is_key(key)) return Value::error("unsupported key type: " + std::string(key.type_name()));
    if (find_key(map, key) != nullptr) return Value::error("repeated key: `" + key.display() + "`");
    map.emplace_back(std::move(key), std::move(value));
    return {};
  }

  Value map(const Node& node) {
    Map entries;
    Value flowing;
    for (std::size_t i = 0; i + 1 < node.child_count; i += 2) {
      steps_ += entries.size();
      Value key = run(tree_.child(node, i));
      const Value problem = insert(entries, std::move(key), run(tree_.child(node, i + 1)));
      if (is_flowing(problem)) flowing = is_flowing(flowing) ? flow(flowing, problem) : problem;
    }
    return is_flowing(flowing) ? flowing : Value(std::move(entries));
  }

  Value invoke(const Node& node) {
    constexpr std::size_t few = 4;
    if (node.child_count <= few) {
      std::array<Value, few> arguments;
      return invoke(node, std::span(arguments.data(), node.child_count));
    }
    List arguments(node.child_count);
    return invoke(node, arguments);
  }

  Value invoke(const Node& node, std::span<Value> arguments) {
    const Callee& callee = tree_.callees[node.index];
    Value flowing;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      arguments[i] = run(tree_.child(node, i));
      if (is_flowing(arguments[i]))
        flowing = is_flowing(flowing) ? flow(flowing, arguments[i]) : arguments[i];
      charge(arguments[i]);
    }
    if (is_flowing(flowing) && !callee.accepts_unknown) return flowing;
    if (steps_ > most_steps) return Value::error("evaluation takes too long");
    Value result = call(callee, arguments);
    charge(result);
    if (steps_ > most_steps) return Value::error("evaluation takes too long");
    for (const Value& argument : arguments) result.rest_on(argument);
    return result;
  }

  static Value call(const Callee& callee, std::span<Value> arguments) {
    const bool raw = callee.builtin != nullptr && callee.accepts_unknown;
    const auto conditionals = std::ranges::count_if(arguments, is_conditional);
    if (conditionals > 0 && !raw) {
      Value& split = *std::ranges::find_if(arguments, is_conditional);
      const bool settle = callee.builtin == nullptr || conditionals > 2;
      if (settle && !callee.accepts_unknown) return settled(split);
      if (settle) {
        for (Value& argument : arguments) argument = settled(argument);
        return callee.host(arguments);
      }
      const Value conditional = split;
      return over_sides(conditional, [&](const Value& side) {
        split = side; // a second conditional argument is split in its turn
        List chosen(arguments.begin(), arguments.end());
        return is_flowing(side) ? side : call(callee, chosen);
      });
    }
    if (callee.builtin == nullptr) return callee.host(arguments);
    if (!callee.builtin->accepts_symbolic) {
      for (const Value& argument : arguments) {
        if (is_symbolic(argument)) return unknown_text(argument);
      }
    }
    return callee.builtin->call(
        Call{arguments, callee.name, callee.regex ? &*callee.regex : nullptr, callee.patterns.get()});
  }

  Value bind(const Node& node) {
    locals_[node.index] = run(tree_.child(node, 0));
    return run(tree_.child(node, 1));
  }

  Value loop(const Node& node) {
    Value storage;
    const Value range = operand(tree_.child(node, 0), storage); // a copy: the same slots may be in use
    if (is_flowing(range)) return range;
    // What is said of a list's items rests on what made the list.
    if (!is_conditional(range)) return loop_over(node, range).rest_on(range);
    return over_sides(range,
                      [&](const Value& side) { return is_flowing(side) ? side : loop_over(node, side); });
  }

  Value loop_over(const Node& node, const Value& range) {
    if (is_symbolic(range)) return no_overload("loop", {&range});
    const ListView items(range);
    const MapView entries(range);
    if (!items.valid() && !entries.valid()) return no_overload("loop", {&range});
    const auto chosen = candidates(node, range);
    const std::size_t count = chosen ? chosen->size() : items.valid() ? items.size() : entries.size();
    const auto set = [&](std::size_t at) {
      const std::size_t i = chosen ? (*chosen)[at] : at;
      Value& first = locals_[node.index];
      if (!node.two_variables) {
        first = items.valid() ? items[i] : entries.key(i);
        return;
      }
      first = items.valid() ? Value(static_cast<std::int64_t>(i)) : entries.key(i);
      locals_[node.index + 1] = items.valid() ? items[i] : entries.value(i);
    };
    switch (static_cast<Macro>(node.detail)) {
    case Macro::all:
      return quantified(node, count, set, false);
    case Macro::exists:
      return quantified(node, count, set, true);
    case Macro::exists_one:
      return exactly_one(node, count, set);
    case Macro::map:
    case Macro::filter:
    case Macro::transform_list:
      return list_of(node, count, set).at(range.span());
    case Macro::transform_map:
    case Macro::transform_entry:
      return map_of(node, count, set).at(range.span());
    }
    return {};
  }

  /// The items that a loop's filter may take, where that is known without looking at each; else nothing.
  std::optional<Positions> candidates(const Node& node, const Value& range) {
    constexpr std::size_t few = 16;
    const List* items = range.list();
    if (node.joins == no_joins || items == nullptr || items->size() < few) return std::nullopt;
    const Joins& joins = tree_.joins[node.joins];
    Lookups* lookups = variables_.lookups(joins.owner);
    if (lookups == nullptr) return std::nullopt;
    std::optional<Positions> fewest;
    Positions unclear; // of earlier joins: they may be unknown, and so what later ones say doesn't decide
    const Positions* asked = nullptr;
    Positions constant_ones;
    bool narrowing = true; // as the texts of the joins say
    for (const Join& join : tree_.list_of(joins)) {
      const Answers& answers = lookups->answers(
          *items, tree_.text_of(join), [&](Answers& made) { ask(join, node.index, *items, asked, made); });
      Positions found = unclear;
      if (!add_equal(join, answers, found)) break;
      unclear = united(std::move(unclear), answers.others());
      found = united(std::move(found), answers.others());
      narrowing = narrowing && join.constant;
      // Lists may be as long as the system: the one that may be asked next is kept, not copied.
      const bool is_fewest = !fewest || found.size() < fewest->size();
      Positions& kept = is_fewest ? fewest.emplace() : constant_ones;
      kept = std::move(found);
      asked = narrowing ? &kept : nullptr;
      if (fewest->size() < few) break;
    }
    return fewest;
  }

  void ask(const Join& join, std::uint32_t slot, const List& items, const Positions* asked,
           Answers& answers) {
    const std::size_t steps = steps_; // Who comes first pays for no one else.
    const std::size_t count = asked != nullptr ? asked->size() : items.size();
    for (std::size_t i = 0; i < count; ++i) {
      steps_ = 0;
      const std::size_t at = asked != nullptr ? (*asked)[i] : i;
      locals_[slot] = items[at];
      answers.add(static_cast<std::uint32_t>(at), run(join.item));
    }
    steps_ = steps;
  }

  /// False where a key is none that answers are sorted by.
  bool add_equal(const Join& join, const Answers& answers, Positions& found) {
    for (const std::uint32_t key : tree_.keys_of(join)) {
      Value storage;
      const Value& value = operand(key, storage);
      if (!answers.is_usable(value)) return false;
      found = united(std::move(found), answers.equal_to(value));
    }
    return true;
  }

  static Positions united(Positions left, const Positions& right) {
    if (right.empty()) return left;
    if (left.empty()) return right;
    Positions both;
    both.reserve(left.size() + right.size());
    std::ranges::set_union(left, right, std::back_inserter(both));
    return both;
  }

  template <class Set> Value quantified(const Node& node, std::size_t count, const Set& set, bool decisive) {
    Logic logic(decisive);
    for (std::size_t i = 0; i < count; ++i) {
      set(i);
      if (logic.take(boolean_of(run(tree_.child(node, 1))))) break;
    }
    return logic.result();
  }

  template <class Set> Value exactly_one(const Node& node, std::size_t count, const Set& set) {
    std::size_t found = 0;
    Value result;
    for (std::size_t i = 0; i < count; ++i) {
      set(i);
      const Value holds = boolean_of(run(tree_.child(node, 1)));
      if (is_flowing(holds)) {
        result = is_flowing(result) ? flow(result, holds) : holds;
      } else if (!is_flowing(result)) {
        result.rest_on(holds);
        if (*holds.boolean()) ++found;
      }
    }
    return is_flowing(result) ? result : Value(found == 1).rest_on(result);
  }

  /// Whether the loop's filter takes the current item; a flowing value goes to `flowing`.
  bool passes(const Node& node, Value& flowing) {
    const bool filter = static_cast<Macro>(node.detail) == Macro::filter;
    if (!filter && !node.with_filter) return true;
    const Value holds = boolean_of(run(tree_.child(node, 1)));
    if (is_flowing(holds)) {
      flowing = is_flowing(flowing) ? flow(flowing, holds) : holds;
      return false;
    }
    flowing.rest_on(holds);
    return *holds.boolean();
  }

  template <class Set> Value list_of(const Node& node, std::size_t count, const Set& set) {
    List out;
    Value flowing; // its assumption is that of the filter's answers
    const bool filter = static_cast<Macro>(node.detail) == Macro::filter;
    for (std::size_t i = 0; i < count && steps_ <= most_steps; ++i) {
      set(i);
      if (!passes(node, flowing)) continue;
      Value item = filter ? locals_[node.index] : run(tree_.child(node, node.with_filter ? 2 : 1));
      if (is_flowing(item)) flowing = is_flowing(flowing) ? flow(flowing, item) : item;
      out.push_back(std::move(item));
    }
    if (steps_ > most_steps) return Value::error("evaluation takes too long");
    return is_flowing(flowing) ? flowing : Value(std::move(out)).rest_on(flowing);
  }

  template <class Set> Value map_of(const Node& node, std::size_t count, const Set& set) {
    Map out;
    Value flowing;
    const auto put = [&](Value key, Value value) {
      steps_ += out.size();
      const Value problem = insert(out, std::move(key), std::move(value));
      if (is_flowing(problem)) flowing = is_flowing(flowing) ? flow(flowing, problem) : problem;
    };
    for (std::size_t i = 0; i < count && steps_ <= most_steps; ++i) {
      set(i);
      if (!passes(node, flowing)) continue;
      Value made = run(tree_.child(node, node.with_filter ? 2 : 1));
      if (static_cast<Macro>(node.detail) == Macro::transform_map) {
        put(locals_[node.index], std::move(made));
        continue;
      }
      const MapView entries(made);
      if (is_flowing(made)) flowing = is_flowing(flowing) ? flow(flowing, made) : made;
      if (!is_flowing(made) && !entries.valid()) flowing = no_overload("transformMapEntry", {&made});
      for (std::size_t k = 0; k < entries.size(); ++k) put(entries.key(k), entries.value(k));
    }
    if (steps_ > most_steps) return Value::error("evaluation takes too long");
    return is_flowing(flowing) ? flowing : Value(std::move(out)).rest_on(flowing);
  }

  const Tree& tree_;
  const Variables& variables_;
  List locals_;
  std::size_t steps_ = 0;
};

} // namespace

Value evaluate(const Tree& tree, const Variables& variables) {
  return settled(Evaluator(tree, variables).run(tree.root));
}

} // namespace slsaudit::cel
