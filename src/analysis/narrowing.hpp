// SPDX-License-Identifier: Apache-2.0
// What would do in the place of a statement that allows more than its holders are known to use.
#pragma once

#include "analysis/table.hpp"

#include <map>
#include <span>
#include <vector>

namespace slsaudit::analysis {

/// The statements of each role, user and group, in the system's order. For Facts::shared().
class StatementsByRole {
public:
  explicit StatementsByRole(const Facts& facts);
  [[nodiscard]] std::span<const graph::Statement* const> of(graph::NodeId role) const;

private:
  std::map<graph::NodeId, std::vector<const graph::Statement*>> by_role_;
};

struct Narrowing {
  /// Maps as a policy has them: what nothing is wrong with as the author wrote it; of each service with a
  /// wildcard in an action or in `Resource`, actions by name and the resources that the holders are known to
  /// use.
  cel::List statements;
  /// What its reader has to decide, as lines of comments ("# of these actions, leave …"); empty where
  /// everything is known.
  std::string remarks;
};

/// Of a statement that a role, user or group holds. Of its actions, those among `only` (as they are written)
/// are meant, the others stay; all are where it is empty.
[[nodiscard]] Narrowing narrowed(const Facts& facts, const graph::Statement& statement,
                                 const std::vector<std::string>& only = {});

/// A statement that allows, or names, what it shouldn't.
struct Lessening {
  text::Span place;     ///< Of the statement, or of what makes it.
  cel::List statements; ///< What is left without that; nothing where nothing is.
  cel::List gone;       ///< Actions that it no longer has, as they are written.
  cel::List reads;      ///< What it lets read of the unwanted resources; nothing where that isn't known.
};
struct Unwanted {
  std::vector<std::string> actions;
  std::vector<graph::NodeId> resources;
  /// What names its resources keeps the actions, and a wildcard leaves what else it stands for.
  bool gently = false;
};
/// Of a role's statements, those that allow any of the actions, or name any of the resources, each place
/// once. What a policy template makes goes as a whole or stays.
[[nodiscard]] std::vector<Lessening> lessened(const Facts& facts, graph::NodeId role,
                                              const Unwanted& unwanted);

} // namespace slsaudit::analysis
