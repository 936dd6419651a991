// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/choice.hpp"

#include <string>

namespace slsaudit::dialect::cloudformation {

using value::Origin;
using value::ReferenceKind;
using value::Value;

namespace {

bool is_variable(ReferenceKind kind) {
  return kind == ReferenceKind::parameter || kind == ReferenceKind::pseudo;
}

} // namespace

std::string_view variable_of(const Value& value) {
  if (const value::Part* part = value.sole_reference())
    return is_variable(part->kind) ? part->name : std::string_view{};
  const Origin* origin = value.origin();
  if (origin == nullptr || !value.as_string()) return {};
  const bool open = origin->kind == Origin::Kind::parameter_default || origin->kind == Origin::Kind::stack ||
                    origin->kind == Origin::Kind::world;
  return open ? origin->name : std::string_view{};
}

std::optional<Choice> choice_of(const Value& value, const Choices& choices) {
  if (const auto known = value.as_string()) return Choice{std::string(*known), {}};
  if (value.parts().empty()) return std::nullopt;
  std::string text;
  for (const value::Part& part : value.parts()) {
    if (!part.is_reference) {
      text += part.literal;
      continue;
    }
    const auto chosen = is_variable(part.kind) ? choices.find(part.name) : choices.end();
    if (chosen == choices.end()) return std::nullopt;
    if (!chosen->second.value) {
      return value.parts().size() == 1 ? std::optional(chosen->second) : std::nullopt;
    }
    text += *chosen->second.value;
  }
  return Choice{std::move(text), {}};
}

} // namespace slsaudit::dialect::cloudformation
