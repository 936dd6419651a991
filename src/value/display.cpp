// SPDX-License-Identifier: Apache-2.0
#include "text/encoding.hpp"
#include "value/rep.hpp"
#include "value/value.hpp"

namespace slsaudit::value {

using detail::text_of;

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

} // namespace slsaudit::value
