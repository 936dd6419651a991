// SPDX-License-Identifier: Apache-2.0
// Roles of identity pools: by attachment, or by whom the role trusts.
#include "analysis/analyses.hpp"
#include "analysis/permissions.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

bool holds_word(const value::Value& value, std::string_view word) {
  const Strings strings = strings_of(value);
  return std::any_of(strings.items.begin(), strings.items.end(),
                     [&](const value::Value& item) { return item.as_string() == word; });
}

/// "guest", "authenticated" or nothing, by the condition of a trust statement.
std::string_view trusted_identity(const value::Value& statement) {
  if (!holds_word(statement.at("Principal.Federated"), "cognito-identity.amazonaws.com")) return {};
  const value::Value condition = statement.get("Condition");
  for (const value::Member& test : condition.members()) {
    for (const value::Member& operand : test.value.members()) {
      if (operand.key != "cognito-identity.amazonaws.com:amr") continue;
      if (holds_word(operand.value, "unauthenticated")) return "guest";
      if (holds_word(operand.value, "authenticated")) return "authenticated";
    }
  }
  return {};
}

/// A pool that is known to let nobody in without signing in.
bool refuses_guests(const graph::System& system, graph::NodeId pool) {
  if (!is_type(system, pool, "AWS::Cognito::IdentityPool")) return false;
  return property(system.node(pool), "AllowUnauthenticatedIdentities").as_boolean() == false;
}

} // namespace

std::map<graph::NodeId, std::string_view> identity_roles(const Facts& facts) {
  const graph::System& system = facts.system();
  std::map<graph::NodeId, std::string_view> result;
  for (const graph::Statement& statement : system.statements) {
    if (!statement.allow || !is_type(system, statement.resource, "AWS::IAM::Role")) continue;
    const std::string_view identity = trusted_identity(statement.value);
    if (!identity.empty()) result[statement.resource] = identity;
  }
  for (const graph::NodeId id : facts.nodes_of_type("AWS::Cognito::IdentityPoolRoleAttachment")) {
    const graph::Node& node = system.node(id);
    const graph::NodeId pool = graph::resolve(system, node.template_index, property(node, "IdentityPoolId"));
    const graph::NodeId authenticated =
        graph::resolve(system, node.template_index, property(node, "Roles.authenticated"));
    const graph::NodeId guest =
        graph::resolve(system, node.template_index, property(node, "Roles.unauthenticated"));
    if (authenticated.valid()) result[authenticated] = "authenticated";
    if (!guest.valid()) continue;
    if (refuses_guests(system, pool)) {
      result.erase(guest);
    } else {
      result[guest] = "guest";
    }
  }
  return result;
}

} // namespace slsaudit::analysis
