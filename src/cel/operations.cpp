// SPDX-License-Identifier: Apache-2.0
#include "cel/operations.hpp"

#include "cel/text.hpp"
#include "cel/time.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace slsaudit::cel {

namespace {

template <class T> int sign_of(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// As CEL's published tests want it: by conversion to double, even where that rounds the integer.
int order_numbers(std::int64_t a, double b) {
  return sign_of(static_cast<double>(a), b);
}
int order_numbers(std::uint64_t a, double b) {
  return sign_of(static_cast<double>(a), b);
}

int order_numbers(std::int64_t a, std::uint64_t b) {
  return a < 0 ? -1 : sign_of(static_cast<std::uint64_t>(a), b);
}

std::optional<int> negated(std::optional<int> order) {
  if (order) *order = -*order;
  return order;
}

bool is_number(const Value& value) {
  return value.integer() || value.unsigned_integer() || value.number();
}
bool is_scalar(const Value& value) {
  return is_number(value) || value.boolean() || value.string();
}

std::optional<int> order_numeric(const Value& left, const Value& right) {
  if (const auto* a = left.number()) {
    if (std::isnan(*a)) return std::nullopt;
    if (const auto* b = right.number()) return std::isnan(*b) ? std::nullopt : std::optional(sign_of(*a, *b));
    return negated(order_numeric(right, left));
  }
  if (const auto* b = right.number()) {
    if (std::isnan(*b)) return std::nullopt;
    return left.integer() ? order_numbers(*left.integer(), *b) : order_numbers(*left.unsigned_integer(), *b);
  }
  if (const auto* a = left.integer()) {
    return right.integer() ? sign_of(*a, *right.integer()) : order_numbers(*a, *right.unsigned_integer());
  }
  if (right.integer()) return -order_numbers(*right.integer(), *left.unsigned_integer());
  return sign_of(*left.unsigned_integer(), *right.unsigned_integer());
}

/// Makes a template's scalar and its partner meet: numbers first, then booleans, then text. False if they
/// can't.
bool meet(Value& left, Value& right) {
  if (!left.from_template() && !right.from_template()) return false;
  for (const auto convert : {as_numeric, as_boolean, as_text}) {
    Value a = convert(left);
    Value b = convert(right);
    const bool met =
        (is_number(a) && is_number(b)) || (a.boolean() && b.boolean()) || (a.string() && b.string());
    if (!met) continue;
    left = std::move(a);
    right = std::move(b);
    return true;
  }
  return false;
}

template <class T> Value arithmetic(Operator op, T a, T b) {
  T result{};
  bool overflow = false;
  switch (op) {
  case Operator::add:
    overflow = __builtin_add_overflow(a, b, &result);
    break;
  case Operator::subtract:
    overflow = __builtin_sub_overflow(a, b, &result);
    break;
  case Operator::multiply:
    overflow = __builtin_mul_overflow(a, b, &result);
    break;
  case Operator::divide:
  case Operator::modulo:
    if (b == 0) return Value::error(op == Operator::divide ? "division by zero" : "modulus by zero");
    if constexpr (std::numeric_limits<T>::is_signed) overflow = a == std::numeric_limits<T>::min() && b == -1;
    if (!overflow) result = op == Operator::divide ? a / b : a % b;
    break;
  default:
    break;
  }
  return overflow ? Value::error("integer overflow") : Value(result);
}

std::optional<Value> arithmetic(Operator op, double a, double b) {
  switch (op) {
  case Operator::add:
    return a + b;
  case Operator::subtract:
    return a - b;
  case Operator::multiply:
    return a * b;
  case Operator::divide:
    return a / b;
  default:
    return std::nullopt; // doubles have no remainder
  }
}

double to_double(const Value& value) {
  if (const auto* integer = value.integer()) return static_cast<double>(*integer);
  if (const auto* integer = value.unsigned_integer()) return static_cast<double>(*integer);
  return *value.number();
}

std::optional<Value> compute_numbers(Operator op, const Value& left, const Value& right) {
  if (left.integer() && right.integer()) return arithmetic(op, *left.integer(), *right.integer());
  if (left.number() && right.number()) return arithmetic(op, *left.number(), *right.number());
  if (left.unsigned_integer() && right.unsigned_integer()) {
    return arithmetic(op, *left.unsigned_integer(), *right.unsigned_integer());
  }
  // CEL does not mix number types; text in templates has none, so there it may.
  if ((left.from_template() || right.from_template()) && is_number(left) && is_number(right)) {
    const auto fits = [](const Value& value) {
      return value.unsigned_integer() && *value.unsigned_integer() >> 63U == 0;
    };
    const Value a = fits(left) ? Value(static_cast<std::int64_t>(*left.unsigned_integer())) : left;
    const Value b = fits(right) ? Value(static_cast<std::int64_t>(*right.unsigned_integer())) : right;
    if (a.integer() && b.integer()) return arithmetic(op, *a.integer(), *b.integer());
    return arithmetic(op, to_double(a), to_double(b));
  }
  return std::nullopt;
}

Value concatenated(const Value& left, const Value& right) {
  const ListView a(left);
  const ListView b(right);
  if (a.size() + b.size() > longest_result) return Value::error("list too long");
  List items;
  items.reserve(a.size() + b.size());
  for (std::size_t i = 0; i < a.size(); ++i) items.push_back(a[i]);
  for (std::size_t i = 0; i < b.size(); ++i) items.push_back(b[i]);
  return items;
}

std::optional<Value> joined(const Value& left, const Value& right) {
  if (left.bytes() && right.bytes()) {
    if (left.bytes()->data.size() + right.bytes()->data.size() > longest_result)
      return Value::error("bytes too long");
    return Value(Bytes{left.bytes()->data + right.bytes()->data});
  }
  const Value a = as_text(left);
  const Value b = as_text(right);
  if (a.string() && b.string()) {
    if (a.string()->size() + b.string()->size() > longest_result) return Value::error("string too long");
    return Value::joined(*a.string(), *b.string());
  }
  const bool lists =
      ListView(left).valid() && ListView(right).valid() && !(left.is_null() && right.is_null());
  if (lists) return concatenated(left, right);
  return std::nullopt;
}

std::optional<Value> compute_times(Operator op, const Value& left, const Value& right) {
  const auto made = [](const auto& result) {
    return result ? Value(*result) : Value::error("time out of range");
  };
  if (op == Operator::add && left.duration() && right.timestamp()) return compute_times(op, right, left);
  if (op == Operator::subtract && left.timestamp() && right.timestamp()) {
    return made(minus(*left.timestamp(), *right.timestamp()));
  }
  if (!right.duration() || (op != Operator::add && op != Operator::subtract)) return std::nullopt;
  if (left.duration()) {
    const Value sum = arithmetic(op, left.duration()->nanoseconds, right.duration()->nanoseconds);
    return sum.integer() ? Value(Duration{*sum.integer()}) : Value::error("time out of range");
  }
  if (!left.timestamp()) return std::nullopt;
  const Value by = arithmetic(op, std::int64_t{0}, right.duration()->nanoseconds);
  return by.integer() ? made(plus(*left.timestamp(), Duration{*by.integer()}))
                      : Value::error("time out of range");
}

Value compute(Operator op, const Value& left, const Value& right) {
  if (const auto result = compute_numbers(op, left, right)) return *result;
  // A marked string computes as a number unless it is to be joined to a string of the expression.
  const Value a = as_numeric(left);
  const Value b = as_numeric(right);
  if (is_number(a) && is_number(b)) {
    if (const auto result = compute_numbers(op, a, b)) return *result;
  }
  if (const auto result = compute_times(op, left, right)) return *result;
  for (const Value* operand : {&left, &right}) {
    if (is_symbolic(*operand)) return unknown_text(*operand);
  }
  if (op == Operator::add) {
    if (const auto result = joined(left, right)) return *result;
  }
  return no_overload(symbol(op), {&left, &right});
}

bool by_order(Operator op, int order) {
  switch (op) {
  case Operator::equal:
    return order == 0;
  case Operator::not_equal:
    return order != 0;
  case Operator::less:
    return order < 0;
  case Operator::less_equal:
    return order <= 0;
  case Operator::greater:
    return order > 0;
  default:
    return order >= 0;
  }
}

Value ordered(Operator op, const Value& left, const Value& right) {
  for (const Value* operand : {&left, &right}) {
    const Value& other = operand == &left ? right : left;
    if (is_symbolic(*operand) && (is_scalar(other) || is_symbolic(other))) return unknown_text(*operand);
  }
  Value a = left;
  Value b = right;
  meet(a, b);
  const bool numbers = is_number(a) && is_number(b);
  const bool alike = (a.string() && b.string()) || (a.bytes() && b.bytes()) || (a.boolean() && b.boolean()) ||
                     (a.timestamp() && b.timestamp()) || (a.duration() && b.duration());
  if (!numbers && !alike) return no_overload(symbol(op), {&left, &right});
  const auto result = order(a, b);
  if (!result) return false; // NaN
  switch (op) {
  case Operator::less:
    return *result < 0;
  case Operator::less_equal:
    return *result <= 0;
  case Operator::greater:
    return *result > 0;
  default:
    return *result >= 0;
  }
}

} // namespace

Value merge_unknown(const Value& left, const Value& right) {
  if (!left.unknown()) return right;
  if (!right.unknown() || left.unknown() == right.unknown()) return left;
  std::set<std::string> reasons(left.unknown()->reasons.begin(), left.unknown()->reasons.end());
  reasons.insert(right.unknown()->reasons.begin(), right.unknown()->reasons.end());
  return Unknown{{reasons.begin(), reasons.end()}};
}

Value settled(const Value& value) {
  if (!is_conditional(value)) return value;
  return Value::unknown("depends on the condition `" + std::string(value.property()->condition()) + "`")
      .at(value.span());
}

Value over_sides(const Value& conditional, const std::function<Value(const Value&)>& operation) {
  constexpr std::size_t most_sides = 16;
  const auto sides = conditional.property()->alternatives();
  if (sides.size() > most_sides) return settled(conditional);
  std::optional<Value> agreed;
  for (const value::Value& side : sides) {
    Value result = operation(Value(side).rest_on(conditional));
    if (is_flowing(result)) return result;
    if (!agreed) {
      agreed = std::move(result);
      continue;
    }
    const Value same = equal(*agreed, result);
    if (!same.boolean() || !*same.boolean()) return settled(conditional);
    agreed->rest_on(result);
  }
  return agreed.value_or(settled(conditional));
}

Value no_overload(std::string_view what, std::span<const Value* const> operands) {
  for (const Value* operand : operands) {
    if (!operand->from_template() || operand->is_null()) continue;
    return Value::unknown("`" + std::string(text::beginning(operand->display(), 60)) + "` is not what `" +
                          std::string(what) + "` needs");
  }
  std::string message = "no such overload: `" + std::string(what) + "` of ";
  bool first = true;
  for (const Value* operand : operands) {
    if (!first) message += " and ";
    message += operand->type_name();
    first = false;
  }
  return Value::error(std::move(message));
}

Value as_numeric(const Value& value) {
  if (!value.from_template() || !value.string()) return value;
  if (const auto integer = read_integer(*value.string()))
    return Value(*integer).marked().at(value.span()).rest_on(value);
  if (value.string()->find_first_of("0123456789") == std::string::npos) return value;
  if (const auto number = read_double(*value.string()))
    return Value(*number).marked().at(value.span()).rest_on(value);
  return value;
}

Value as_boolean(const Value& value) {
  if (!value.from_template() || !value.string()) return value;
  const std::string_view text = *value.string();
  const bool yes = text == "true" || text == "True";
  if (!yes && text != "false" && text != "False") return value;
  return Value(yes).marked().at(value.span()).rest_on(value);
}

Value as_text(const Value& value) {
  if (!value.from_template() || value.string() || !is_scalar(value)) return value;
  return Value(value.display()).marked().at(value.span()).rest_on(value);
}

std::optional<int> order(const Value& left, const Value& right) {
  if (is_number(left) && is_number(right)) return order_numeric(left, right);
  if (left.string() && right.string()) return sign_of(*left.string(), *right.string());
  if (left.boolean() && right.boolean()) return sign_of(*left.boolean(), *right.boolean());
  if (left.bytes() && right.bytes()) return sign_of(left.bytes()->data, right.bytes()->data);
  if (left.timestamp() && right.timestamp()) return sign_of(*left.timestamp(), *right.timestamp());
  if (left.duration() && right.duration()) return sign_of(*left.duration(), *right.duration());
  return std::nullopt;
}

Value apply(Operator op, const Value& left, const Value& right) {
  if (left.integer() && right.integer() && op > Operator::modulo &&
      op != Operator::in) { // the usual case, quickly
    return by_order(op, sign_of(*left.integer(), *right.integer()));
  }
  if (op == Operator::equal || op == Operator::not_equal) {
    if (const auto same = plainly_equal(left, right)) return *same == (op == Operator::equal);
  }
  if (is_conditional(left)) {
    return over_sides(left,
                      [&](const Value& side) { return is_flowing(side) ? side : apply(op, side, right); });
  }
  if (is_conditional(right) && op != Operator::in) {
    return over_sides(right,
                      [&](const Value& side) { return is_flowing(side) ? side : apply(op, left, side); });
  }
  switch (op) {
  case Operator::equal:
    return equal(left, right);
  case Operator::not_equal: {
    const Value result = equal(left, right);
    return result.boolean() ? Value(!*result.boolean()) : result;
  }
  case Operator::less:
  case Operator::less_equal:
  case Operator::greater:
  case Operator::greater_equal:
    return ordered(op, left, right);
  case Operator::in:
    return contains(left, right);
  default:
    return compute(op, left, right);
  }
}

Value negate(const Value& operand) {
  if (is_conditional(operand)) {
    return over_sides(operand, [](const Value& side) { return is_flowing(side) ? side : negate(side); });
  }
  if (is_symbolic(operand)) return unknown_text(operand);
  const Value number = as_numeric(operand);
  if (const auto* real = number.number()) return -*real;
  if (const auto* integer = number.integer())
    return arithmetic(Operator::subtract, std::int64_t{0}, *integer);
  return no_overload("-", {&operand});
}

} // namespace slsaudit::cel
