// SPDX-License-Identifier: Apache-2.0
// From statements to edges. A statement that names a resource says what its holders do with it; one that
// names everything says nothing about any single resource.
#include "graph/extract.hpp"
#include "graph/iam.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::graph {

namespace {

// AWS-managed policies that allow nothing which moves data between resources of a system.
constexpr std::string_view plain_policies[] = {
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess",
    "AWSLambdaSQSQueueExecutionRole",
    "CloudWatchLambdaInsightsExecutionRolePolicy",
    "AWSLambdaKinesisExecutionRole",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaBasicDurableExecutionRolePolicy",
};

ActionSet actions_of(const value::Value& statement) {
  ActionSet result;
  for (const value::Value& pattern : entries(statement.get("Action")))
    result |= flow_actions_matching(text_of(pattern));
  const value::Value excepted = statement.get("NotAction");
  if (!excepted.is_present() || excepted.is_unknown()) return result;
  ActionSet others = flow_actions_matching("*");
  for (const value::Value& pattern : entries(excepted)) others &= ~flow_actions_matching(text_of(pattern));
  return result | others;
}

std::set<std::string_view> services_of(ActionSet actions) {
  std::set<std::string_view> services;
  for (std::size_t i = 0; i < flow_actions().size(); ++i) {
    if (actions[i]) services.insert(flow_actions()[i].target_service);
  }
  return services;
}

std::string allows(const Statement& statement, ActionSet actions, EdgeKind kind) {
  constexpr std::size_t shown = 3;
  std::string text =
      statement.policy_name.empty() ? "policy allows " : "policy `" + statement.policy_name + "` allows ";
  std::size_t count = 0;
  for (std::size_t i = 0; i < flow_actions().size(); ++i) {
    const FlowAction& action = flow_actions()[i];
    if (!actions[i] || action.kind != kind) continue;
    if (count++ >= shown) continue;
    if (count > 1) text += ", ";
    text += "`" + std::string(action.service) + ":" + std::string(action.name) + "`";
  }
  if (count > shown) text += " and " + std::to_string(count - shown) + " more";
  return text;
}

/// Whether some of what the role's own policies say can't be read.
bool has_unknown_statements(const value::Value& policies) {
  return std::ranges::any_of(entries(policies), [](const value::Value& policy) {
    const value::Value statements = policy.at("PolicyDocument.Statement");
    if (policy.is_unknown() || statements.is_unknown()) return true;
    return statements.is_list() &&
           std::ranges::any_of(entries(statements), [](const value::Value& one) { return one.is_unknown(); });
  });
}

} // namespace

void add_granted(Draft& draft, NodeId from, NodeId to, ActionSet actions, const Statement& statement) {
  std::set<EdgeKind> kinds;
  for (std::size_t i = 0; i < flow_actions().size(); ++i) {
    const FlowAction& action = flow_actions()[i];
    if (!actions[i] || !kinds.insert(action.kind).second) continue;
    if (draft.is_defined(from) && !draft.has(action.kind, from, to)) continue;
    draft.add({.kind = action.kind,
               .from = from,
               .to = to,
               .mode = action.mode,
               .basis = Basis::granted,
               .span = statement.span,
               .text = allows(statement, actions, action.kind)});
  }
}

Grants::Grants(Draft& draft, parallel::Workers& workers) : draft_(draft) {
  for (std::size_t t = 0; t < draft.system().templates.size(); ++t) {
    templates_by_file_.emplace(draft.system().templates[t].file, t);
  }
  for (const Edge& edge : draft.system().edges) {
    if (edge.kind != EdgeKind::assumes) continue;
    assumed_by_[edge.to].push_back(edge.from);
    assumes_[edge.from].push_back(edge.to);
    if (roles_[edge.to].complete) roles_[edge.to].complete = only_known_policies(edge.to);
  }
  std::vector<Reading> readings(draft.system().statements.size());
  workers.each(readings.size(), [&](std::size_t i) { readings[i] = read(i); });
  for (Reading& reading : readings) add(std::move(reading));
}

bool Grants::only_known_policies(NodeId role) const {
  if (draft_.category(role) != Category::role || draft_.is_outside(role)) return false;
  const dialect::Resource& resource = draft_.index().resource(role);
  const value::Value listed = resource.properties.get("ManagedPolicyArns");
  const value::Value own = resource.properties.get("Policies");
  if (listed.is_unknown() || own.is_unknown() || has_unknown_statements(own)) return false;
  return std::ranges::all_of(entries(listed), [&](const value::Value& arn) {
    if (draft_.index().resolve(draft_.index().template_of(role), arn).valid()) return true;
    const auto spelling = spell(arn);
    return spelling && std::ranges::any_of(plain_policies, [&](std::string_view name) {
             return spelling->text.ends_with("/" + std::string(name));
           });
  });
}

