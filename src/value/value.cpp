// SPDX-License-Identifier: Apache-2.0
#include "value/value.hpp"

#include "text/assert.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace slsaudit::value {

namespace detail {

// What each kind of value holds, and no more: there is one for each piece of a template. `kind` says which it
// is.
struct Rep {
  Kind kind = Kind::absent;
  bool boolean = false;
  text::Span span;
  const Origin* origin = nullptr;
};

/// Scalars: as written; unknown: the reason; conditional: the condition.
struct TextRep : Rep {
  std::string_view text;
};
struct IntegerRep : TextRep {
  std::int64_t integer = 0;
};
struct NumberRep : TextRep {
  double number = 0;
};
struct PartsRep : Rep {
  std::span<const Part> parts;
};
struct ItemsRep : Rep {
  std::span<const Value> items;
};
struct MembersRep : Rep {
  std::span<const Member> members;
};
struct ConditionalRep : TextRep {
  const Value* sides = nullptr; ///< Two.
  std::span<const Member> members;
};

} // namespace detail

using detail::ConditionalRep;
using detail::IntegerRep;
using detail::ItemsRep;
using detail::MembersRep;
using detail::NumberRep;
using detail::PartsRep;
using detail::Rep;
using detail::TextRep;

namespace {

template <class Whole> const Whole& as(const Rep* rep) {
  return static_cast<const Whole&>(*rep);
}
std::string_view text_of(const Rep* rep) {
  return as<TextRep>(rep).text;
}

/// Of a map, and of a conditional those of both sides; else none.
std::span<const Member> members_of(const Rep* rep) {
  if (rep == nullptr) return {};
  if (rep->kind == Kind::map) return as<MembersRep>(rep).members;
  return rep->kind == Kind::conditional ? as<ConditionalRep>(rep).members : std::span<const Member>{};
}

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

} // namespace

Kind Value::kind() const {
  return rep_ != nullptr ? rep_->kind : Kind::absent;
}
text::Span Value::span() const {
  return rep_ != nullptr ? rep_->span : key_span_;
}
const Origin* Value::origin() const {
  return rep_ != nullptr ? rep_->origin : nullptr;
}

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
  if (is_map() || is(Kind::conditional)) {
    const auto members = members_of(rep_);
    const auto found = std::find_if(members.rbegin(), members.rend(),
                                    [&](const Member& member) { return member.key == key; });
    if (found != members.rend()) return found->value;
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

namespace {

void display_part(std::string& out, const Part& part) {
  if (!part.is_reference) {
    out += part.literal;
    return;
  }
  switch (part.kind) {
  case ReferenceKind::import_value:
    out += "${import " + std::string(part.name) + "}";
    break;
  case ReferenceKind::dynamic:
    out += "{{" + std::string(part.name) + "}}";
    break;
  case ReferenceKind::unknown:
    out += "${?}";
    break;
  case ReferenceKind::output:
  case ReferenceKind::attribute:
    out += "${" + std::string(part.name) + "." + std::string(part.attribute) + "}";
    break;
  case ReferenceKind::resource:
  case ReferenceKind::parameter:
  case ReferenceKind::pseudo:
    out += "${" + std::string(part.name) + "}";
    break;
  }
}

} // namespace

// Recursion: depth is that of the author's tree, which the reader limits; output is cut at `max`.
std::string Value::display(std::size_t max) const {
  std::string out;
  switch (kind()) {
  case Kind::absent:
    out = "(absent)";
    break;
  case Kind::null:
    out = "null";
    break;
  case Kind::unknown:
    out = "(unknown: " + std::string(text_of(rep_)) + ")";
    break;
  case Kind::boolean:
  case Kind::integer:
  case Kind::number:
  case Kind::string:
    out = text_of(rep_).substr(0, max + 1);
    break;
  case Kind::symbolic:
    for (const Part& part : parts()) display_part(out, part);
    break;
  case Kind::conditional:
    out = "if " + std::string(condition()) + " " + when_true().display(max) + " else " +
          when_false().display(max);
    break;
  case Kind::list:
    out = "[";
    for (std::size_t i = 0; i < items().size() && out.size() <= max; ++i) {
      if (i > 0) out += ", ";
      out += items()[i].display(max);
    }
    out += "]";
    break;
  case Kind::map:
    out = "{";
    for (std::size_t i = 0; i < members().size() && out.size() <= max; ++i) {
      if (i > 0) out += ", ";
      out += std::string(members()[i].key) + ": " + members()[i].value.display(max);
    }
    out += "}";
    break;
  }
  if (out.size() <= max) return out;
  return std::string(text::beginning(out, max)) + "…";
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
  return {arena_.make<MembersRep>(MembersRep{{.kind = Kind::map, .span = span}, arena_.copy(owned)}), {}};
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
