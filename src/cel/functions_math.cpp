// SPDX-License-Identifier: Apache-2.0
#include "cel/functions.hpp"
#include "cel/operations.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace slsaudit::cel {

namespace {

bool is_number(const Value& value) {
  return value.integer() || value.unsigned_integer() || value.number();
}

// The first of equal ones wins, whatever its type.
Value extreme(const Call& call, int sign) {
  const ListView items(call[0]);
  const bool from_list = call.size() == 1 && items.valid();
  const std::size_t count = from_list ? items.size() : call.size();
  if (count == 0) return Value::error("`" + std::string(call.name) + "` of an empty list");
  Value best;
  for (std::size_t i = 0; i < count; ++i) {
    Value item = as_numeric(from_list ? items[i] : call[i]);
    if (is_flowing(item)) return item;
    if (is_symbolic(item)) return unknown_text(item);
    if (!is_number(item)) return no_overload(call.name, {&item});
    const auto difference = i == 0 ? std::optional(sign) : order(item, best);
    if (difference && *difference * sign > 0) best = std::move(item);
  }
  return best;
}

Value greatest(const Call& call) {
  return extreme(call, 1);
}
Value least(const Call& call) {
  return extreme(call, -1);
}

/// A double; a template's whole number counts as one.
std::optional<double> real(const Value& argument) {
  const Value value = as_numeric(argument);
  if (const auto* number = value.number()) return *number;
  if (value.from_template() && value.integer()) return static_cast<double>(*value.integer());
  return std::nullopt;
}

template <double (*function)(double)> Value rounded(const Call& call) {
  const auto number = real(call[0]);
  return number ? Value(function(*number)) : no_overload(call);
}

double ceiling(double x) {
  return std::ceil(x);
}
double floor_of(double x) {
  return std::floor(x);
}
double round_of(double x) {
  return std::round(x);
} // halves away from zero
double truncated(double x) {
  return std::trunc(x);
}

Value absolute(const Call& call) {
  const Value value = as_numeric(call[0]);
  if (const auto* number = value.number()) return std::abs(*number);
  if (value.unsigned_integer()) return value;
  if (!value.integer()) return no_overload(call);
  if (*value.integer() == std::numeric_limits<std::int64_t>::min()) return Value::error("integer overflow");
  return std::abs(*value.integer());
}

Value sign(const Call& call) {
  const Value value = as_numeric(call[0]);
  if (const auto* number = value.number()) {
    return std::isnan(*number) ? *number : *number > 0 ? 1.0 : *number < 0 ? -1.0 : 0.0;
  }
  if (const auto* integer = value.unsigned_integer()) return std::uint64_t{*integer > 0 ? 1U : 0U};
  if (!value.integer()) return no_overload(call);
  return std::int64_t{*value.integer() > 0 ? 1 : *value.integer() < 0 ? -1 : 0};
}

Value square_root(const Call& call) {
  const Value value = as_numeric(call[0]);
  if (const auto* integer = value.integer()) return std::sqrt(static_cast<double>(*integer));
  if (const auto* integer = value.unsigned_integer()) return std::sqrt(static_cast<double>(*integer));
  const auto number = real(value);
  return number ? Value(std::sqrt(*number)) : no_overload(call);
}

Value is_nan(const Call& call) {
  const auto number = real(call[0]);
  return number ? Value(std::isnan(*number)) : no_overload(call);
}
Value is_infinite(const Call& call) {
  const auto number = real(call[0]);
  return number ? Value(std::isinf(*number)) : no_overload(call);
}
Value is_finite(const Call& call) {
  const auto number = real(call[0]);
  return number ? Value(std::isfinite(*number)) : no_overload(call);
}

/// Both as bits, the result in the type of the first.
template <class Operation> Value bits(const Call& call, const Operation& operation) {
  if (call[0].integer() && call[1].integer()) {
    const auto result = operation(static_cast<std::uint64_t>(*call[0].integer()),
                                  static_cast<std::uint64_t>(*call[1].integer()));
    return static_cast<std::int64_t>(result);
  }
  if (call[0].unsigned_integer() && call[1].unsigned_integer()) {
    return operation(*call[0].unsigned_integer(), *call[1].unsigned_integer());
  }
  return no_overload(call);
}

Value bit_and(const Call& call) {
  return bits(call, [](std::uint64_t a, std::uint64_t b) { return a & b; });
}
Value bit_or(const Call& call) {
  return bits(call, [](std::uint64_t a, std::uint64_t b) { return a | b; });
}
Value bit_xor(const Call& call) {
  return bits(call, [](std::uint64_t a, std::uint64_t b) { return a ^ b; });
}
Value bit_not(const Call& call) {
  if (const auto* integer = call[0].integer()) return ~*integer;
  if (const auto* integer = call[0].unsigned_integer()) return ~*integer;
  return no_overload(call);
}

Value shifted(const Call& call, bool left) {
  const auto* by = call[1].integer();
  if (by == nullptr || (!call[0].integer() && !call[0].unsigned_integer())) return no_overload(call);
  if (*by < 0) return Value::error("`" + std::string(call.name) + "` by a negative number");
  const bool is_signed = call[0].integer() != nullptr;
  const std::uint64_t bits =
      is_signed ? static_cast<std::uint64_t>(*call[0].integer()) : *call[0].unsigned_integer();
  const std::uint64_t result = *by >= 64 ? 0
                               : left    ? bits << static_cast<unsigned>(*by)
                                         : bits >> static_cast<unsigned>(*by);
  return is_signed ? Value(static_cast<std::int64_t>(result)) : Value(result);
}
Value shift_left(const Call& call) {
  return shifted(call, true);
}
Value shift_right(const Call& call) {
  return shifted(call, false);
}

constexpr std::size_t any_number = 1000;

constexpr std::array<Builtin, 18> table{{
    {"math.greatest", Style::function, 1, any_number, greatest,
     "math.greatest(x, …) -> number, math.greatest(list)", "the greatest, whatever the number types"},
    {"math.least", Style::function, 1, any_number, least, "math.least(x, …) -> number, math.least(list)",
     "the least, whatever the number types"},
    {"math.abs", Style::function, 1, 1, absolute, "math.abs(x) -> number", "without its sign"},
    {"math.ceil", Style::function, 1, 1, rounded<ceiling>, "math.ceil(double) -> double",
     "up to a whole number"},
    {"math.floor", Style::function, 1, 1, rounded<floor_of>, "math.floor(double) -> double",
     "down to a whole number"},
    {"math.round", Style::function, 1, 1, rounded<round_of>, "math.round(double) -> double",
     "to the nearest whole number, halves away from zero"},
    {"math.trunc", Style::function, 1, 1, rounded<truncated>, "math.trunc(double) -> double",
     "without its fraction"},
    {"math.sign", Style::function, 1, 1, sign, "math.sign(x) -> number", "-1, 0 or 1"},
    {"math.sqrt", Style::function, 1, 1, square_root, "math.sqrt(x) -> double",
     "the square root; NaN of negatives"},
    {"math.isNaN", Style::function, 1, 1, is_nan, "math.isNaN(double) -> bool", "whether it is not a number"},
    {"math.isInf", Style::function, 1, 1, is_infinite, "math.isInf(double) -> bool",
     "whether it is infinite"},
    {"math.isFinite", Style::function, 1, 1, is_finite, "math.isFinite(double) -> bool",
     "whether it is neither infinite nor NaN"},
    {"math.bitAnd", Style::function, 2, 2, bit_and, "math.bitAnd(a, b) -> int or uint", "bits set in both"},
    {"math.bitOr", Style::function, 2, 2, bit_or, "math.bitOr(a, b) -> int or uint", "bits set in either"},
    {"math.bitXor", Style::function, 2, 2, bit_xor, "math.bitXor(a, b) -> int or uint",
     "bits set in one of them"},
    {"math.bitNot", Style::function, 1, 1, bit_not, "math.bitNot(a) -> int or uint", "bits not set"},
    {"math.bitShiftLeft", Style::function, 2, 2, shift_left, "math.bitShiftLeft(a, n) -> int or uint",
     "bits moved n places up"},
    {"math.bitShiftRight", Style::function, 2, 2, shift_right, "math.bitShiftRight(a, n) -> int or uint",
     "bits moved n places down, zeros following"},
}};

} // namespace

std::span<const Builtin> math_functions() {
  return table;
}

} // namespace slsaudit::cel
