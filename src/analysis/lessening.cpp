// SPDX-License-Identifier: Apache-2.0
// What is left of a role's statements without some of what they allow.
#include "analysis/grants.hpp"
#include "analysis/narrowing.hpp"
#include "analysis/narrowing_words.hpp"
#include "graph/index.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

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

bool allows_any(std::string_view pattern, const std::vector<std::string>& actions) {
  return std::ranges::any_of(
      actions, [&](const std::string& action) { return knowledge::wildcard_match(pattern, action); });
}

std::string spelled(const knowledge::Action& action) {
  return std::string(action.service) + ":" + std::string(action.name);
}

/// Whether a pattern stands for some actions, and each of them changes nothing.
bool only_reads(std::string_view pattern) {
  const auto actions = knowledge::actions_matching(pattern);
  return !actions.empty() && std::ranges::all_of(actions, [](const knowledge::Action& action) {
    return action.access == knowledge::Access::list || action.access == knowledge::Access::read;
  });
}

/// What a wildcard stands for besides the unwanted: a few by name; of many, what only reads, and what code
/// calls in its work.
std::vector<std::string> others_of(std::string_view pattern, const std::vector<std::string>& unwanted) {
  constexpr std::size_t most = 12;
  std::vector<std::string> names;
  for (const knowledge::Action& action : knowledge::actions_matching(pattern)) {
    if (!allows_any(spelled(action), unwanted)) names.push_back(spelled(action));
  }
  if (names.size() <= most) return names;
  std::vector<std::string> families;
  const std::string service(pattern.substr(0, pattern.find(':')));
  for (const std::string_view verb : {"BatchGet*", "Describe*", "Get*", "List*"}) {
    std::string family = service + ":" + std::string(verb);
    if (only_reads(family) && !allows_any(family, unwanted) && knowledge::wildcard_match(pattern, family))
      families.push_back(std::move(family));
  }
  const std::vector<std::string> calls = named_actions({std::string(pattern)}, {}).names;
  std::ranges::copy_if(calls, std::back_inserter(families), [&](const std::string& call) {
    // `StartBuildBatch` gives what `StartBuild` does.
    const bool alike =
        std::ranges::any_of(unwanted, [&](const std::string& action) { return call.starts_with(action); });
    return !alike && !call.ends_with(":NAME") &&
           std::ranges::none_of(
               families, [&](const std::string& family) { return knowledge::wildcard_match(family, call); });
  });
  return families;
}

bool is_wide(const Strings& resources) {
  return std::ranges::any_of(resources.items, [](const value::Value& resource) {
    return resource.as_string() == "*" || names_a_family(resource);
  });
}

/// The actions without the unwanted, as far as the others that a wildcard stands for are to stay.
cel::List rest_of(const Strings& actions, const Unwanted& unwanted, cel::List& gone) {
  cel::List left;
  std::vector<std::string> added;
  for (const value::Value& item : actions.items) {
    const std::string_view pattern = item.as_string().value_or("");
    if (!allows_any(pattern, unwanted.actions)) {
      left.emplace_back(item);
      continue;
    }
    gone.emplace_back(pattern);
    if (!unwanted.gently || pattern.find_first_of("*?") == std::string_view::npos || pattern == "*") continue;
    for (std::string& other : others_of(pattern, unwanted.actions)) {
      if (std::ranges::find(added, other) != added.end()) continue;
      left.emplace_back(other);
      added.push_back(std::move(other));
    }
  }
  return left;
}

} // namespace

StatementsByRole::StatementsByRole(const Facts& facts) {
  for (const graph::Statement& statement : facts.system().statements) {
    if (statement.role.valid()) by_role_[statement.role].push_back(&statement);
  }
}

std::span<const graph::Statement* const> StatementsByRole::of(graph::NodeId role) const {
  const auto found = by_role_.find(role);
  if (found == by_role_.end()) return {};
  return found->second;
}

std::vector<Lessening> lessened(const Facts& facts, graph::NodeId role, const Unwanted& unwanted) {
  const graph::System& system = facts.system();
  const std::size_t where = system.node(role).template_index;
  const auto unwanted_resource = [&](const value::Value& item) {
    const graph::Match match = system.index->match(where, item);
    return !match.vague && std::ranges::any_of(match.nodes, [&](graph::NodeId node) {
      return std::ranges::find(unwanted.resources, node) != unwanted.resources.end();
    });
  };
  std::vector<Lessening> found;
  const auto add = [&](text::Span place, cel::List left, cel::List gone, cel::List reads = {}) {
    if (std::ranges::find(found, place, &Lessening::place) == found.end())
      found.push_back({place, std::move(left), std::move(gone), std::move(reads)});
  };
  const auto reads_of = [&](const graph::Statement& statement, const Strings& actions,
                            const Strings& resources) {
    const cel::List reading =
        without(actions, [](const value::Value& item) { return !only_reads(item.as_string().value_or("")); });
    const cel::List from =
        without(resources, [&](const value::Value& item) { return !unwanted_resource(item); });
    if (reading.empty() || from.empty()) return cel::List();
    return cel::List{cel::Value(with_lists(statement, reading, from))};
  };
  for (const graph::Statement* one : facts.shared<StatementsByRole>().of(role)) {
    const graph::Statement& statement = *one;
    if (!statement.allow) continue;
    const Strings actions = strings_of(statement.value.get("Action"));
    const Strings resources = strings_of(statement.value.get("Resource"));
    if (unwanted.gently && !is_wide(resources)) continue;
    cel::List gone;
    const cel::List left = rest_of(actions, unwanted, gone);
    const cel::List named = without(resources, unwanted_resource);
    if (gone.empty() && named.size() == resources.items.size()) continue;
    if (statement.generated) {
      if (left.empty() || named.empty()) add(statement.span, {}, std::move(gone));
      continue;
    }
    cel::List rest;
    if (!left.empty() && !named.empty()) rest.emplace_back(with_lists(statement, left, named));
    add(statement.value.span(), std::move(rest), std::move(gone), reads_of(statement, actions, resources));
  }
  return found;
}

} // namespace slsaudit::analysis
