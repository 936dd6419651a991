// SPDX-License-Identifier: Apache-2.0
// A value as one compact line, for table-driven tests.
//
//   known scalars      text as written; strings that look like another type in double quotes
//   symbolic strings   "<" parts ">": literals as they are, references as Name, Name.Attr between ${ and },
//   with a letter
//                      before the brace for the kind: r resource, a attribute, p parameter, x pseudo, i
//                      import, d dynamic, ? unknown (without its reason)
//   lists, maps        [a, b] and {Key: value}
//   conditionals       if(Condition, a, b)
//   unknown, absent    ? and -
// With origins: a trailing "^d:Name" (parameter default), "^g:Name" (given), "^m:Name" (mapping) …, nearest
// first.
#pragma once

#include "value/value.hpp"

#include <string>

namespace slsaudit::test {

struct ValueDump {
  bool origins = false;
  bool reasons = false;

  [[nodiscard]] std::string operator()(const value::Value& value) const {
    std::string out = body(value);
    if (!origins) return out;
    for (const value::Origin* origin = value.origin(); origin != nullptr; origin = origin->next) {
      constexpr std::string_view letters = "dgmGvip";
      ((out += '^') += letters[static_cast<std::size_t>(origin->kind)]) += ':';
      out += origin->name;
    }
    return out;
  }

private:
  [[nodiscard]] static std::string part(const value::Part& part) {
    if (!part.is_reference) return std::string(part.literal);
    constexpr std::string_view letters = "rapxiod?";
    std::string out = "$";
    out += letters[static_cast<std::size_t>(part.kind)];
    if (part.kind == value::ReferenceKind::unknown) return out;
    out += "{" + std::string(part.name);
    if (!part.attribute.empty()) out += "." + std::string(part.attribute);
    return out + "}";
  }

  [[nodiscard]] std::string body(const value::Value& value) const {
    using value::Kind;
    std::string out;
    switch (value.kind()) {
    case Kind::absent:
      return "-";
    case Kind::unknown:
      return reasons ? "?(" + std::string(value.reason()) + ")" : "?";
    case Kind::null:
      return "null";
    case Kind::boolean:
    case Kind::integer:
    case Kind::number:
      return std::string(value.as_string().value_or(""));
    case Kind::string:
      out = std::string(value.as_string().value_or(""));
      return value.as_number() || value.as_boolean() || out.empty() ? "\"" + out + "\"" : out;
    case Kind::symbolic:
      for (const value::Part& piece : value.parts()) out += part(piece);
      return "<" + out + ">";
    case Kind::conditional:
      return "if(" + std::string(value.condition()) + ", " + (*this)(value.when_true()) + ", " +
             (*this)(value.when_false()) + ")";
    case Kind::list:
      for (const value::Value& item : value.items()) out += (out.empty() ? "" : ", ") + (*this)(item);
      return "[" + out + "]";
    case Kind::map:
      for (const value::Member& member : value.members()) {
        out += (out.empty() ? "" : ", ") + std::string(member.key) + ": " + (*this)(member.value);
      }
      return "{" + out + "}";
    }
    return out;
  }
};

} // namespace slsaudit::test
