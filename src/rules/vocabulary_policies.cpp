// SPDX-License-Identifier: Apache-2.0
#include "rules/vocabulary_policies.hpp"

#include "analysis/narrowing.hpp"
#include "analysis/objects.hpp"

#include <algorithm>

namespace slsaudit::rules {
namespace {

const analysis::ResourceObject* resource_of(const cel::Value& value) {
  return dynamic_cast<const analysis::ResourceObject*>(value.object());
}

/// A map of a template or of an expression; nothing for what is none.
std::optional<cel::Map> entries_of(const cel::Value& value) {
  if (value.map() != nullptr) return *value.map();
  if (!value.is_property() || !value.property()->is_map()) return std::nullopt;
  cel::Map map;
  for (const value::Member& member : value.property()->members())
    map.emplace_back(cel::Value(member.key).at(member.value.key_span()), member.value);
  return map;
}

bool is_called(const cel::Value& key, const cel::Value& other) {
  return key.string().has_value() && other.string().has_value() && *key.string() == *other.string();
}

} // namespace

cel::Value narrower(std::span<const cel::Value> arguments) {
  const auto* role = resource_of(arguments[0]);
  if (role == nullptr) return cel::Value::error("narrower() is asked of a role");
  const text::Span span = arguments[1].is_property() ? arguments[1].property()->span() : arguments[1].span();
  const auto statements = role->facts().shared<analysis::StatementsByRole>().of(role->node());
  const auto statement = std::ranges::find_if(
      statements, [&](const graph::Statement* one) { return one->value.span() == span; });
  if (statement == statements.end()) return cel::Value::error("narrower() takes a statement of the role");
  std::vector<std::string> only;
  if (arguments.size() > 2) {
    if (arguments[2].list() == nullptr) return cel::Value::error("narrower() takes a list of actions");
    for (const cel::Value& action : *arguments[2].list()) only.push_back(action.display());
  }
  analysis::Narrowing narrowing = analysis::narrowed(role->facts(), **statement, only);
  return cel::Map{{"statements", cel::Value(std::move(narrowing.statements))},
                  {"remarks", cel::Value(std::move(narrowing.remarks))}};
}

cel::Value lesser(std::span<const cel::Value> arguments) {
  const auto* role = resource_of(arguments[0]);
  if (role == nullptr || arguments[1].list() == nullptr)
    return cel::Value::error("lesser() takes a role and a list");
  analysis::Unwanted unwanted;
  for (const cel::Value& item : *arguments[1].list()) {
    if (const auto* resource = resource_of(item))
      unwanted.resources.push_back(resource->node());
    else
      unwanted.actions.push_back(item.display());
  }
  if (arguments.size() > 2) {
    if (arguments[2].boolean() == nullptr) return cel::Value::error("lesser() takes whether to do it gently");
    unwanted.gently = *arguments[2].boolean();
  }
  cel::List all;
  for (analysis::Lessening& left : analysis::lessened(role->facts(), role->node(), unwanted)) {
    all.push_back(cel::Map{{"place", cel::Value("").at(left.place)},
                           {"statements", cel::Value(std::move(left.statements))},
                           {"gone", cel::Value(std::move(left.gone))},
                           {"reads", cel::Value(std::move(left.reads))}});
  }
  return cel::Value(std::move(all));
}

cel::Value with(std::span<const cel::Value> arguments) {
  if (arguments[0].unknown() != nullptr || arguments[0].error() != nullptr) return arguments[0];
  std::optional<cel::Map> map = entries_of(arguments[0]);
  const std::optional<cel::Map> others = entries_of(arguments[1]);
  if (!map || !others) return cel::Value::error("with() takes two maps");
  for (const auto& [key, value] : *others) {
    const cel::Value& wanted = key;
    const auto same =
        std::ranges::find_if(*map, [&](const auto& member) { return is_called(member.first, wanted); });
    if (same != map->end())
      *same = {key, value};
    else
      map->emplace_back(key, value);
  }
  std::erase_if(*map, [](const auto& member) { return member.second.is_null(); });
  return cel::Value(std::move(*map));
}

} // namespace slsaudit::rules
