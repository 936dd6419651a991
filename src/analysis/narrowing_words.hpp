// SPDX-License-Identifier: Apache-2.0
// How the actions and resources of a narrower statement are spelled.
#pragma once

#include "analysis/table.hpp"

#include <set>
#include <span>

namespace slsaudit::analysis {

/// Patterns ("dynamodb:*") as the actions by name that code calls in its work; `kinds` are those of the edges
/// that lead to what it works on, empty where none is known. `sure` is whether that is all.
struct NamedActions {
  std::vector<std::string> names;
  bool sure = false;
  bool known = true; ///< False where nothing tells which: one that reads stands for them, or "SERVICE:NAME".
};
[[nodiscard]] NamedActions named_actions(const std::vector<std::string>& patterns,
                                         const std::set<graph::EdgeKind>& kinds);

/// The author's statement with other actions, and with other resources unless there are none.
[[nodiscard]] cel::Map with_lists(const graph::Statement& statement, const cel::List& actions,
                                  const cel::List& resources);
/// What those actions take of a resource of the same template: its ARN, what is in it, its stream.
[[nodiscard]] cel::List resources_for(const graph::Node& node, const std::vector<std::string>& actions);
/// Whether the actions, all of one service, take such a resource; where that isn't known, they do.
[[nodiscard]] bool is_needed(const graph::Node& node, std::string_view service,
                             const std::vector<std::string>& actions);
/// What they need of other kinds than the resources that are there: a queue beside the definition of a job.
[[nodiscard]] cel::List resources_beside(std::span<const graph::Node* const> nodes, std::string_view service,
                                         std::string_view name, const std::vector<std::string>& actions);
/// Whether a resource of a function's events is called by what a variable gives: so is its id, in each stage.
[[nodiscard]] bool has_varying_id(const graph::Node& node);
/// Whether what those actions take can be told by the name that the author wrote: of buckets and topics.
[[nodiscard]] bool can_be_spelled(const graph::Node& node);
/// What those actions take of such a one.
[[nodiscard]] cel::List resources_spelled(const graph::Node& node, const std::vector<std::string>& actions);
/// The same where only a name is put into the ARN.
[[nodiscard]] cel::List resources_named(std::string_view service, std::string_view name,
                                        const std::vector<std::string>& actions = {});
/// Whether an action is asked for on `*` wherever code runs: what writes logs and traces, attaches to a
/// network. Reading and deleting what others have logged is none of it.
[[nodiscard]] bool stays_on_all(std::string_view action);
/// `!If [condition, resource, otherwise]`.
[[nodiscard]] cel::Value where_made(std::string_view condition, cel::Value resource, cel::Value otherwise);
/// Whether ARNs of a service's resources hold ids that AWS gives, not names.
[[nodiscard]] bool go_by_id(std::string_view service);
/// Whether all of them make or take away rules of EventBridge.
[[nodiscard]] bool are_of_rules(const std::vector<std::string>& actions);
/// Those that Step Functions makes itself, to hear of the end of what a workflow waits for.
[[nodiscard]] cel::Value rule_of_workflows();

} // namespace slsaudit::analysis