Grants::Reading Grants::read(std::size_t index) const {
  const Statement& statement = draft_.system().statements[index];
  if (!statement.role.valid() || !assumed_by_.contains(statement.role)) return {};
  const std::string_view effect = text_of(statement.value.get("Effect"));
  const bool conditional = statement.value.get("Condition").is_present();
  if (effect != "Allow" && (effect != "Deny" || conditional)) return {};
  Reading reading;
  Grant& grant = reading.grant;
  grant.actions = actions_of(statement.value);
  grant.statement = index;
  if (grant.actions.none()) return {};
  // Names are looked up where the policy stands, which may be another template than its role's.
  const auto template_of_file = templates_by_file_.find(statement.span.file);
  reading.template_index = template_of_file != templates_by_file_.end()
                               ? template_of_file->second
                               : draft_.index().template_of(statement.role);
  for (const value::Value& resource : entries(statement.value.get("Resource"))) {
    const Match match = draft_.index().match(reading.template_index, resource);
    grant.nodes.insert(grant.nodes.end(), match.nodes.begin(), match.nodes.end());
    if (match.vague) {
      grant.service = grant.vague && grant.service != match.service ? std::string{} : match.service;
      grant.vague = true;
    } else if (match.nodes.empty() && effect == "Allow") {
      reading.unmatched.push_back(resource);
    }
  }
  // A deny of all but some may spare what matters; an allow of all but some names nothing.
  if (statement.value.get("NotResource").is_present() && effect == "Allow") grant.vague = true;
  return reading;
}

void Grants::add(Reading reading) {
  Grant& grant = reading.grant;
  if (grant.actions.none()) return;
  for (const value::Value& resource : reading.unmatched) add_outside(grant, reading.template_index, resource);
  std::ranges::sort(grant.nodes);
  const Statement& statement = draft_.system().statements[grant.statement];
  RoleGrants& role = roles_[statement.role];
  const bool is_allow = text_of(statement.value.get("Effect")) == "Allow";
  (is_allow ? role.allows : role.denies).push_back(std::move(grant));
}

/// Something that no template declares, named by its whole ARN, an import or a parameter.
void Grants::add_outside(Grant& grant, std::size_t template_index, const value::Value& resource) {
  const auto spelling = spell(resource);
  if (!spelling) return;
  const auto arn = parse_arn(spelling->text);
  const value::Part* reference = resource.sole_reference();
  const auto services = services_of(grant.actions);
  const bool of_one_service =
      arn ? services.contains(arn->service) : reference != nullptr && services.size() == 1;
  if (!of_one_service) return;
  for (const Target& target : draft_.targets(template_index, resource)) {
    if (draft_.is_outside(target.node)) grant.nodes.push_back(target.node);
  }
}

ActionSet Grants::possible_on(NodeId target) const {
  const Node& node = draft_.node(target);
  if (node.kind == NodeKind::resource) return flow_actions_on(node.type);
  const std::size_t colons = node.label.find(':', node.label.find(':') + 1);
  if (node.type != "outside::arn" || colons == std::string::npos) return flow_actions_on_service("");
  return flow_actions_on_service(
      std::string_view(node.label).substr(colons + 1, node.label.find(':', colons + 1) - colons - 1));
}

ActionSet Grants::denied(const RoleGrants& role, NodeId target, ActionSet possible) {
  ActionSet result;
  for (const Grant& deny : role.denies) {
    if (std::ranges::binary_search(deny.nodes, target)) result |= deny.actions;
    if (deny.vague) result |= deny.actions & flow_actions_on_service(deny.service);
  }
  return result & possible;
}

/// The Serverless Framework allows its one role what events, destinations and schedules of any function need.
/// That is a sign of what a function does only where it is the one that has them.
bool Grants::is_for_another(const Statement& statement, NodeId compute, NodeId target) const {
  const Node& node = draft_.node(compute);
  return statement.generated && category_of(node.type) == Category::function &&
         draft_.system().templates[node.template_index].dialect == dialect::Dialect::serverless &&
         !draft_.related(compute, target);
}

void Grants::add_edges() {
  for (const auto& entry : roles_) {
    const RoleGrants& role = entry.second;
    for (const Grant& allow : role.allows) {
      const Statement& statement = draft_.system().statements[allow.statement];
      for (const NodeId target : allow.nodes) {
        const ActionSet possible = allow.actions & possible_on(target);
        const ActionSet actions = possible & ~denied(role, target, possible);
        if (actions.none()) continue;
        for (const NodeId compute : assumed_by_.at(entry.first)) {
          if (is_for_another(statement, compute, target)) continue;
          // A workflow needs the right to start itself for its distributed maps; that it starts itself
          // otherwise is in its definition.
          if (compute == target && draft_.category(compute) == Category::workflow) continue;
          add_granted(draft_, compute, target, actions, statement);
        }
      }
    }
  }
}

std::vector<std::pair<std::size_t, ActionSet>> Grants::vaguely_allowed(NodeId compute, NodeId target) const {
  std::vector<std::pair<std::size_t, ActionSet>> result;
  const auto found = assumes_.find(compute);
  if (found == assumes_.end()) return result;
  for (const NodeId role : found->second) {
    const RoleGrants& grants = roles_.at(role);
    for (const Grant& allow : grants.allows) {
      if (!allow.vague) continue;
      const ActionSet possible = allow.actions & possible_on(target) & flow_actions_on_service(allow.service);
      const ActionSet actions = possible & ~denied(grants, target, possible);
      if (actions.any()) result.emplace_back(allow.statement, actions);
    }
  }
  return result;
}

bool Grants::complete(NodeId compute) const {
  const auto found = assumes_.find(compute);
  if (found == assumes_.end()) return false;
  return std::ranges::all_of(found->second, [&](NodeId role) { return roles_.at(role).complete; });
}

} // namespace slsaudit::graph
