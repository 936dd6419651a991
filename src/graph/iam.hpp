// SPDX-License-Identifier: Apache-2.0
// Policies as statements, and what they let compute do as edges.
#pragma once

#include "graph/actions.hpp"
#include "graph/draft.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace slsaudit::graph {

/// Every statement of every policy, identity-based and resource-based, by resource.
[[nodiscard]] std::vector<Statement> collect_statements(const Index& index);

/// One statement as far as it concerns flow.
struct Grant {
  ActionSet actions;
  std::vector<NodeId> nodes; ///< Resources that it names; sorted.
  bool vague = false;        ///< Covers everything of `service` (empty: everything).
  std::string service;
  std::size_t statement = 0; ///< Into System::statements.
};

struct RoleGrants {
  std::vector<Grant> allows;
  std::vector<Grant> denies; ///< Unconditional ones.
  /// All its policies are in sight: what isn't allowed here isn't allowed.
  bool complete = true;
};

class Grants {
public:
  Grants(Draft& draft, parallel::Workers& workers);

  /// Edges from everything that assumes a role to what the role's policies name.
  void add_edges();
  /// What the roles that `compute` assumes let it do with `target` by statements that name no single
  /// resource.
  [[nodiscard]] std::vector<std::pair<std::size_t, ActionSet>> vaguely_allowed(NodeId compute,
                                                                               NodeId target) const;
  /// Whether all that `compute` may do is known.
  [[nodiscard]] bool complete(NodeId compute) const;

private:
  /// What a statement says of the nodes that there are.
  struct Reading {
    Grant grant; ///< Of no action: nothing.
    std::size_t template_index = 0;
    std::vector<value::Value> unmatched; ///< Resources of an Allow that no template declares, by name.
  };
  [[nodiscard]] Reading read(std::size_t index) const;
  void add(Reading reading);
  void add_outside(Grant& grant, std::size_t template_index, const value::Value& resource);
  [[nodiscard]] bool only_known_policies(NodeId role) const;
  [[nodiscard]] bool is_for_another(const Statement& statement, NodeId compute, NodeId target) const;
  [[nodiscard]] ActionSet possible_on(NodeId target) const;
  [[nodiscard]] static ActionSet denied(const RoleGrants& role, NodeId target, ActionSet possible);

  Draft& draft_;
  std::map<text::FileId, std::size_t> templates_by_file_;
  std::map<NodeId, RoleGrants> roles_;
  std::map<NodeId, std::vector<NodeId>> assumed_by_; ///< Role → compute.
  std::map<NodeId, std::vector<NodeId>> assumes_;    ///< Compute → roles.
};

/// One edge a kind for a set of actions that a statement allows.
void add_granted(Draft& draft, NodeId from, NodeId to, ActionSet actions, const Statement& statement);

} // namespace slsaudit::graph
