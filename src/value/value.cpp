// SPDX-License-Identifier: Apache-2.0
#include "value/value.hpp"

#include "text/assert.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace slsaudit::value {

namespace detail {

struct Rep {
  Kind kind = Kind::absent;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;
  text::Span span;
  const Origin* origin = nullptr;
  std::string_view text; ///< Scalars: as written; unknown: the reason; conditional: the condition.
  std::span<const Part> parts;
  std::span<const Value> items; ///< List items; of a conditional, both sides.
  std::span<const Member> members;
};

} // namespace detail

using detail::Rep;

Kind Value::kind() const { return rep_ != nullptr ? rep_->kind : Kind::absent; }
text::Span Value::span() const { return rep_ != nullptr ? rep_->span : key_span_; }
const Origin* Value::origin() const { return rep_ != nullptr ? rep_->origin : nullptr; }

const Origin* Value::assumption() const {
  for (const Origin* origin = this->origin(); origin != nullptr; origin = origin->next) {
    if (origin->kind == Origin::Kind::parameter_default) return origin;
  }
  return nullptr;
}

std::optional<bool> Value::as_boolean() const {
  if (is(Kind::boolean)) return rep_->boolean;
  if (is(Kind::string) && (rep_->text == "true" || rep_->text == "True")) return true;
  if (is(Kind::string) && (rep_->text == "false" || rep_->text == "False")) return false;
  return std::nullopt;
}

std::optional<std::int64_t> Value::as_integer() const {
  if (is(Kind::integer)) return rep_->integer;
  if (!is(Kind::string)) return std::nullopt;
  std::int64_t result = 0;
  const char* end = rep_->text.data() + rep_->text.size();
  const auto parsed = std::from_chars(rep_->text.data(), end, result);
  if (parsed.ec != std::errc{} || parsed.ptr != end || rep_->text.empty()) return std::nullopt;
  return result;
}

