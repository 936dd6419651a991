// SPDX-License-Identifier: Apache-2.0
#include "syntax/node.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace slsaudit::syntax {

const Entry* Node::find(std::string_view key) const {
  if (kind != NodeKind::mapping) {
    return nullptr;
  }
  const auto last =
      std::find_if(children.rbegin(), children.rend(), [&](const Entry& entry) { return entry.key == key; });
  return last == children.rend() ? nullptr : &*last;
}

const Node* Node::get(std::string_view key) const {
  const Entry* entry = find(key);
  return entry != nullptr ? entry->value : nullptr;
}

namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::optional<bool> boolean_of(std::string_view text) {
  if (one_of(text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})) {
    return true;
  }
  if (one_of(text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})) {
    return false;
  }
  return std::nullopt;
}

std::optional<std::int64_t> whole(std::string_view text, int base) {
  std::int64_t result = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, result, base);
  if (parsed.ec != std::errc{} || parsed.ptr != end) {
    return std::nullopt;
  }
  return result;
}

std::string_view without_plus(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+';
  return plus ? text.substr(1) : text;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  if (text.starts_with("0x")) {
    return whole(text.substr(2), 16);
  }
  if (text.starts_with("0o")) {
    return whole(text.substr(2), 8);
  }
  return whole(without_plus(text), 10);
}

/// A number's text, and its value where a double can hold it: `1e999` is a number that has none.
struct Number {
  bool is_number = false;
  std::optional<double> value;
};

Number number_of(std::string_view text) {
  text = without_plus(text);
  // Most texts are no numbers, which their first character says.
  const bool may_be =
      !text.empty() && ((text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == '.');
  if (!may_be) return {};
  const auto digits = text.find_first_of("0123456789");
  const auto odd = text.find_first_not_of("0123456789+-.eE");
  if (digits == std::string_view::npos || odd != std::string_view::npos) {
    return {}; // no inf, nan, hex
  }
  double value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ptr != end || parsed.ec == std::errc::invalid_argument) {
    return {};
  }
  if (parsed.ec != std::errc{} || !std::isfinite(value)) {
    return {true, std::nullopt};
  }
  return {true, value};
}

} // namespace

ScalarType scalar_type(const Node& scalar) {
  if (scalar.is_quoted() || scalar.tag == "!" || scalar.tag == "!!str") {
    return ScalarType::string;
  }
  if (one_of(scalar.text, {"", "~", "null", "Null", "NULL"})) {
    return ScalarType::null;
  }
  if (boolean_of(scalar.text)) {
    return ScalarType::boolean;
  }
  if (integer_of(scalar.text)) {
    return ScalarType::integer;
  }
  if (number_of(scalar.text).is_number) {
    return ScalarType::number;
  }
  return ScalarType::string;
}

std::optional<bool> as_boolean(const Node& scalar) {
  return scalar_type(scalar) == ScalarType::boolean ? boolean_of(scalar.text) : std::nullopt;
}

std::optional<std::int64_t> as_integer(const Node& scalar) {
  return scalar_type(scalar) == ScalarType::integer ? integer_of(scalar.text) : std::nullopt;
}

std::optional<double> as_number(const Node& scalar) {
  const ScalarType type = scalar_type(scalar);
  if (type == ScalarType::integer) {
    return static_cast<double>(*integer_of(scalar.text));
  }
  return type == ScalarType::number ? number_of(scalar.text).value : std::nullopt;
}

bool is_null(const Node& node) {
  return node.is_scalar() && node.tag.empty() && scalar_type(node) == ScalarType::null;
}

std::string_view describe(const Node& node) {
  switch (node.kind) {
  case NodeKind::mapping:
    return "a mapping";
  case NodeKind::sequence:
    return "a list";
  case NodeKind::unknown:
    return "an unresolved value";
  case NodeKind::scalar:
    break;
  }
  switch (scalar_type(node)) {
  case ScalarType::null:
    return "nothing";
  case ScalarType::boolean:
    return "a boolean";
  case ScalarType::integer:
  case ScalarType::number:
    return "a number";
  case ScalarType::string:
    break;
  }
  return "a string";
}

const Node* Builder::string(std::string_view text, text::Span span) const {
  return arena_.make<Node>(Node{.style = Style::double_quoted,
                                .span = span,
                                .tag = {},
                                .text = arena_.copy(text),
                                .reason = {},
                                .children = {}});
}

const Node* Builder::plain(std::string_view text, text::Span span) const {
  return arena_.make<Node>(Node{.style = Style::plain,
                                .span = span,
                                .tag = {},
                                .text = arena_.copy(text),
                                .reason = {},
                                .children = {}});
}

const Node* Builder::sequence(const std::vector<const Node*>& items, text::Span span) const {
  std::vector<Entry> entries;
  entries.reserve(items.size());
  for (const Node* item : items) {
    entries.push_back({.key = {}, .key_span = {}, .value = item});
  }
  return arena_.make<Node>(Node{.kind = NodeKind::sequence,
                                .span = span,
                                .tag = {},
                                .text = {},
                                .reason = {},
                                .children = arena_.copy(entries)});
}

const Node* Builder::mapping(const std::vector<Entry>& entries, text::Span span) const {
  return arena_.make<Node>(Node{.kind = NodeKind::mapping,
                                .span = span,
                                .tag = {},
                                .text = {},
                                .reason = {},
                                .children = arena_.copy(entries)});
}

const Node* Builder::unknown(std::string_view text, std::string_view reason, text::Span span) const {
  return arena_.make<Node>(Node{.kind = NodeKind::unknown,
                                .span = span,
                                .tag = {},
                                .text = arena_.copy(text),
                                .reason = arena_.copy(reason),
                                .children = {}});
}

Entry Builder::entry(std::string_view key, const Node* value, text::Span key_span) const {
  return {.key = arena_.copy(key), .key_span = key_span, .value = value};
}

} // namespace slsaudit::syntax
