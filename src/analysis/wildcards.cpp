// SPDX-License-Identifier: Apache-2.0
#include "analysis/wildcards.hpp"

#include "analysis/grants.hpp"
#include "graph/actions.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// Whether a statement names an action of the edge's kind, and a resource: not "dynamodb:*", not on "*" or
/// "…/shop-*". What a SAM policy template stands for was chosen by its name.
bool is_exact(const graph::Statement& statement, graph::EdgeKind kind) {
  const Strings resources = strings_of(statement.value.get("Resource"));
  const bool exact = std::none_of(resources.items.begin(), resources.items.end(), names_a_family);
  if (!exact && !statement.generated) return false;
  const bool everywhere = std::any_of(resources.items.begin(), resources.items.end(),
                                      [](const value::Value& item) { return item.as_string() == "*"; });
  if (everywhere) return false;
  if (statement.generated) return true;
  const Strings actions = strings_of(statement.value.get("Action"));
  return std::any_of(actions.items.begin(), actions.items.end(), [&](const value::Value& item) {
    const std::string_view action = item.as_string().value_or("*");
    if (action.find_first_of("*?") != std::string_view::npos) return false;
    if (action.starts_with("s3:Delete")) return false; // makes nothing that a bucket would tell of
    const graph::ActionSet matching = graph::flow_actions_matching(action);
    const auto flows = graph::flow_actions();
    for (std::size_t i = 0; i < flows.size(); ++i) {
      if (matching[i] && flows[i].kind == kind) return true;
    }
    return false;
  });
}

} // namespace

graph::Basis strongest_basis(const graph::Edge& edge) {
  return edge.evidence.empty() ? graph::Basis::declared : edge.evidence.front().basis;
}

Wildcards::Wildcards(const Facts& facts) {
  for (const graph::Statement& statement : facts.system().statements) {
    if (statement.allow) allowing_[statement.span].push_back(&statement);
  }
}

bool Wildcards::grant(const graph::Edge& edge) const {
  if (strongest_basis(edge) != graph::Basis::granted) return false;
  return std::none_of(edge.evidence.begin(), edge.evidence.end(), [&](const graph::Evidence& evidence) {
    const auto statements = allowing_.find(evidence.span);
    return evidence.basis == graph::Basis::granted && statements != allowing_.end() &&
           std::any_of(statements->second.begin(), statements->second.end(),
                       [&](const graph::Statement* statement) { return is_exact(*statement, edge.kind); });
  });
}

} // namespace slsaudit::analysis
