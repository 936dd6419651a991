// SPDX-License-Identifier: Apache-2.0
// What a role and its statements tell of what they are for.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

/// Whether a service may assume the role: its name begins so.
[[nodiscard]] bool is_for_service(const graph::System& system, graph::NodeId role, std::string_view service);
/// Whether users of an application get it from a pool of identities, and no code of a service has it.
[[nodiscard]] bool is_for_people(const graph::System& system, graph::NodeId role);
/// Of what the patterns stand for, what gives holders in a network their interfaces, where no managed policy
/// of the role does.
[[nodiscard]] std::vector<std::string> interface_actions(const graph::System& system, graph::NodeId role,
                                                         const std::vector<graph::NodeId>& holders,
                                                         const std::vector<std::string>& patterns);
/// Of the ARN that an item of a statement's `Resource` is, in the template of that number; empty where that
/// isn't known.
[[nodiscard]] std::string service_of_item(const graph::System& system, std::size_t where,
                                          const value::Value& item);

} // namespace slsaudit::analysis
