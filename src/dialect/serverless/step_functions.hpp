// SPDX-License-Identifier: Apache-2.0
// The role that serverless-step-functions makes for a state machine that has none.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

struct Permission {
  std::string_view actions; ///< Parted by commas.
  std::vector<const Node*> resources;
};

struct Permissions {
  std::vector<Permission> known;
  std::vector<const Node*> unknown;
};

[[nodiscard]] inline bool is_unknown(const Node* node) {
  return node != nullptr && node->kind == syntax::NodeKind::unknown;
}
/// What an element with a `Resource` needs: a task, or what reads and writes the items of a map.
void add_task(const Make& at, const Node* state, Permissions& to);
/// What a machine of that name needs to run parts of a map as executions of its own.
void add_executions(const Make& at, const Node* name, Permissions& to);

/// The statements of that role: what the tasks of `definition` (null: the machine has none) need as far as
/// the plugin knows them, logs, traces and keys, and the author's own. A part that isn't known, or that only
/// some versions of the plugin understand, is an unknown item. `machine` is the machine's mapping and `name`
/// its name.
[[nodiscard]] const Node* machine_statements(const Make& at, const Node* machine, const Node* definition,
                                             const Node* name);

/// What starts the machine by a clock or a bus: the rule or schedule, and a role for it. `number`: among the
/// machine's events of that kind, from 1.
void add_machine_rule(Service& service, const syntax::Entry& machine, const std::string& machine_id,
                      const syntax::Entry& event, std::size_t number);
/// `alarms` of a machine.
void add_machine_alarms(Service& service, const syntax::Entry& machine, const std::string& machine_id);

} // namespace slsaudit::dialect::serverless
