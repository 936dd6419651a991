// SPDX-License-Identifier: Apache-2.0
// What can be proved about strings of which only pieces are known.
#include "cel/operations.hpp"

#include <algorithm>

namespace slsaudit::cel {

namespace {

std::span<const value::Part> parts_of(const Value& symbolic) {
  return symbolic.property()->parts();
}

std::string_view beginning(const Value& symbolic) {
  const auto parts = parts_of(symbolic);
  return parts.empty() || parts.front().is_reference ? std::string_view{} : parts.front().literal;
}

std::string_view end(const Value& symbolic) {
  const auto parts = parts_of(symbolic);
  return parts.empty() || parts.back().is_reference ? std::string_view{} : parts.back().literal;
}

bool begin_alike(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  return a.substr(0, common) == b.substr(0, common);
}

bool end_alike(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  return a.substr(a.size() - common) == b.substr(b.size() - common);
}

/// Whether some text for each reference, empty ones too, would make the whole be `text`.
bool could_be(const Value& symbolic, std::string_view text) {
  const auto parts = parts_of(symbolic);
  const std::string_view first = beginning(symbolic);
  const std::string_view last = end(symbolic);
  if (text.size() < first.size() + last.size() || !text.starts_with(first) || !text.ends_with(last))
    return false;
  std::string_view middle = text.substr(first.size(), text.size() - first.size() - last.size());
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    if (parts[i].is_reference) continue;
    const std::size_t found = middle.find(parts[i].literal);
    if (found == std::string_view::npos) return false;
    middle.remove_prefix(found + parts[i].literal.size());
  }
  return true;
}

bool identical(const Value& left, const Value& right) {
  if (!std::ranges::equal(parts_of(left), parts_of(right))) return false;
  return std::ranges::none_of(parts_of(left), [](const value::Part& part) {
    return part.is_reference && part.kind == value::ReferenceKind::unknown;
  });
}

} // namespace

Value unknown_text(const Value& symbolic) {
  for (const value::Part& part : parts_of(symbolic)) {
    if (part.is_reference && part.kind == value::ReferenceKind::unknown && !part.name.empty()) {
      return Value::unknown(std::string(part.name));
    }
  }
  return Value::unknown("`" + symbolic.display() + "` is known only once deployed");
}

Value symbolic_equal(const Value& left, const Value& right) {
  if (!is_symbolic(left)) return symbolic_equal(right, left);
  if (is_symbolic(right)) {
    if (identical(left, right)) return true;
    if (!begin_alike(beginning(left), beginning(right)) || !end_alike(end(left), end(right))) return false;
    return merge_unknown(unknown_text(left), unknown_text(right));
  }
  const Value text = as_text(right);
  const bool scalar =
      text.string() || text.boolean() || text.integer() || text.unsigned_integer() || text.number();
  if (!scalar || !could_be(left, text.display())) return false;
  return unknown_text(left);
}

Value text_starts_with(const Value& text, const Value& prefix) {
  if (const auto whole = text.string()) {
    if (const auto wanted = prefix.string()) return whole->starts_with(*wanted);
    if (!begin_alike(*whole, beginning(prefix))) return false;
    return unknown_text(prefix);
  }
  if (!prefix.string()) {
    if (identical(text, prefix)) return true;
    if (!begin_alike(beginning(text), beginning(prefix))) return false;
    return merge_unknown(unknown_text(text), unknown_text(prefix));
  }
  if (beginning(text).starts_with(*prefix.string())) return true;
  if (!begin_alike(beginning(text), *prefix.string())) return false;
  return unknown_text(text);
}

Value text_ends_with(const Value& text, const Value& suffix) {
  if (const auto whole = text.string()) {
    if (const auto wanted = suffix.string()) return whole->ends_with(*wanted);
    if (!end_alike(*whole, end(suffix))) return false;
    return unknown_text(suffix);
  }
  if (!suffix.string()) {
    if (identical(text, suffix)) return true;
    if (!end_alike(end(text), end(suffix))) return false;
    return merge_unknown(unknown_text(text), unknown_text(suffix));
  }
  if (end(text).ends_with(*suffix.string())) return true;
  if (!end_alike(end(text), *suffix.string())) return false;
  return unknown_text(text);
}

Value text_contains(const Value& text, const Value& piece) {
  if (const auto wanted = piece.string()) {
    if (const auto whole = text.string()) return whole->find(*wanted) != std::string::npos;
    for (const value::Part& part : parts_of(text)) {
      if (!part.is_reference && part.literal.find(*wanted) != std::string_view::npos) return true;
    }
    return unknown_text(text);
  }
  const auto whole = text.string();
  if (!whole) {
    if (identical(text, piece)) return true;
    return merge_unknown(unknown_text(text), unknown_text(piece));
  }
  for (const value::Part& part : parts_of(piece)) {
    if (!part.is_reference && whole->find(part.literal) == std::string::npos) return false;
  }
  return unknown_text(piece);
}

} // namespace slsaudit::cel
