// SPDX-License-Identifier: Apache-2.0
#include "text/sign.hpp"
#include "value/rep.hpp"
#include "value/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace slsaudit::value {

using detail::ConditionalRep;
using detail::IntegerRep;
using detail::ItemsRep;
using detail::members_of;
using detail::MembersRep;
using detail::NumberRep;
using detail::PartsRep;
using detail::Rep;
using detail::TextRep;

Value Factory::absent(text::Span where) const {
  return {nullptr, where};
}

Value Factory::null(text::Span span) const {
  return {arena_.make<Rep>(Rep{.kind = Kind::null, .span = span}), {}};
}

Value Factory::boolean(bool value, text::Span span, std::string_view text) const {
  if (text.empty()) text = value ? "true" : "false";
  return {arena_.make<TextRep>(
              TextRep{{.kind = Kind::boolean, .boolean = value, .span = span}, arena_.copy(text)}),
          {}};
}

Value Factory::integer(std::int64_t value, text::Span span, std::string_view text) const {
  const std::string digits = std::to_string(value);
  if (text.empty()) text = digits;
  return {
      arena_.make<IntegerRep>(IntegerRep{{{.kind = Kind::integer, .span = span}, arena_.copy(text)}, value}),
      {}};
}

Value Factory::number(double value, text::Span span, std::string_view text) const {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  if (text.empty()) text = std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
  return {arena_.make<NumberRep>(NumberRep{{{.kind = Kind::number, .span = span}, arena_.copy(text)}, value}),
          {}};
}

Value Factory::string(std::string_view text, text::Span span) const {
  return {arena_.make<TextRep>(TextRep{{.kind = Kind::string, .span = span}, arena_.copy(text)}), {}};
}

Value Factory::symbolic(const std::vector<Part>& parts, text::Span span) const {
  std::vector<Part> merged;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) merged.push_back({.literal = arena_.copy(literal), .name = {}, .attribute = {}});
    literal.clear();
  };
  for (const Part& part : parts) {
    if (!part.is_reference) {
      literal += part.literal;
      continue;
    }
    flush();
    merged.push_back({.is_reference = true,
                      .kind = part.kind,
                      .literal = {},
                      .name = arena_.copy(part.name),
                      .attribute = arena_.copy(part.attribute)});
  }
  if (merged.empty()) return string(literal, span);
  flush();
  return {arena_.make<PartsRep>(PartsRep{{.kind = Kind::symbolic, .span = span}, arena_.copy(merged)}), {}};
}

Value Factory::list(const std::vector<Value>& items, text::Span span) const {
  return {arena_.make<ItemsRep>(ItemsRep{{.kind = Kind::list, .span = span}, arena_.copy(items)}), {}};
}

Value Factory::map(const std::vector<Member>& members, text::Span span) const {
  std::vector<Member> owned = members;
  for (Member& member : owned) member.key = arena_.copy(member.key);
  MembersRep rep{{.kind = Kind::map, .span = span}, arena_.copy(owned)};
  if (owned.size() <= rep.signs.size())
    std::ranges::transform(owned, rep.signs.begin(), text::sign_of, &Member::key);
  return {arena_.make<MembersRep>(rep), {}};
}

// The members of both sides are paired here, once, so that `get` needs no memory. Recursion: depth is limited
// as above.
Value Factory::conditional(std::string_view condition, Value when_true, Value when_false,
                           text::Span span) const {
  if (when_true.equals(when_false)) return when_true;
  std::vector<Member> members;
  for (const Member& member : members_of(when_true.rep_)) {
    members.push_back(
        {member.key, conditional(condition, member.value, when_false.get(member.key), member.value.span())
                         .with_key_span(member.value.key_span())});
  }
  for (const Member& member : members_of(when_false.rep_)) {
    const auto left = members_of(when_true.rep_);
    if (std::ranges::find(left, member.key, &Member::key) != left.end()) continue;
    members.push_back(
        {member.key, conditional(condition, when_true.get(member.key), member.value, member.value.span())
                         .with_key_span(member.value.key_span())});
  }
  const std::vector<Value> sides{when_true, when_false};
  return {arena_.make<ConditionalRep>(
              ConditionalRep{{{.kind = Kind::conditional, .span = span}, arena_.copy(condition)},
                             arena_.copy(sides).data(),
                             arena_.copy(members)}),
          {}};
}

Value Factory::unknown(std::string_view reason, text::Span span) const {
  return {arena_.make<TextRep>(TextRep{{.kind = Kind::unknown, .span = span}, arena_.copy(reason)}), {}};
}

} // namespace slsaudit::value
