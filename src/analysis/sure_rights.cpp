// SPDX-License-Identifier: Apache-2.0
#include "analysis/sure_rights.hpp"

#include "analysis/analyses.hpp"
#include "analysis/pieces.hpp"
#include "graph/index.hpp"
#include "graph/spelling.hpp"
#include "graph/types.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

using graph::NodeId;

bool is_wild(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

/// Of a key's policy: what names the account leaves it to the policies of its roles.
bool is_left_to_roles(const value::Value& who) {
  if (!who.is_map()) return false;
  const std::vector<value::Value> named = pieces(who.get("AWS"));
  return !named.empty() && std::ranges::all_of(named, [](const value::Value& one) {
    const auto spelled = graph::spell(one);
    const std::string shown = spelled ? graph::unspell(spelled->text) : std::string();
    return shown.ends_with(":root") || shown == "${AWS::AccountId}";
  });
}

} // namespace

SureRights::SureRights(const Facts& facts) : facts_(facts), system_(facts.system()) {
  note_policies_of_others("AWS::IAM::Policy", {"Roles"});
  note_policies_of_others("AWS::IAM::RolePolicy", {"RoleName"});
  note_policies_of_others("AWS::IAM::ManagedPolicy", {"Roles"});
  for (const dialect::Template& each : system_.templates) {
    for (const text::Problem& problem : each.problems)
      doubtful_ = doubtful_ || problem.name == "macro-not-run";
  }
  for (const graph::Statement& statement : system_.statements) {
    if (!statement.resource.valid() || !statement.allow) continue;
    const value::Value who = statement.value.get("Principal");
    const bool services = who.is_map() && !who.get("AWS").is_present();
    const bool service = who.as_string() && who.as_string()->ends_with(".amazonaws.com");
    const bool left = is_type(system_, statement.resource, "AWS::KMS::Key") && is_left_to_roles(who);
    if (!services && !service && !left) open_.insert(statement.resource);
  }
  for (const graph::Edge& edge : system_.edges) {
    const graph::Node& from = system_.node(edge.from);
    const bool may_give = from.type.starts_with("Custom::") || from.type == "AWS::CloudFormation::Stack" ||
                          from.type == "AWS::CloudFormation::CustomResource";
    if (may_give && system_.node(edge.to).type == "AWS::IAM::Role") handed_.insert(edge.to);
  }
}

/// A policy that may be for any role.
void SureRights::note_policies_of_others(std::string_view type,
                                         std::initializer_list<std::string_view> holders) {
  for (const NodeId id : facts_.nodes_of_type(type)) {
    const graph::Node& node = system_.node(id);
    for (const std::string_view key : holders) {
      for (const value::Value& name : pieces(property(node, key))) {
        const bool elsewhere = name.as_string().has_value();
        if (!elsewhere && !graph::resolve(system_, node.template_index, name).valid()) doubtful_ = true;
      }
    }
  }
}

Tri SureRights::may(const Principal& principal, std::string_view action, NodeId target) const {
  const bool whole = principal.unknown.empty() && !principal.bounded && !doubtful_ &&
                     !handed_.contains(principal.node) && !(target.valid() && open_.contains(target));
  Tri result = whole ? Tri::no : Tri::unknown;
  for (const Right& right : principal.rights) {
    if (!right.allow) continue;
    const bool names = right.names(action);
    if (!names && right.complete) continue;
    if (!names || right.all_but) {
      result = either(result, names ? Tri::yes : Tri::unknown);
      continue;
    }
    for (const Covered& resource : right.resources) result = either(result, covers(resource, action, target));
    if (!right.complete) result = either(result, Tri::unknown);
  }
  return result;
}

Tri SureRights::covers(const Covered& resource, std::string_view action, NodeId target) const {
  if (!resource.known) return Tri::unknown;
  if (resource.vague) {
    const bool of_service =
        resource.service.empty() || acts_on_service(service_of_action(action), resource.service);
    return of_service ? Tri::yes : Tri::no;
  }
  if (!target.valid()) return Tri::yes;
  if (!std::binary_search(resource.nodes.begin(), resource.nodes.end(), target))
    return may_be(resource, target);
  // A table's ARN is not that of its stream.
  const auto token = graph::leading_token(resource.spelled);
  const bool table_alone = system_.node(target).type == "AWS::DynamoDB::Table" && token &&
                           token->attribute == "Arn" && token->size == resource.spelled.size();
  const bool of_stream = action == "dynamodb:GetRecords" || action == "dynamodb:GetShardIterator";
  return of_stream && table_alone ? Tri::no : Tri::yes;
}

/// Whether a resource that isn't known to mean a node may mean it all the same.
Tri SureRights::may_be(const Covered& resource, NodeId target) const {
  const std::string_view text = resource.spelled;
  if (!resource.nodes.empty()) return is_wild(text) ? Tri::unknown : Tri::no;
  const auto arn = graph::parse_arn(text);
  if (!arn) return Tri::unknown;
  const std::string_view service = arn_service(system_, target);
  if (!service.empty() && !is_wild(arn->service) && !graph::has_token(arn->service) &&
      arn->service != service)
    return Tri::no;
  if (is_wild(arn->resource) || graph::has_token(arn->resource)) return Tri::unknown;
  const graph::TypeInfo* info = graph::type_info(system_.node(target).type);
  const value::Value name = info == nullptr || info->name_property.empty()
                                ? value::Value()
                                : property(system_.node(target), info->name_property);
  // A name that the platform makes up is none that somebody writes; one that is written would have been
  // found.
  return name.is_present() && !name.as_string() ? Tri::unknown : Tri::no;
}

Tri SureRights::trusts(NodeId role, std::string_view service) const {
  if (doubtful_ || !is_type(system_, role, "AWS::IAM::Role")) return Tri::unknown;
  const value::Value statements = property(system_.node(role), "AssumeRolePolicyDocument").get("Statement");
  const std::vector<value::Value> all = pieces(statements);
  Tri result = all.empty() ? Tri::unknown : Tri::no;
  for (const value::Value& statement : all) {
    if (!statement.is_map()) return Tri::unknown;
    if (statement.get("Effect").as_string() == "Deny") continue;
    const value::Value who = statement.get("Principal");
    if (!who.is_map()) return Tri::unknown;
    for (const value::Value& one : pieces(who.get("Service"))) {
      const auto known = one.as_string();
      if (!known) result = either(result, Tri::unknown);
      // "logs.eu-west-1.amazonaws.com", and what other partitions append.
      const std::string_view first = service.substr(0, service.find('.') + 1);
      if (known && known->starts_with(first)) result = Tri::yes;
      if (known == "*") result = Tri::yes;
    }
  }
  return result;
}

} // namespace slsaudit::analysis
