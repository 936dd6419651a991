// SPDX-License-Identifier: Apache-2.0
// What operators and selectors do with values. None of these gets an Error or Unknown; those flow before
// (evaluator.cpp).
//
// Symbolic strings ("${Orders.Arn}/*"): two are equal when their parts are identical. A text differs from one
// when its literal pieces do not occur in it in that order; two differ when their literal beginnings or ends
// do. startsWith, endsWith and contains are known where the literal pieces prove or, for the two ends,
// exclude it. Everything else that depends on the text (size, matches, order, concatenation) is unknown. A
// symbolic string is never null, a list or a map.
//
// Conditionals: what both sides agree on is known, everything else unknown.
#pragma once

#include "cel/tree.hpp"
#include "cel/value.hpp"

#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace slsaudit::cel {

/// Longest string, bytes or list that an expression may make; longer ones are an error.
inline constexpr std::size_t longest_result = 1'000'000;

[[nodiscard]] inline bool is_symbolic(const Value& value) {
  return value.is_property() && value.is_property(value::Kind::symbolic);
}
[[nodiscard]] inline bool is_conditional(const Value& value) {
  return value.is_property() && value.is_property(value::Kind::conditional);
}
[[nodiscard]] inline bool is_flowing(const Value& value) {
  return value.unknown() != nullptr || value.error() != nullptr;
}

/// Unknown reasons of both, sorted and unique.
[[nodiscard]] Value merge_unknown(const Value& left, const Value& right);
/// "`${Orders.Arn}` is known only once deployed"
[[nodiscard]] Value unknown_text(const Value& symbolic);
/// A conditional becomes Unknown; anything else stays.
[[nodiscard]] Value settled(const Value& value);
/// What `operation` makes of each side of a conditional: the result they agree on, or Unknown.
[[nodiscard]] Value over_sides(const Value& conditional, const std::function<Value(const Value&)>& operation);

/// An error that names the types; unknown where a non-null value of a template takes part, because the
/// template's shape is wrong, not the expression.
[[nodiscard]] Value no_overload(std::string_view what, std::span<const Value* const> operands);
[[nodiscard]] inline Value no_overload(std::string_view what, std::initializer_list<const Value*> operands) {
  return no_overload(what, std::span(operands.begin(), operands.size()));
}

/// For values of templates: a string that reads as a number becomes that number, or a boolean that boolean,
/// and a number or boolean its text. Anything else stays.
[[nodiscard]] Value as_numeric(const Value& value);
[[nodiscard]] Value as_boolean(const Value& value);
[[nodiscard]] Value as_text(const Value& value);

[[nodiscard]] Value apply(Operator op, const Value& left, const Value& right);
/// What equal() says of two texts, whole numbers, booleans or objects: most of what is compared; nothing of
/// others.
[[nodiscard]] std::optional<bool> plainly_equal(const Value& left, const Value& right);
/// A boolean, or Unknown.
[[nodiscard]] Value equal(const Value& left, const Value& right);
/// < 0, 0, > 0 or nothing (NaN, or types without order) of numbers, strings, bytes and booleans.
[[nodiscard]] std::optional<int> order(const Value& left, const Value& right);
[[nodiscard]] Value negate(const Value& operand);

/// Members: operand.name, has(operand.name), operand[key].
[[nodiscard]] Value select(const Value& operand, std::string_view name);
[[nodiscard]] Value has(const Value& operand, std::string_view name);
[[nodiscard]] Value index(const Value& operand, const Value& key);
/// `key in container`
[[nodiscard]] Value contains(const Value& key, const Value& container);
/// The entry of a literal map, or null.
[[nodiscard]] const Value* find_key(const Map& map, const Value& key);

/// A list of either kind, read by position. A marked null is an empty one.
class ListView {
public:
  explicit ListView(const Value& value);
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] std::size_t size() const { return items_ != nullptr ? items_->size() : properties_.size(); }
  [[nodiscard]] Value operator[](std::size_t i) const;

private:
  const Value* source_;
  const List* items_ = nullptr;
  std::span<const value::Value> properties_;
  bool valid_ = false;
};

/// A map of either kind, read by position.
class MapView {
public:
  explicit MapView(const Value& value);
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] std::size_t size() const { return entries_ != nullptr ? entries_->size() : members_.size(); }
  [[nodiscard]] Value key(std::size_t i) const;
  [[nodiscard]] Value value(std::size_t i) const;

private:
  const Value* source_;
  const Map* entries_ = nullptr;
  std::span<const value::Member> members_;
  bool valid_ = false;
};

/// The texts of symbolic strings; see above. Booleans or Unknown.
[[nodiscard]] Value text_starts_with(const Value& text, const Value& prefix);
[[nodiscard]] Value text_ends_with(const Value& text, const Value& suffix);
[[nodiscard]] Value text_contains(const Value& text, const Value& piece);
[[nodiscard]] Value symbolic_equal(const Value& left, const Value& right);

} // namespace slsaudit::cel
