// SPDX-License-Identifier: Apache-2.0
// Which API actions move data, events or requests, and to what: the rest says nothing about flow.
#pragma once

#include "graph/system.hpp"
#include "graph/types.hpp"

#include <bitset>
#include <span>
#include <string_view>

namespace slsaudit::graph {

struct FlowAction {
  std::string_view service; ///< As in IAM ("dynamodb").
  std::string_view name;    ///< "PutItem"
  EdgeKind kind = EdgeKind::refers;
  Mode mode = Mode::none;
  std::string_view target_service; ///< Of the ARN that the action takes.
  Category target = Category::none;
};

inline constexpr std::size_t max_flow_actions = 128;
/// Bit i: the i-th of flow_actions().
using ActionSet = std::bitset<max_flow_actions>;

[[nodiscard]] std::span<const FlowAction> flow_actions();
/// Those that an IAM action pattern ("dynamodb:*Item", "*") matches.
[[nodiscard]] ActionSet flow_actions_matching(std::string_view pattern);
/// Those that make sense on a resource of that type.
[[nodiscard]] ActionSet flow_actions_on(std::string_view type);
/// Those on anything of that ARN service; all of them for an empty one.
[[nodiscard]] ActionSet flow_actions_on_service(std::string_view service);

} // namespace slsaudit::graph
