// SPDX-License-Identifier: Apache-2.0
// What would do in the place of a statement that allows more than its holders are known to use.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

struct Narrowing {
  /// Maps as a policy has them: what nothing is wrong with as the author wrote it; of each service with a
  /// wildcard in an action or in `Resource`, actions by name and the resources that the holders are known to
  /// use.
  cel::List statements;
  /// What its reader has to decide, as lines of comments ("# of these actions, leave …"); empty where
  /// everything is known.
  std::string remarks;
};

/// Of a statement that a role, user or group holds.
[[nodiscard]] Narrowing narrowed(const Facts& facts, const graph::Statement& statement);

/// The first statement of those that a role holds that allows any of the actions, or names any of the
/// resources. Without them it is what `statements` has; nothing where nothing is left. What a policy template
/// makes goes as a whole or stays.
struct Lessening {
  text::Span place; ///< Of the statement, or what makes it; invalid where there is none.
  cel::List statements;
};
struct Unwanted {
  std::vector<std::string> actions;
  std::vector<graph::NodeId> resources;
};
[[nodiscard]] Lessening lessened(const Facts& facts, graph::NodeId role, const Unwanted& unwanted);

} // namespace slsaudit::analysis
