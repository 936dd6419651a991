// SPDX-License-Identifier: Apache-2.0
#include "value/value.hpp"

#include "text/assert.hpp"
#include "text/sign.hpp"
#include "value/rep.hpp"

#include <algorithm>
#include <charconv>

namespace slsaudit::value {

using detail::as;
using detail::ConditionalRep;
using detail::IntegerRep;
using detail::ItemsRep;
using detail::members_of;
using detail::MembersRep;
using detail::NumberRep;
using detail::PartsRep;
using detail::Rep;
using detail::text_of;
using detail::TextRep;

namespace {

Rep* copy(text::Arena& arena, const Rep* rep) {
  switch (rep->kind) {
  case Kind::absent:
  case Kind::null:
    return arena.make<Rep>(*rep);
  case Kind::unknown:
  case Kind::boolean:
  case Kind::string:
    return arena.make<TextRep>(as<TextRep>(rep));
  case Kind::integer:
    return arena.make<IntegerRep>(as<IntegerRep>(rep));
  case Kind::number:
    return arena.make<NumberRep>(as<NumberRep>(rep));
  case Kind::symbolic:
    return arena.make<PartsRep>(as<PartsRep>(rep));
  case Kind::list:
    return arena.make<ItemsRep>(as<ItemsRep>(rep));
  case Kind::map:
    return arena.make<MembersRep>(as<MembersRep>(rep));
  case Kind::conditional:
    return arena.make<ConditionalRep>(as<ConditionalRep>(rep));
  }
  SLSAUDIT_ASSERT(false);
  return nullptr;
}

/// The last member of that key, or null.
const Member* last_of(std::span<const Member> members, std::string_view key) {
  for (std::size_t i = members.size(); i-- > 0;) {
    if (members[i].key == key) return &members[i];
  }
  return nullptr;
}

const Member* find(const MembersRep& rep, std::string_view key) {
  const std::span<const Member> members = rep.members;
  if (members.size() > rep.signs.size()) return last_of(members, key);
  const std::uint8_t sign = text::sign_of(key);
  for (std::size_t i = members.size(); i-- > 0;) {
    if (rep.signs[i] == sign && members[i].key == key) return &members[i];
  }
  return nullptr;
}

} // namespace

const Origin* Value::assumption() const {
  for (const Origin* origin = this->origin(); origin != nullptr; origin = origin->next) {
    if (origin->kind == Origin::Kind::parameter_default) return origin;
  }
  return nullptr;
}

std::optional<bool> Value::as_boolean() const {
  if (is(Kind::boolean)) return rep_->boolean;
  if (!is(Kind::string)) return std::nullopt;
  const std::string_view text = text_of(rep_);
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  return std::nullopt;
}

std::optional<std::int64_t> Value::as_integer() const {
  if (is(Kind::integer)) return as<IntegerRep>(rep_).integer;
  if (!is(Kind::string)) return std::nullopt;
  const std::string_view text = text_of(rep_);
  std::int64_t result = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, result);
  if (parsed.ec != std::errc{} || parsed.ptr != end || text.empty()) return std::nullopt;
  return result;
}

std::optional<double> Value::as_number() const {
  if (is(Kind::number)) return as<NumberRep>(rep_).number;
  if (const auto whole = as_integer()) return static_cast<double>(*whole);
  if (!is(Kind::string)) return std::nullopt;
  const std::string_view text = text_of(rep_);
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  double result = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, result);
  if (parsed.ec != std::errc{} || parsed.ptr != end || text.empty()) return std::nullopt;
  return result;
}

std::optional<std::string_view> Value::as_string() const {
  switch (kind()) {
  case Kind::boolean:
  case Kind::integer:
  case Kind::number:
  case Kind::string:
    return text_of(rep_);
  default:
    return std::nullopt;
  }
}

std::string_view Value::reason() const {
  return is_unknown() ? text_of(rep_) : std::string_view{};
}
std::span<const Part> Value::parts() const {
  return is(Kind::symbolic) ? as<PartsRep>(rep_).parts : std::span<const Part>{};
}
std::span<const Value> Value::items() const {
  return is_list() ? as<ItemsRep>(rep_).items : std::span<const Value>{};
}
std::span<const Member> Value::members() const {
  return is_map() ? members_of(rep_) : std::span<const Member>{};
}

