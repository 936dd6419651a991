// SPDX-License-Identifier: Apache-2.0
#include "analysis/narrowing_role.hpp"

#include "analysis/permissions.hpp"
#include "graph/index.hpp"
#include "knowledge/iam.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

value::Value trust_of(const graph::System& system, graph::NodeId role) {
  if (!role.valid()) return {};
  return property(system.node(role), "AssumeRolePolicyDocument").get("Statement");
}

/// Whether the role has a managed policy that is called so.
bool is_attached(const graph::System& system, graph::NodeId role, std::string_view name) {
  if (!role.valid()) return false;
  const Strings policies = strings_of(property(system.node(role), "ManagedPolicyArns"));
  return std::ranges::any_of(policies.items, [&](const value::Value& policy) {
    return policy.as_string().value_or("").find(name) != std::string_view::npos;
  });
}

} // namespace

bool is_for_service(const graph::System& system, graph::NodeId role, std::string_view service) {
  const value::Value trust = trust_of(system, role);
  const auto names = [&](const value::Value& statement) {
    const Strings services = strings_of(statement.get("Principal").get("Service"));
    return std::ranges::any_of(services.items, [&](const value::Value& one) {
      return one.as_string().value_or("").starts_with(service);
    });
  };
  return trust.is_list() ? std::ranges::any_of(trust.items(), names) : names(trust);
}

bool is_for_people(const graph::System& system, graph::NodeId role) {
  const value::Value trust = trust_of(system, role);
  const auto is_of_people = [](const value::Value& statement) {
    const value::Value who = statement.get("Principal");
    return who.get("Federated").display().find("cognito-identity.") != std::string::npos &&
           !who.get("Service").is_present() && !who.get("AWS").is_present();
  };
  if (!trust.is_list()) return is_of_people(trust);
  return !trust.items().empty() && std::ranges::all_of(trust.items(), is_of_people);
}

std::vector<std::string> interface_actions(const graph::System& system, graph::NodeId role,
                                           const std::vector<graph::NodeId>& holders,
                                           const std::vector<std::string>& patterns) {
  const bool networked = std::ranges::any_of(holders, [&](graph::NodeId holder) {
    return property(system.node(holder), "VpcConfig").get("SubnetIds").is_present();
  });
  if (!networked || is_attached(system, role, "VPCAccessExecution")) return {};
  std::vector<std::string> names;
  for (const std::string_view name :
       {"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"}) {
    const bool allowed = std::ranges::any_of(
        patterns, [&](const std::string& pattern) { return knowledge::wildcard_match(pattern, name); });
    if (allowed) names.emplace_back(name);
  }
  return names;
}

std::string service_of_item(const graph::System& system, std::size_t where, const value::Value& item) {
  if (item.alternatives().size() != 1) return {};
  const graph::Match match = system.index->match(where, item);
  if (match.vague) return match.service;
  if (!match.nodes.empty()) return std::string(arn_service(system, match.nodes.front()));
  const auto spelling = graph::spell(item);
  if (!spelling || spelling->opaque) return {};
  const auto arn = graph::parse_arn(spelling->text);
  const bool plain =
      arn && arn->service.find_first_of("*?") == std::string_view::npos && !graph::has_token(arn->service);
  return plain ? std::string(arn->service) : std::string();
}

} // namespace slsaudit::analysis
