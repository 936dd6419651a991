// SPDX-License-Identifier: Apache-2.0
#include "cel/evaluator.hpp"

#include "cel/evaluation.hpp"
#include "cel/logic.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::cel {

namespace {

Value takes_too_long() {
  return Value::error("evaluation takes too long");
}

bool is_key(const Value& value) {
  return value.string() || value.integer() || value.unsigned_integer() || value.boolean();
}

Value call(const Callee& callee, std::span<Value> arguments) {
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

} // namespace

Value Evaluation::run(std::uint32_t id) {
  const Node& node = tree_.nodes[id];
  ++steps_;
  if (is_too_long()) return takes_too_long();
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

Value Evaluation::not_known(const Node& variable) const {
  return Value::unknown("`" + std::string(tree_.variables[variable.index]) + "` is not known here");
}

void Evaluation::charge(const Value& value) {
  if (value.boolean() || value.integer() || value.object()) return; // most are
  if (const auto* items = value.list()) steps_ += items->size();
  if (const auto* entries = value.map()) steps_ += entries->size();
  if (const auto text = value.string()) steps_ += text->size() / 64;
  if (value.is_property()) steps_ += value.property()->items().size();
}

Value Evaluation::boolean_of(const Value& value) {
  if (value.boolean() || is_flowing(value)) return value;
  if (is_conditional(value)) return over_sides(value, boolean_of);
  if (is_symbolic(value)) return unknown_text(value);
  Value converted = as_boolean(value);
  return converted.boolean() ? converted : no_overload("logic", {&value});
}

Value Evaluation::logic(const Node& node, bool decisive) {
  Logic logic(decisive);
  for (std::size_t i = 0; i < node.child_count; ++i) {
    Value storage;
    const Value& value = operand(tree_.child(node, i), storage);
    if (value.boolean() ? logic.take(value) : logic.take(boolean_of(value))) break;
  }
  return logic.result();
}

Value Evaluation::negation(const Node& node) {
  Value storage;
  const Value& value = operand(tree_.child(node, 0), storage);
  if (value.boolean() == nullptr) {
    const Value converted = boolean_of(value);
    return converted.boolean() != nullptr ? Value(!*converted.boolean()).rest_on(converted) : converted;
  }
  Value result(!*value.boolean());
  result.rest_on(value);
  return result;
}

Value Evaluation::negative(const Node& node) {
  Value storage;
  const Value& value = operand(tree_.child(node, 0), storage);
  return is_flowing(value) ? value : negate(value).rest_on(value).mark_with(value);
}

Value Evaluation::ternary(const Node& node) {
  Value storage;
  const Value& value = operand(tree_.child(node, 0), storage);
  Value converted;
  const Value& condition = value.boolean() != nullptr ? value : (converted = boolean_of(value));
  if (!condition.boolean()) return condition;
  Value result = run(tree_.child(node, *condition.boolean() ? 1 : 2));
  result.rest_on(condition);
  return result;
}

Value Evaluation::flow(const Value& left, const Value& right) {
  if (left.unknown() || right.unknown()) return left.unknown() ? merge_unknown(left, right) : right;
  return left.error() ? left : right;
}

Value Evaluation::binary(const Node& node) {
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

Value Evaluation::member(const Node& node) {
  Value storage;
  const Value& value = operand(tree_.child(node, 0), storage);
  if (is_flowing(value)) return value;
  Value result = select(value, tree_.names[node.index]);
  result.rest_on(value);
  return result;
}

Value Evaluation::presence(const Node& node) {
  Value storage;
  const Value& value = operand(tree_.child(node, 0), storage);
  return is_flowing(value) ? value : has(value, tree_.names[node.index]).rest_on(value);
}

Value Evaluation::item(const Node& node) {
  Value storage;
  Value key_storage;
  const Value& value = operand(tree_.child(node, 0), storage);
  const Value& key = operand(tree_.child(node, 1), key_storage);
  if (is_flowing(value) || is_flowing(key)) return flow(value, key);
  return index(value, key).rest_on(value).rest_on(key);
}

Value Evaluation::list(const Node& node) {
  List items;
  items.reserve(node.child_count);
  Value flowing;
  for (std::size_t i = 0; i < node.child_count; ++i) {
    items.push_back(run(tree_.child(node, i)));
    join(flowing, items.back());
  }
  return is_flowing(flowing) ? flowing : Value(std::move(items));
}

Value Evaluation::insert(Map& map, Value key, Value value) {
  if (is_flowing(key) || is_flowing(value)) {
    Value flowing;
    join(flowing, key);
    join(flowing, value);
    return flowing;
  }
  if (is_symbolic(key)) return unknown_text(key);
  if (!is_key(key)) return Value::error("unsupported key type: " + std::string(key.type_name()));
  if (find_key(map, key) != nullptr) return Value::error("repeated key: `" + key.display() + "`");
  map.emplace_back(std::move(key), std::move(value));
  return {};
}

Value Evaluation::map(const Node& node) {
  Map entries;
  Value flowing;
  for (std::size_t i = 0; i + 1 < node.child_count; i += 2) {
    steps_ += entries.size();
    Value key = run(tree_.child(node, i));
    join(flowing, insert(entries, std::move(key), run(tree_.child(node, i + 1))));
  }
  return is_flowing(flowing) ? flowing : Value(std::move(entries));
}

Value Evaluation::invoke(const Node& node) {
  constexpr std::size_t few = 4;
  if (node.child_count <= few) {
    std::array<Value, few> arguments;
    return invoke(node, std::span(arguments.data(), node.child_count));
  }
  List arguments(node.child_count);
  return invoke(node, arguments);
}

Value Evaluation::invoke(const Node& node, std::span<Value> arguments) {
  const Callee& callee = tree_.callees[node.index];
  Value flowing;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    arguments[i] = run(tree_.child(node, i));
    join(flowing, arguments[i]);
    charge(arguments[i]);
  }
  if (is_flowing(flowing) && !callee.accepts_unknown) return flowing;
  if (is_too_long()) return takes_too_long();
  Value result = call(callee, arguments);
  charge(result);
  if (is_too_long()) return takes_too_long();
  for (const Value& argument : arguments) result.rest_on(argument);
  return result;
}

Value Evaluation::bind(const Node& node) {
  locals_[node.index] = run(tree_.child(node, 0));
  return run(tree_.child(node, 1));
}

Value evaluate(const Tree& tree, const Variables& variables) {
  return settled(Evaluation(tree, variables).run(tree.root));
}

} // namespace slsaudit::cel
