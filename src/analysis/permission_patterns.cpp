// SPDX-License-Identifier: Apache-2.0
// What patterns of actions and resources cover.
#include "analysis/permissions.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::analysis {
namespace {

/// Actions whose service is called otherwise than the ARNs that they take.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> foreign_services{{
    {"apigateway", "execute-api"},
    {"aoss", "es"},
    {"cognito-sync", "cognito-identity"},
    {"dynamodb", "dax"},
    {"kafka-cluster", "kafka"},
    {"rds-data", "rds"},
    {"rds-db", "rds"},
    {"redshift-data", "redshift"},
    {"s3-object-lambda", "s3"},
    {"sts", "iam"},
    {"elasticfilesystem", "efs"},
    {"iotdata", "iot"},
}};

bool is_object_action(std::string_view action) {
  return action.find("Object") != std::string_view::npos ||
         action.find("Multipart") != std::string_view::npos;
}

} // namespace

std::string_view name(Held held) {
  switch (held) {
  case Held::inlined:
    return "inline";
  case Held::managed:
    return "managed";
  case Held::aws_managed:
    return "aws_managed";
  case Held::generated:
    return "generated";
  case Held::by_resource:
    return "resource_policy";
  }
  return "";
}

bool covers(std::string_view wide, std::string_view narrow) {
  // A `*` of the narrow pattern must be taken by a `*` of the wide one, never by a `?`.
  const bool narrow_is_pattern = narrow.find('*') != std::string_view::npos;
  if (narrow_is_pattern && wide.find('?') != std::string_view::npos) return wide == narrow;
  return knowledge::wildcard_match(wide, narrow);
}

std::string_view service_of_action(std::string_view action) {
  return action.substr(0, action.find(':'));
}

bool acts_on_service(std::string_view action_service, std::string_view arn_service) {
  if (arn_service.empty() || action_service == arn_service || action_service == "*") return true;
  return std::any_of(foreign_services.begin(), foreign_services.end(), [&](const auto& row) {
    return row.first == action_service && row.second == arn_service;
  });
}

std::string_view arn_service(const graph::System& system, graph::NodeId node) {
  const graph::TypeInfo* info = graph::type_info(system.node(node).type);
  return info != nullptr ? info->service : std::string_view{};
}

bool means_whole(const graph::System& system, std::string_view action, const Covered& resource,
                 graph::NodeId node) {
  if (!acts_on_service(service_of_action(action), arn_service(system, node))) return false;
  if (resource.vague) return resource.service.empty() || resource.service == arn_service(system, node);
  if (!std::binary_search(resource.nodes.begin(), resource.nodes.end(), node)) return false;
  if (resource.rest == "*") return true;
  if (system.node(node).type == "AWS::S3::Bucket" && is_object_action(action)) return resource.rest == "/*";
  return resource.rest.empty() || resource.rest == ":*";
}

std::string_view gap_in(const value::Value& document) {
  constexpr std::string_view unread = "a policy's statements are not known";
  const auto why = [&](const value::Value& value) { return value.is_unknown() ? value.reason() : unread; };
  for (const value::Value& whole : document.alternatives()) {
    if (!whole.is_present()) continue;
    if (!whole.is_map()) return why(whole);
    for (const value::Value& list : whole.get("Statement").alternatives()) {
      if (list.is_present() && !list.is_map() && !list.is_list()) return why(list);
      for (const value::Value& item : list.items()) {
        for (const value::Value& statement : item.alternatives())
          if (statement.is_present() && !statement.is_map()) return why(statement);
      }
    }
  }
  return {};
}

bool Right::names(std::string_view action) const {
  const auto matches = [&](const std::string& pattern) { return knowledge::wildcard_match(pattern, action); };
  return std::any_of(actions.begin(), actions.end(), matches) &&
         std::none_of(not_actions.begin(), not_actions.end(), matches);
}

// --- Boundaries ---

namespace {

std::vector<std::string> common_actions(const Permissions& permissions, const std::string& left,
                                        const std::string& right) {
  if (covers(left, right)) return {right};
  if (covers(right, left)) return {left};
  std::vector<std::string> result;
  if (left.find_first_of("*?") == std::string::npos || right.find_first_of("*?") == std::string::npos)
    return result;
  for (const knowledge::Action& action : permissions.expand(left)) {
    std::string whole = std::string(action.service) + ":" + std::string(action.name);
    if (knowledge::wildcard_match(right, whole)) result.push_back(std::move(whole));
  }
  return result;
}

/// Where neither pattern covers the other they may still meet: nobody knows then.
std::optional<Covered> common_resource(const Covered& left, const Covered& right) {
  if (!left.known || !right.known) return std::nullopt;
  if (right.vague && (right.service.empty() || right.service == left.service)) return left;
  if (left.vague && (left.service.empty() || left.service == right.service)) return right;
  if (covers(right.spelled, left.spelled)) return left;
  if (covers(left.spelled, right.spelled)) return right;
  return std::nullopt;
}

void add_unique(std::vector<std::string>& to, std::vector<std::string> from) {
  for (std::string& item : from) {
    if (std::find(to.begin(), to.end(), item) == to.end()) to.push_back(std::move(item));
  }
}

Right common(const Permissions& permissions, const Right& right, const Right& limit) {
  Right both = right;
  both.actions.clear();
  both.resources.clear();
  for (const std::string& action : right.actions) {
    for (const std::string& other : limit.actions)
      add_unique(both.actions, common_actions(permissions, action, other));
  }
  add_unique(both.not_actions, limit.not_actions);
  for (const Covered& resource : right.resources) {
    for (const Covered& other : limit.resources) {
      if (auto meets = common_resource(resource, other)) both.resources.push_back(std::move(*meets));
    }
  }
  both.all_but = right.all_but || limit.all_but;
  both.complete = right.complete && limit.complete;
  if (limit.conditional) {
    both.conditional = true;
    if (!right.passed_to) both.passed_to = limit.passed_to;
    both.narrowed = right.narrowed == true ? right.narrowed : limit.narrowed;
  }
  return both;
}

} // namespace

std::vector<Right> intersect(const Permissions& permissions, const std::vector<Right>& rights,
                             const std::vector<Right>& boundary) {
  std::vector<Right> result;
  for (const Right& right : rights) {
    if (!right.allow || right.held == Held::by_resource) {
      result.push_back(right);
      continue;
    }
    for (const Right& limit : boundary) {
      if (!limit.allow) continue;
      Right both = common(permissions, right, limit);
      if (!both.actions.empty() && !both.resources.empty()) result.push_back(std::move(both));
    }
  }
  for (const Right& limit : boundary) {
    if (!limit.allow) result.push_back(limit);
  }
  return result;
}

} // namespace slsaudit::analysis
