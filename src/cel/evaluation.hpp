// SPDX-License-Identifier: Apache-2.0
// One evaluation of one expression: what operators, selections and calls give is in evaluator.cpp, what loops
// give in loops.cpp. Recursion: the parser bounds the tree's height (parser.hpp), and most_steps the time.
#pragma once

#include "cel/evaluator.hpp"
#include "cel/lookups.hpp"
#include "cel/operations.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <span>

namespace slsaudit::cel {

class Evaluation {
public:
  Evaluation(const Tree& tree, const Variables& variables)
      : tree_(tree), variables_(variables), many_(tree.locals > few_.size() ? tree.locals : 0),
        locals_(many_.empty() ? std::span<Value>(few_) : std::span<Value>(many_)) {}
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  [[nodiscard]] Value run(std::uint32_t id);

private:
  /// What a loop goes over.
  struct Range;

  /// The operand's value, without a copy where it stands somewhere already. `storage` is null before: nothing
  /// of it has to go.
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
      return *new (&storage) Value(not_known(node));
    default:
      return *new (&storage) Value(run(id)); // made where it stands, and not moved there
    }
  }
  [[nodiscard]] Value not_known(const Node& variable) const;
  void charge(const Value& value);
  [[nodiscard]] bool is_too_long() const { return steps_ > most_steps; }
  static Value boolean_of(const Value& value);
  /// What two operands give of which one is unknown or an error.
  static Value flow(const Value& left, const Value& right);
  /// Of several: what has flowed so far, and one more.
  static void join(Value& flowing, const Value& one) {
    if (is_flowing(one)) flowing = is_flowing(flowing) ? flow(flowing, one) : one;
  }
  /// An error, an unknown or null for success.
  static Value insert(Map& map, Value key, Value value);

  Value logic(const Node& node, bool decisive);
  Value negation(const Node& node);
  Value negative(const Node& node);
  Value ternary(const Node& node);
  Value binary(const Node& node);
  Value member(const Node& node);
  Value presence(const Node& node);
  Value item(const Node& node);
  Value list(const Node& node);
  Value map(const Node& node);
  Value invoke(const Node& node);
  Value invoke(const Node& node, std::span<Value> arguments);
  Value bind(const Node& node);

  Value loop(const Node& node);
  Value loop_over(const Node& node, const Value& range);
  std::optional<Choice> candidates(const Node& node, const Value& range);
  void ask(const Join& join, std::uint32_t slot, const List& items, const Choice* asked, Answers& answers);
  bool is_guarded(const Join& join);
  static bool has_clear_parts(const Value& list);
  bool fails_a_join(const Node& node);
  bool differs(const Join& join, const Value& answer);
  Value condition(const Node& node);
  bool add_equal(const Join& join, const Answers& answers, Choice& found);
  void set(const Node& node, const Range& range, std::size_t at);
  Value quantified(const Node& node, const Range& range, bool decisive);
  Value exactly_one(const Node& node, const Range& range);
  bool passes(const Node& node, Value& flowing);
  Value list_of(const Node& node, const Range& range);
  Value map_of(const Node& node, const Range& range);

  const Tree& tree_;
  const Variables& variables_;
  std::array<Value, 4> few_; ///< Of most expressions.
  List many_;
  std::span<Value> locals_; ///< By slot.
  std::size_t steps_ = 0;
};

} // namespace slsaudit::cel
