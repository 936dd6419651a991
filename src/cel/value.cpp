// SPDX-License-Identifier: Apache-2.0
#include "cel/value.hpp"

#include "cel/display.hpp"
#include "cel/text.hpp"
#include "cel/time.hpp"
#include "text/assert.hpp"
#include "text/encoding.hpp"

#include <cstring>
#include <limits>
#include <new>

namespace slsaudit::cel {

namespace {

constexpr std::size_t longest_display = 4096;

// Recursion: depth is bounded by that of the expression or template that made the value.
void display_into(std::string& out, const Value& value, std::size_t max);

void display_list(std::string& out, const List& items, std::size_t max) {
  out += '[';
  for (std::size_t i = 0; i < items.size() && out.size() < max; ++i) {
    if (i > 0) out += ", ";
    display_into(out, items[i], max);
  }
  out += ']';
}

void display_map(std::string& out, const Map& entries, std::size_t max) {
  out += '{';
  for (std::size_t i = 0; i < entries.size() && out.size() < max; ++i) {
    if (i > 0) out += ", ";
    display_into(out, entries[i].first, max);
    out += ": ";
    display_into(out, entries[i].second, max);
  }
  out += '}';
}

void display_into(std::string& out, const Value& value, std::size_t max) {
  if (value.is_null()) out += "null";
  if (const auto* boolean = value.boolean()) out += *boolean ? "true" : "false";
  if (const auto* integer = value.integer()) out += std::to_string(*integer);
  if (const auto* unsigned_integer = value.unsigned_integer()) out += std::to_string(*unsigned_integer);
  if (const auto* number = value.number()) out += shortest(*number);
  if (const auto string = value.string()) out += *string;
  if (const auto* bytes = value.bytes()) out += "b" + quoted(bytes->data, false);
  if (const auto* list = value.list()) display_list(out, *list, max);
  if (const auto* map = value.map()) display_map(out, *map, max);
  if (const auto* type = value.type()) out += type->name;
  if (const auto* time = value.timestamp()) out += to_text(*time);
  if (const auto* duration = value.duration()) out += to_text(*duration);
  if (const auto* object = value.object()) out += object->display();
  if (const auto property = value.property()) out += property->display(max);
  if (const auto* error = value.error()) out += "(error: " + error->message + ")";
  if (const auto* unknown = value.unknown()) {
    out += "(unknown: ";
    for (std::size_t i = 0; i < unknown->reasons.size(); ++i) {
      if (i > 0) out += "; ";
      out += unknown->reasons[i];
    }
    out += ')';
  }
}

} // namespace

Value::Value(std::string_view value) : Value(joined(value, {})) {}

Value Value::joined(std::string_view first, std::string_view second) {
  const std::size_t size = first.size() + second.size();
  SLSAUDIT_ASSERT(size <= std::numeric_limits<std::uint32_t>::max());
  void* memory = ::operator new(sizeof(detail::TextBox) + size);
  auto* box = new (memory) detail::TextBox;
  box->size = static_cast<std::uint32_t>(size);
  char* characters = static_cast<char*>(memory) + sizeof(detail::TextBox);
  if (!first.empty()) std::memcpy(characters, first.data(), first.size());
  if (!second.empty()) std::memcpy(characters + first.size(), second.data(), second.size());
  return {Tag::text, box};
}

Value Value::borrowed(std::string_view text) {
  if (text.size() > std::numeric_limits<std::uint16_t>::max()) return text;
  Value value;
  value.tag_ = Tag::borrowed_text;
  value.size_ = static_cast<std::uint16_t>(text.size());
  value.payload_.characters = text.data();
  return value;
}

void Value::become(const value::Value& property, Tag tag) {
  tag_ = tag;
  payload_.property = property.handle();
  span_ = property.key_span();
}

Value::Value(const value::Value& property) {
  switch (property.kind()) {
  case value::Kind::absent:
  case value::Kind::null:
    break;
  case value::Kind::unknown:
    *this = Value::unknown(std::string(property.reason()));
    break;
  case value::Kind::boolean:
    *this = property.as_boolean().value_or(false);
    break;
  case value::Kind::integer:
  case value::Kind::number: {
    const std::string_view written = property.as_string().value_or("");
    if (rewrites_number(written)) {
      *this = borrowed(written);
    } else if (property.is(value::Kind::integer)) {
      *this = property.as_integer().value_or(0);
    } else {
      *this = property.as_number().value_or(0);
    }
    break;
  }
  case value::Kind::string:
    *this = borrowed(property.as_string().value_or(""));
    break;
  case value::Kind::symbolic:
    become(property, Tag::symbolic);
    break;
  case value::Kind::list:
    become(property, Tag::lazy_list);
    break;
  case value::Kind::map:
    become(property, Tag::lazy_map);
    break;
  case value::Kind::conditional:
    become(property, Tag::conditional);
    break;
  }
  if (!is_property()) span_ = property.span();
  from_template_ = true;
  assumption_ = property.assumption();
}

void Value::destroy() {
  const auto drop = [this]<class T>(const T* /*of that type*/) {
    delete static_cast<const detail::Box<T>*>(payload_.shared);
  };
  switch (tag_) {
  case Tag::text:
    ::operator delete(const_cast<detail::Shared*>(payload_.shared));
    break;
  case Tag::moved:
    return drop(static_cast<const value::Value*>(nullptr));
  case Tag::bytes:
    return drop(static_cast<const Bytes*>(nullptr));
  case Tag::list:
    return drop(static_cast<const List*>(nullptr));
  case Tag::map:
    return drop(static_cast<const Map*>(nullptr));
  case Tag::type:
    return drop(static_cast<const Type*>(nullptr));
  case Tag::timestamp:
    return drop(static_cast<const Timestamp*>(nullptr));
  case Tag::unknown:
    return drop(static_cast<const Unknown*>(nullptr));
  case Tag::error:
    return drop(static_cast<const Error*>(nullptr));
  default:
    SLSAUDIT_ASSERT(!is_shared());
  }
}

Value Value::unknown(std::string reason) {
  return Unknown{{std::move(reason)}};
}
Value Value::error(std::string message) {
  return Error{std::move(message)};
}

std::optional<value::Value> Value::property() const {
  if (const auto* elsewhere = content<value::Value>(Tag::moved)) return *elsewhere;
  if (!is_property()) return std::nullopt;
  return value::Value::from(payload_.property, span_);
}

bool Value::is_property(value::Kind kind) const {
  switch (tag_) {
  case Tag::symbolic:
    return kind == value::Kind::symbolic;
  case Tag::lazy_list:
    return kind == value::Kind::list;
  case Tag::lazy_map:
    return kind == value::Kind::map;
  case Tag::conditional:
    return kind == value::Kind::conditional;
  case Tag::moved:
    return content<value::Value>(Tag::moved)->is(kind);
  default:
    return false;
  }
}

text::Span Value::span_elsewhere() const {
  return is_in_place() ? property()->span() : payload_.object->span();
}

Value Value::at(text::Span span) && {
  if (is_in_place()) {
    Value copy(Tag::moved, new detail::Box(*property()));
    copy.assumption_ = assumption_;
    copy.span_ = span;
    copy.from_template_ = from_template_;
    return copy;
  }
  span_ = span;
  return std::move(*this);
}

Value Value::assuming(const value::Origin* assumption) const {
  Value copy = *this;
  copy.assumption_ = assumption;
  return copy;
}

std::string_view Value::type_name() const {
  switch (tag_) {
  case Tag::null:
    return "null_type";
  case Tag::boolean:
    return "bool";
  case Tag::integer:
    return "int";
  case Tag::unsigned_integer:
    return "uint";
  case Tag::number:
    return "double";
  case Tag::duration:
    return "google.protobuf.Duration";
  case Tag::timestamp:
    return "google.protobuf.Timestamp";
  case Tag::object:
    return payload_.object->type_name();
  case Tag::bytes:
    return "bytes";
  case Tag::type:
    return "type";
  case Tag::error:
    return "error";
  case Tag::text:
  case Tag::borrowed_text:
  case Tag::symbolic:
    return "string";
  case Tag::list:
  case Tag::lazy_list:
    return "list";
  case Tag::map:
  case Tag::lazy_map:
    return "map";
  case Tag::conditional:
  case Tag::unknown:
    return "unknown";
  case Tag::moved:
    return Value(*property()).type_name();
  }
  return "unknown";
}

std::string Value::display() const {
  return cel::display(*this, longest_display);
}

std::string display(const Value& value, std::size_t max) {
  std::string out;
  display_into(out, value, max);
  if (out.size() <= max) return out;
  return std::string(text::beginning(out, max)) + "…";
}

} // namespace slsaudit::cel
