// SPDX-License-Identifier: Apache-2.0
// What those who act with a role do by what is declared: the actions behind a mapping, a state, an
// integration.
#pragma once

#include "value/value.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::analysis {

/// Who acts with a role, whom the role has to trust for that, and whether it is refused at the deployment
/// where it does not.
struct Actor {
  std::string_view type;
  std::string_view service;
  bool checks_trust = false;
};
/// Null for types that act with no role, or with none that is known of.
[[nodiscard]] const Actor* actor_of(std::string_view type);

/// Properties that name a role and what it is for; without actions, what the target's type takes.
struct Declared {
  std::string_view type;
  std::string_view role;
  std::string_view target;
  std::string_view purpose;
  std::vector<std::string> actions; ///< Any of them will do.
  bool refused = false;
};
[[nodiscard]] const std::vector<Declared>& declared_duties();

/// What a target of that type takes from who delivers to it, any of them; empty where that is not known.
[[nodiscard]] std::vector<std::string> delivery_to(std::string_view type);
/// What a poller asks of a source of that type; all of them.
[[nodiscard]] std::vector<std::string> polling_of(std::string_view type);
/// "states:StartExecution" of `arn:aws:states:::states:startExecution.sync` and the like; empty where it is
/// none.
[[nodiscard]] std::string action_of_state(const value::Value& resource);
/// Whether a state waits for the end of what it starts by a rule that Step Functions makes with the
/// workflow's role.
[[nodiscard]] bool makes_rule(const value::Value& resource);
/// "sqs:SendMessage" of `arn:aws:apigateway:REGION:sqs:action/SendMessage` and of the names that HTTP APIs
/// have.
[[nodiscard]] std::string action_of_integration(const value::Value& integration);

} // namespace slsaudit::analysis
