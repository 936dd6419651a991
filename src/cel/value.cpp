// SPDX-License-Identifier: Apache-2.0
#include "cel/value.hpp"
namespace slsaudit::cel {
Value::Value(const value::Value& property) : data_(property), span_(property.span()) {}
Value Value::unknown(std::string reason) { return Unknown{{std::move(reason)}}; }
Value Value::error(std::string message) { return Error{std::move(message)}; }
const Object* Value::object() const {
  const auto* object = std::get_if<const Object*>(&data_);
  return object != nullptr ? *object : nullptr;
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
std::string Value::display() const { return {}; }
} // namespace slsaudit::cel
