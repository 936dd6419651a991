// SPDX-License-Identifier: Apache-2.0
#include "analysis/measure.hpp"

#include <algorithm>
#include <limits>

namespace slsaudit::analysis {
namespace {

Measured exactly(double amount, const value::Value& value) {
  return {amount, true, value.span(), value.assumption()};
}

/// Whatever a condition decides, the least of what the value can be counts.
template <typename Measure> Measured least(const value::Value& value, Measure measure) {
  Measured result;
  bool first = true;
  for (const value::Value& alternative : value.alternatives()) {
    const Measured one = measure(alternative);
    if (first || one.amount < result.amount) result = one;
    first = false;
  }
  result.exact = false;
  if (!result.at.valid()) result.at = value.span();
  return result;
}

double literal_bytes(const value::Value& value) {
  double bytes = 0;
  for (const value::Part& part : value.parts()) bytes += static_cast<double>(part.literal.size());
  return bytes;
}

} // namespace

Measured& Measured::operator+=(const Measured& other) {
  amount += other.amount;
  exact = exact && other.exact;
  if (!at.valid()) at = other.at;
  if (assumption == nullptr) assumption = other.assumption;
  return *this;
}

Measured items_in(const value::Value& value) {
  if (value.is(value::Kind::conditional)) return least(value, items_in);
  if (!value.is_present()) return {};
  if (value.is_unknown()) return {0, false, value.span(), nullptr};
  if (!value.is_list()) return exactly(1, value);
  Measured result{0, true, value.span(), nullptr};
  for (const value::Value& item : value.items()) {
    if (item.is(value::Kind::conditional) || item.is_unknown()) {
      result.exact = false; // It may be left out.
    } else if (item.is_present()) {
      result += exactly(1, item);
    }
  }
  result.at = value.span();
  return result;
}

Measured members_in(const value::Value& value) {
  if (value.is(value::Kind::conditional)) return least(value, members_in);
  if (!value.is_map()) return {0, !value.is_unknown(), value.span(), nullptr};
  return exactly(static_cast<double>(value.members().size()), value);
}

Measured number_in(const value::Value& value) {
  if (value.is(value::Kind::conditional)) return least(value, number_in);
  const auto number = value.as_number();
  return number ? exactly(*number, value) : Measured{0, false, value.span(), nullptr};
}

Measured text_bytes_in(const value::Value& value) {
  if (value.is(value::Kind::conditional)) return least(value, text_bytes_in);
  if (const auto text = value.as_string()) return exactly(static_cast<double>(text->size()), value);
  if (value.is(value::Kind::symbolic)) return {literal_bytes(value), false, value.span(), nullptr};
  return json_bytes_in(value);
}

// Recursion is as deep as the template's own nesting, which the reader bounds.
Measured json_bytes_in(const value::Value& value) {
  Measured result;
  const auto punctuate = [&](std::size_t count) {
    result.amount += static_cast<double>(count == 0 ? 2 : count + 1); // brackets and the commas between
    result.at = value.span();
  };
  switch (value.kind()) {
  case value::Kind::conditional:
    return least(value, json_bytes_in);
  case value::Kind::list:
    for (const value::Value& item : value.items()) result += json_bytes_in(item);
    punctuate(value.items().size());
    return result;
  case value::Kind::map:
    for (const value::Member& member : value.members()) {
      result += json_bytes_in(member.value);
      result.amount += static_cast<double>(member.key.size() + 3); // quotes and colon
    }
    punctuate(value.members().size());
    return result;
  case value::Kind::string:
  case value::Kind::symbolic:
    result = text_bytes_in(value);
    result.amount += 2;
    return result;
  case value::Kind::absent:
  case value::Kind::unknown:
    return {0, false, value.span(), nullptr};
  default:
    return exactly(static_cast<double>(value.as_string().value_or("null").size()), value);
  }
}

Measured pair_bytes_in(const value::Value& value) {
  if (value.is(value::Kind::conditional)) return least(value, pair_bytes_in);
  if (!value.is_map()) return {0, !value.is_unknown(), value.span(), nullptr};
  Measured result;
  for (const value::Member& member : value.members()) {
    result += text_bytes_in(member.value);
    result.amount += static_cast<double>(member.key.size());
  }
  result.at = value.span();
  return result;
}

std::int64_t whole(double number) {
  using Limits = std::numeric_limits<std::int64_t>;
  constexpr auto beyond = -static_cast<double>(Limits::min()); // 2^63, the first double that is too large
  if (number >= beyond) return Limits::max();
  return number >= -beyond ? static_cast<std::int64_t>(number) : Limits::min();
}

std::int64_t added(std::int64_t a, std::int64_t b) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (b > 0 && a > Limits::max() - b) return Limits::max();
  if (b < 0 && a < Limits::min() - b) return Limits::min();
  return a + b;
}

} // namespace slsaudit::analysis
