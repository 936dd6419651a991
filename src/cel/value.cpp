// SPDX-License-Identifier: Apache-2.0
#include "cel/value.hpp"

#include "cel/display.hpp"
#include "cel/text.hpp"
#include "cel/time.hpp"
#include "text/encoding.hpp"

#include <algorithm>

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
  if (const auto* string = value.string()) out += *string;
  if (const auto* bytes = value.bytes()) out += "b" + quoted(bytes->data, false);
  if (const auto* list = value.list()) display_list(out, *list, max);
  if (const auto* map = value.map()) display_map(out, *map, max);
  if (const auto* type = value.type()) out += type->name;
  if (const auto* time = value.timestamp()) out += to_text(*time);
  if (const auto* duration = value.duration()) out += to_text(*duration);
  if (const auto* object = value.object()) out += object->display();
  if (const auto* property = value.property()) out += property->display(max);
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

Value::Value(const value::Value& property)
    : span_(property.span()), from_template_(true), assumption_(property.assumption()) {
  const auto text = [&] { return std::make_shared<const std::string>(property.as_string().value_or("")); };
  switch (property.kind()) {
  case value::Kind::absent:
  case value::Kind::null:
    break;
  case value::Kind::unknown:
    data_ = Value::unknown(std::string(property.reason())).data_;
    break;
  case value::Kind::boolean:
    data_ = property.as_boolean().value_or(false);
    break;
  case value::Kind::integer:
    if (rewrites_number(property.as_string().value_or(""))) {
      data_ = text();
    } else {
      data_ = property.as_integer().value_or(0);
    }
    break;
  case value::Kind::number:
    if (rewrites_number(property.as_string().value_or(""))) {
      data_ = text();
    } else {
      data_ = property.as_number().value_or(0);
    }
    break;
  case value::Kind::string:
    data_ = text();
    break;
  case value::Kind::symbolic:
  case value::Kind::list:
  case value::Kind::map:
  case value::Kind::conditional:
    data_ = property;
    break;
  }
}

Value Value::unknown(std::string reason) {
  return Unknown{{std::move(reason)}};
}
Value Value::error(std::string message) {
  return Error{std::move(message)};
}

const Object* Value::object() const {
  const auto* object = std::get_if<const Object*>(&data_);
  return object != nullptr ? *object : nullptr;
}

text::Span Value::span() const {
  if (span_.valid()) return span_;
  const Object* host = object();
  return host != nullptr ? host->span() : span_;
}

Value Value::at(text::Span span) const {
  Value copy = *this;
  copy.span_ = span;
  return copy;
}

Value Value::assuming(const value::Origin* assumption) const {
  Value copy = *this;
  copy.assumption_ = assumption;
  return copy;
}

Value Value::marked() const {
  Value copy = *this;
  copy.from_template_ = true;
  return copy;
}

std::string_view Value::type_name() const {
  if (const Object* host = object()) return host->type_name();
  if (timestamp()) return "google.protobuf.Timestamp";
  if (duration()) return "google.protobuf.Duration";
  if (const auto* lazy = property()) {
    switch (lazy->kind()) {
    case value::Kind::list:
      return "list";
    case value::Kind::map:
      return "map";
    case value::Kind::symbolic:
      return "string";
    default:
      return "unknown";
    }
  }
  static constexpr std::string_view names[] = {"null_type", "bool", "int", "uint", "double",  "string",
                                               "bytes",     "list", "map", "type", "unknown", "error"};
  return data_.index() < std::size(names) ? names[data_.index()] : "object";
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