std::optional<double> Value::as_number() const {
  if (is(Kind::number)) return rep_->number;
  if (const auto whole = as_integer()) return static_cast<double>(*whole);
  if (!is(Kind::string) || rep_->text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  double result = 0;
  const char* end = rep_->text.data() + rep_->text.size();
  const auto parsed = std::from_chars(rep_->text.data(), end, result);
  if (parsed.ec != std::errc{} || parsed.ptr != end || rep_->text.empty()) return std::nullopt;
  return result;
}

std::optional<std::string_view> Value::as_string() const {
  switch (kind()) {
  case Kind::boolean:
  case Kind::integer:
  case Kind::number:
  case Kind::string: return rep_->text;
  default: return std::nullopt;
  }
}

std::string_view Value::reason() const { return is_unknown() ? rep_->text : std::string_view{}; }
std::span<const Part> Value::parts() const { return is(Kind::symbolic) ? rep_->parts : std::span<const Part>{}; }
std::span<const Value> Value::items() const { return is_list() ? rep_->items : std::span<const Value>{}; }
std::span<const Member> Value::members() const { return is_map() ? rep_->members : std::span<const Member>{}; }

const Part* Value::sole_reference() const {
  const auto all = parts();
  return all.size() == 1 && all[0].is_reference ? all.data() : nullptr;
}

Value Value::get(std::string_view key) const {
  if (is_unknown()) return *this;
  if (is_map() || is(Kind::conditional)) {
    const auto members = rep_->members;
    const auto found =
        std::find_if(members.rbegin(), members.rend(), [&](const Member& member) { return member.key == key; });
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

std::string_view Value::condition() const { return is(Kind::conditional) ? rep_->text : std::string_view{}; }
Value Value::when_true() const { return is(Kind::conditional) ? rep_->items[0] : *this; }
Value Value::when_false() const { return is(Kind::conditional) ? rep_->items[1] : *this; }

std::vector<Value> Value::alternatives() const {
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
  case ReferenceKind::import_value: out += "${import " + std::string(part.name) + "}"; break;
  case ReferenceKind::dynamic: out += "{{" + std::string(part.name) + "}}"; break;
  case ReferenceKind::unknown: out += "${?}"; break;
  case ReferenceKind::output:
  case ReferenceKind::attribute: out += "${" + std::string(part.name) + "." + std::string(part.attribute) + "}"; break;
  case ReferenceKind::resource:
  case ReferenceKind::parameter:
  case ReferenceKind::pseudo: out += "${" + std::string(part.name) + "}"; break;
  }
}

} // namespace

// Recursion: depth is that of the author's tree, which the reader limits; output is cut at `max`.
std::string Value::display(std::size_t max) const {
  std::string out;
  switch (kind()) {
  case Kind::absent: out = "(absent)"; break;
  case Kind::null: out = "null"; break;
  case Kind::unknown: out = "(unknown: " + std::string(rep_->text) + ")"; break;
  case Kind::boolean:
  case Kind::integer:
  case Kind::number:
  case Kind::string: out = rep_->text.substr(0, max + 1); break;
  case Kind::symbolic:
    for (const Part& part : parts()) display_part(out, part);
    break;
  case Kind::conditional:
    out = "if " + std::string(condition()) + " " + when_true().display(max) + " else " + when_false().display(max);
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

Value Value::with_key_span(text::Span key) const { return rep_ != nullptr ? Value(rep_, key) : *this; }

Value Value::with_origin(text::Arena& arena, Origin origin) const {
  if (rep_ == nullptr) return *this;
  origin.next = rep_->origin;
  Rep copy = *rep_;
  copy.origin = arena.make<Origin>(origin);
  return {arena.make<Rep>(copy), key_span_};
}

Value Value::with_span(text::Arena& arena, text::Span span) const {
  if (rep_ == nullptr) return {nullptr, span};
  Rep copy = *rep_;
  copy.span = span;
  return {arena.make<Rep>(copy), key_span_};
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
      for (std::size_t i = 0; i < left.items().size(); ++i) pending.push_back({left.items()[i], right.items()[i]});
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
    default: break;
    }
  }
  return true;
}

Value Factory::absent(text::Span where) const { return {nullptr, where}; }

Value Factory::null(text::Span span) const { return {arena_.make<Rep>(Rep{.kind = Kind::null, .span = span}), {}}; }

Value Factory::boolean(bool value, text::Span span, std::string_view text) const {
  if (text.empty()) text = value ? "true" : "false";
  return {arena_.make<Rep>(Rep{.kind = Kind::boolean, .boolean = value, .span = span, .text = arena_.copy(text)}), {}};
}

Value Factory::integer(std::int64_t value, text::Span span, std::string_view text) const {
  const std::string digits = std::to_string(value);
  if (text.empty()) text = digits;
  return {arena_.make<Rep>(Rep{.kind = Kind::integer,
                               .integer = value,
                               .number = static_cast<double>(value),
                               .span = span,
                               .text = arena_.copy(text)}),
          {}};
}

Value Factory::number(double value, text::Span span, std::string_view text) const {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  if (text.empty()) text = std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
  return {arena_.make<Rep>(Rep{.kind = Kind::number, .number = value, .span = span, .text = arena_.copy(text)}), {}};
}

Value Factory::string(std::string_view text, text::Span span) const {
  return {arena_.make<Rep>(Rep{.kind = Kind::string, .span = span, .text = arena_.copy(text)}), {}};
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
  return {arena_.make<Rep>(Rep{.kind = Kind::symbolic, .span = span, .parts = arena_.copy(merged)}), {}};
}

Value Factory::list(const std::vector<Value>& items, text::Span span) const {
  return {arena_.make<Rep>(Rep{.kind = Kind::list, .span = span, .items = arena_.copy(items)}), {}};
}

Value Factory::map(const std::vector<Member>& members, text::Span span) const {
  std::vector<Member> owned = members;
  for (Member& member : owned) member.key = arena_.copy(member.key);
  return {arena_.make<Rep>(Rep{.kind = Kind::map, .span = span, .members = arena_.copy(owned)}), {}};
}

// The members of both sides are paired here, once, so that `get` needs no memory. Recursion: depth is limited as above.
Value Factory::conditional(std::string_view condition, Value when_true, Value when_false, text::Span span) const {
  if (when_true.equals(when_false)) return when_true;
  std::vector<Member> members;
  const auto members_of = [](const Value& side) {
    return side.rep_ != nullptr ? side.rep_->members : std::span<const Member>{};
  };
  for (const Member& member : members_of(when_true)) {
    members.push_back({member.key, conditional(condition, member.value, when_false.get(member.key), member.value.span())
                                       .with_key_span(member.value.key_span())});
  }
  for (const Member& member : members_of(when_false)) {
    const auto left = members_of(when_true);
    if (std::ranges::find(left, member.key, &Member::key) != left.end()) continue;
    members.push_back({member.key, conditional(condition, when_true.get(member.key), member.value, member.value.span())
                                       .with_key_span(member.value.key_span())});
  }
  const std::vector<Value> sides{when_true, when_false};
  return {arena_.make<Rep>(Rep{.kind = Kind::conditional,
                               .span = span,
                               .text = arena_.copy(condition),
                               .items = arena_.copy(sides),
                               .members = arena_.copy(members)}),
          {}};
}

Value Factory::unknown(std::string_view reason, text::Span span) const {
  return {arena_.make<Rep>(Rep{.kind = Kind::unknown, .span = span, .text = arena_.copy(reason)}), {}};
}

} // namespace slsaudit::value
