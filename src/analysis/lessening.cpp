// SPDX-License-Identifier: Apache-2.0
// What is left of a role's statements without some of what they allow.
#include "analysis/grants.hpp"
#include "analysis/narrowing.hpp"
#include "analysis/narrowing_words.hpp"
#include "graph/index.hpp"

#include <algorithm>
#include <functional>

namespace slsaudit::analysis {
namespace {

/// What is left of a list.
cel::List without(const Strings& all, const std::function<bool(const value::Value&)>& is_unwanted) {
  cel::List left;
  for (const value::Value& item : all.items) {
    if (!is_unwanted(item)) left.emplace_back(item);
  }
  return left;
}

} // namespace

std::vector<Lessening> lessened(const Facts& facts, graph::NodeId role, const Unwanted& unwanted) {
  const graph::System& system = facts.system();
  const std::size_t where = system.node(role).template_index;
  const auto unwanted_action = [&](const value::Value& item) {
    const std::string_view pattern = item.as_string().value_or("");
    return std::ranges::any_of(unwanted.actions, [&](const std::string& action) {
      return knowledge::wildcard_match(pattern, action);
    });
  };
  const auto unwanted_resource = [&](const value::Value& item) {
    const graph::Match match = system.index->match(where, item);
    return !match.vague && std::ranges::any_of(match.nodes, [&](graph::NodeId node) {
      return std::ranges::find(unwanted.resources, node) != unwanted.resources.end();
    });
  };
  std::vector<Lessening> found;
  const auto add = [&](text::Span place, cel::List left) {
    if (std::ranges::find(found, place, &Lessening::place) == found.end())
      found.push_back({place, std::move(left)});
  };
  for (const graph::Statement& statement : system.statements) {
    if (statement.role != role || !statement.allow) continue;
    const Strings actions = strings_of(statement.value.get("Action"));
    const Strings resources = strings_of(statement.value.get("Resource"));
    const cel::List left = without(actions, unwanted_action);
    const cel::List named = without(resources, unwanted_resource);
    if (left.size() == actions.items.size() && named.size() == resources.items.size()) continue;
    if (left.empty() || named.empty())
      add(statement.generated ? statement.span : statement.value.span(), {});
    else if (!statement.generated)
      add(statement.value.span(), {cel::Value(with_lists(statement, left, named))});
  }
  return found;
}

} // namespace slsaudit::analysis