const Part* Value::sole_reference() const {
  const auto all = parts();
  return all.size() == 1 && all[0].is_reference ? all.data() : nullptr;
}

Value Value::get(std::string_view key) const {
  if (is_unknown()) return *this;
  if (is_map()) {
    if (const Member* found = find(as<MembersRep>(rep_), key)) return found->value;
  } else if (is(Kind::conditional)) {
    if (const Member* found = last_of(as<ConditionalRep>(rep_).members, key)) return found->value;
  }
  return {nullptr, span()};
}

Value Value::at(std::string_view dotted_path) const {
  Value value = *this;
  while (!dotted_path.empty()) {
    const std::size_t dot = std::min(dotted_path.find('.'), dotted_path.size());
    value = value.get(dotted_path.substr(0, dot));
    dotted_path.remove_prefix(std::min(dot + 1, dotted_path.size()));
  }
  return value;
}

std::string_view Value::condition() const {
  return is(Kind::conditional) ? text_of(rep_) : std::string_view{};
}
Value Value::when_true() const {
  return is(Kind::conditional) ? as<ConditionalRep>(rep_).sides[0] : *this;
}
Value Value::when_false() const {
  return is(Kind::conditional) ? as<ConditionalRep>(rep_).sides[1] : *this;
}

std::vector<Value> Value::alternatives() const {
  if (!is(Kind::conditional)) return {*this};
  std::vector<Value> leaves;
  std::vector<Value> pending{*this};
  while (!pending.empty()) {
    const Value value = pending.back();
    pending.pop_back();
    if (value.is(Kind::conditional)) {
      pending.push_back(value.when_false());
      pending.push_back(value.when_true());
    } else {
      leaves.push_back(value);
    }
  }
  return leaves;
}

Value Value::with_key_span(text::Span key) const {
  return rep_ != nullptr ? Value(rep_, key) : *this;
}

Value Value::with_origin(text::Arena& arena, Origin origin) const {
  if (rep_ == nullptr) return *this;
  origin.next = rep_->origin;
  Rep* changed = copy(arena, rep_);
  changed->origin = arena.make<Origin>(origin);
  return {changed, key_span_};
}

Value Value::with_span(text::Arena& arena, text::Span span) const {
  if (rep_ == nullptr) return {nullptr, span};
  Rep* changed = copy(arena, rep_);
  changed->span = span;
  return {changed, key_span_};
}

bool Value::equals(const Value& other) const {
  struct Pair {
    Value left;
    Value right;
  };
  std::vector<Pair> pending{{*this, other}};
  while (!pending.empty()) {
    const auto [left, right] = pending.back();
    pending.pop_back();
    if (left.is_unknown() || right.is_unknown()) return false;
    if (left.rep_ == right.rep_) continue;
    const auto left_text = left.as_string();
    const auto right_text = right.as_string();
    if (left_text || right_text) {
      if (left_text != right_text) return false;
      continue;
    }
    if (left.kind() != right.kind()) return false;
    switch (left.kind()) {
    case Kind::symbolic:
      if (!std::ranges::equal(left.parts(), right.parts())) return false;
      for (const Part& part : left.parts()) {
        if (part.is_reference && part.kind == ReferenceKind::unknown) return false;
      }
      break;
    case Kind::list:
      if (left.items().size() != right.items().size()) return false;
      for (std::size_t i = 0; i < left.items().size(); ++i)
        pending.push_back({left.items()[i], right.items()[i]});
      break;
    case Kind::map:
      if (left.members().size() != right.members().size()) return false;
      for (const Member& member : left.members()) pending.push_back({member.value, right.get(member.key)});
      break;
    case Kind::conditional:
      if (left.condition() != right.condition()) return false;
      pending.push_back({left.when_true(), right.when_true()});
      pending.push_back({left.when_false(), right.when_false()});
      break;
    default:
      break;
    }
  }
  return true;
}

} // namespace slsaudit::value
