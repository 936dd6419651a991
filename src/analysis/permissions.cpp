// SPDX-License-Identifier: Apache-2.0
// Reads the policies of roles, users and groups.
#include "analysis/permissions.hpp"

#include "analysis/grants.hpp"
#include "graph/index.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

constexpr std::array<std::string_view, 3> principal_types{"AWS::IAM::Group", "AWS::IAM::Role",
                                                          "AWS::IAM::User"};
constexpr std::string_view policy_type = "AWS::IAM::ManagedPolicy";

/// The bits of what an action or a pattern begins with: one for a letter, all for what may be any.
std::uint32_t beginning_of(std::string_view pattern) {
  const char first = pattern.empty() ? '*' : text::lower(pattern.front());
  return first >= 'a' && first <= 'z' ? std::uint32_t{1} << static_cast<unsigned>(first - 'a')
                                      : ~std::uint32_t{0};
}

std::uint32_t beginnings_of(const std::vector<Right>& rights) {
  std::uint32_t bits = 0;
  for (const Right& right : rights) {
    if (!right.allow) continue;
    for (const std::string& pattern : right.actions) bits |= beginning_of(pattern);
  }
  return bits;
}

} // namespace

class Permissions::Reader {
public:
  Reader(const Facts& facts, Permissions& into) : facts_(facts), system_(facts.system()), into_(into) {
    for (std::size_t i = 0; i < system_.templates.size(); ++i)
      templates_.emplace(system_.templates[i].file, i);
    for (const graph::NodeId id : facts.nodes_of_type(policy_type)) {
      const text::Span whole = system_.node(id).resource->span;
      if (whole.valid()) managed_policies_[whole.file].push_back(whole);
    }
  }

  void read() {
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      const graph::NodeId node(i);
      const auto& type = system_.nodes[i].type;
      if (std::find(principal_types.begin(), principal_types.end(), type) == principal_types.end()) continue;
      into_.by_node_.emplace(node, into_.principals_.size());
      into_.principals_.push_back({node, {}, false, {}});
    }
    for (const graph::Statement& statement : system_.statements) read_statement(statement);
    for (const std::string_view type :
         {"AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"})
      note_gaps_of(type);
    for (Principal& principal : into_.principals_) read_attached(principal);
    join_groups();
    for (Principal& principal : into_.principals_) apply_boundary(principal);
  }

private:
  /// The template that a text stands in, else that of the node.
  [[nodiscard]] std::size_t template_of(text::Span span, graph::NodeId fallback) const {
    const auto found = span.valid() ? templates_.find(span.file) : templates_.end();
    if (found != templates_.end()) return found->second;
    return fallback.valid() ? system_.node(fallback).template_index : 0;
  }

  Principal* find(graph::NodeId node) {
    const auto found = into_.by_node_.find(node);
    return found == into_.by_node_.end() ? nullptr : &into_.principals_[found->second];
  }

  void read_statement(const graph::Statement& statement) {
    if (!statement.role.valid()) {
      if (statement.resource.valid() && statement.allow) read_resource_policy(statement);
      return;
    }
    Principal* principal = find(statement.role);
    if (principal == nullptr) return;
    const std::size_t where = template_of(statement.span, statement.role);
    std::optional<Right> right = read_right(system_, where, statement.value, statement.role);
    if (!right) {
      principal->unknown.emplace_back("the effect of a statement is not known");
      return;
    }
    right->policy = statement.policy_name;
    right->held = statement.generated ? Held::generated : held_by(statement);
    if (statement.span.valid()) right->span = statement.span;
    principal->rights.push_back(std::move(*right));
  }

  /// Inline, unless a managed policy of that name stands around it.
  [[nodiscard]] Held held_by(const graph::Statement& statement) const {
    const auto policies = managed_policies_.find(statement.span.file);
    const bool managed =
        policies != managed_policies_.end() && std::ranges::any_of(policies->second, [&](text::Span whole) {
          return whole.contains(statement.span);
        });
    return managed ? Held::managed : Held::inlined;
  }

  /// Policies that name who holds them.
  void note_gaps_of(std::string_view type) {
    for (const graph::NodeId id : facts_.nodes_of_type(type)) {
      const graph::Node& node = system_.node(id);
      const value::Value document = property(node, "PolicyDocument");
      if (gap_in(document).empty()) continue;
      for (const char* holders : {"Roles", "RoleName", "Users", "Groups"}) {
        for (const value::Value& name : strings_of(property(node, holders)).items) {
          Principal* principal = find(graph::resolve(system_, node.template_index, name));
          if (principal != nullptr) note_gap(*principal, document);
        }
      }
    }
  }

  /// What a resource's own policy lets principals of the system do with it.
  void read_resource_policy(const graph::Statement& statement) {
    const std::size_t where = template_of(statement.span, statement.resource);
    for (const value::Value& who : strings_of(statement.value.at("Principal.AWS")).items) {
      Principal* principal = find(graph::resolve(system_, where, who));
      if (principal == nullptr || principal->node == statement.resource) continue;
      std::optional<Right> right = read_right(system_, where, statement.value, principal->node);
      if (!right) continue;
      Covered covered;
      covered.nodes = {statement.resource};
      covered.label = std::string(author_id(system_.node(statement.resource)));
      covered.spelled = graph::token_text(value::ReferenceKind::resource, covered.label, "");
      covered.service = std::string(arn_service(system_, statement.resource));
      covered.rest = "*";
      right->resources = {std::move(covered)};
      right->held = Held::by_resource;
      right->policy = statement.policy_name;
      right->span = statement.span;
      principal->rights.push_back(std::move(*right));
    }
  }

  /// Managed policies of AWS; those of the templates are among the statements.
  void read_attached(Principal& principal) {
    const graph::Node& node = system_.node(principal.node);
    for (const char* path : {"ManagedPolicyArns", "Policies"}) {
      if (const value::Value list = property(node, path); list.is_unknown())
        principal.unknown.emplace_back(list.reason());
    }
    for (const value::Value& list : property(node, "Policies").alternatives()) {
      for (const value::Value& policy : list.items()) note_gap(principal, policy.get("PolicyDocument"));
    }
    const value::Value listed = property(node, "ManagedPolicyArns");
    for (const value::Value& alternative : listed.alternatives()) {
      for (const value::Value& item : alternative.items()) attach(principal, node, item);
    }
  }

  static void note_gap(Principal& principal, const value::Value& document) {
    if (const std::string_view reason = gap_in(document); !reason.empty())
      principal.unknown.emplace_back(reason);
  }

  void attach(Principal& principal, const graph::Node& node, const value::Value& item) {
    for (const value::Value& arn : item.alternatives()) {
      if (!arn.is_present()) continue;
      if (const graph::NodeId policy = graph::resolve(system_, node.template_index, arn); policy.valid()) {
        note_gap(principal, property(system_.node(policy), "PolicyDocument"));
        continue;
      }
      const std::string name = aws_policy(arn);
      const std::vector<Right>* rights = name.empty() ? nullptr : managed_rights(facts_, name, managed_);
      if (rights == nullptr) {
        principal.unknown.push_back("what the policy " + quoted(arn.display()) + " allows is not known");
        continue;
      }
      for (Right right : *rights) {
        right.span = arn.span().valid() ? arn.span() : item.span();
        right.policy = name;
        if (right.assumption == nullptr) right.assumption = arn.assumption();
        principal.rights.push_back(std::move(right));
      }
    }
  }

  /// The name of a policy of AWS's own; empty for others.
  static std::string aws_policy(const value::Value& arn) {
    const auto spelling = graph::spell(arn);
    if (!spelling) return {};
    const std::string_view text = spelling->text;
    if (text.find(":iam::aws:policy/") == std::string_view::npos) return {};
    return graph::has_token(text.substr(text.rfind('/'))) ? std::string{}
                                                          : std::string(text.substr(text.rfind('/') + 1));
  }

  /// Users hold what their groups hold.
  void join_groups() {
    const auto join = [&](graph::NodeId user, const value::Value& groups, std::size_t where) {
      Principal* member = find(user);
      if (member == nullptr) return;
      for (const value::Value& name : strings_of(groups).items) {
        const Principal* group = find(graph::resolve(system_, where, name));
        if (group == nullptr) {
          member->unknown.push_back("what the group " + quoted(name.display()) + " may do is not known");
          continue;
        }
        const std::vector<Right> rights = group->rights; // The group may stand in the same list.
        member->rights.insert(member->rights.end(), rights.begin(), rights.end());
      }
    };
    for (const graph::NodeId user : facts_.nodes_of_type("AWS::IAM::User")) {
      const graph::Node& node = system_.node(user);
      join(user, property(node, "Groups"), node.template_index);
    }
    for (const graph::NodeId id : facts_.nodes_of_type("AWS::IAM::UserToGroupAddition")) {
      const graph::Node& node = system_.node(id);
      for (const value::Value& user : strings_of(property(node, "Users")).items) {
        join(graph::resolve(system_, node.template_index, user), property(node, "GroupName"),
             node.template_index);
      }
    }
  }

  void apply_boundary(Principal& principal) {
    const graph::Node& node = system_.node(principal.node);
    const value::Value arn = property(node, "PermissionsBoundary");
    if (!arn.is_present()) return;
    const std::optional<std::vector<Right>> limits = boundary_rights(node, arn);
    if (!limits) {
      principal.unknown.emplace_back("what its permissions boundary allows is not known");
      return;
    }
    principal.bounded = true;
    principal.rights = intersect(into_, principal.rights, *limits);
  }

  std::optional<std::vector<Right>> boundary_rights(const graph::Node& node, const value::Value& arn) {
    const graph::NodeId policy = graph::resolve(system_, node.template_index, arn);
    if (!is_type(system_, policy, policy_type)) {
      const std::string name = aws_policy(arn);
      const auto* rights = name.empty() ? nullptr : managed_rights(facts_, name, managed_);
      return rights != nullptr ? std::optional(*rights) : std::nullopt;
    }
    const graph::Node& declared = system_.node(policy);
    const value::Value statements = property(declared, "PolicyDocument.Statement");
    std::vector<Right> rights;
    std::vector<value::Value> list(statements.items().begin(), statements.items().end());
    if (statements.is_map()) list.push_back(statements);
    if (list.empty()) return std::nullopt;
    for (const value::Value& statement : list) {
      auto right = read_right(system_, declared.template_index, statement, {});
      if (!right) return std::nullopt;
      right->policy = std::string(author_id(declared));
      rights.push_back(std::move(*right));
    }
    return rights;
  }

  const Facts& facts_;
  const graph::System& system_;
  Permissions& into_;
  std::map<text::FileId, std::size_t> templates_; ///< The first of each file.
  std::map<text::FileId, std::vector<text::Span>> managed_policies_;
  std::map<std::string, std::vector<Right>> managed_;
};

Permissions::Permissions(const Facts& facts)
    : system_(facts.system()), expansions_(facts.shared<Expansions>()) {
  Reader(facts, *this).read();
  for (Principal& principal : principals_) {
    std::sort(principal.unknown.begin(), principal.unknown.end());
    principal.unknown.erase(std::unique(principal.unknown.begin(), principal.unknown.end()),
                            principal.unknown.end());
    principal.beginnings = beginnings_of(principal.rights);
  }
}

std::vector<graph::NodeId> holders_of(const graph::System& system, graph::NodeId role) {
  std::vector<graph::NodeId> nodes;
  if (!role.valid()) return nodes;
  for (const graph::EdgeId id : system.incoming[role.index()]) {
    if (system.edge(id).kind == graph::EdgeKind::assumes) nodes.push_back(system.edge(id).from);
  }
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

// --- Questions ---

const Principal* Permissions::of(graph::NodeId role) const {
  const auto found = by_node_.find(role);
  return found == by_node_.end() ? nullptr : &principals_[found->second];
}

std::vector<const Principal*> Permissions::of_compute(graph::NodeId compute) const {
  std::vector<const Principal*> result;
  for (const graph::EdgeId id : system_.outgoing[compute.index()]) {
    const graph::Edge& edge = system_.edge(id);
    if (edge.kind != graph::EdgeKind::assumes) continue;
    if (const Principal* principal = of(edge.to)) result.push_back(principal);
  }
  return result;
}

bool Permissions::denied(const Principal& principal, std::string_view action, const Covered& on) const {
  return std::any_of(principal.rights.begin(), principal.rights.end(), [&](const Right& deny) {
    if (deny.allow || deny.conditional || deny.all_but || !deny.names(action)) return false;
    return std::any_of(deny.resources.begin(), deny.resources.end(), [&](const Covered& resource) {
      if (!resource.sure || !resource.known) return false;
      if (resource.vague) return resource.service.empty() || resource.service == on.service;
      return !on.vague && covers(resource.spelled, on.spelled);
    });
  });
}

bool Permissions::denied(const Principal& principal, std::string_view action, graph::NodeId node) const {
  return std::any_of(principal.rights.begin(), principal.rights.end(), [&](const Right& deny) {
    if (deny.allow || deny.conditional || deny.all_but || !deny.names(action)) return false;
    return std::any_of(deny.resources.begin(), deny.resources.end(), [&](const Covered& resource) {
      return resource.sure && resource.known && means_whole(system_, action, resource, node);
    });
  });
}

std::vector<Hold> Permissions::holds(const Principal& principal, std::string_view action) const {
  std::vector<Hold> result;
  if ((principal.beginnings & beginning_of(action)) == 0) return result;
  for (const Right& right : principal.rights) {
    if (!right.allow || !right.names(action)) continue;
    for (const Covered& resource : right.resources) {
      if (!acts_on_service(service_of_action(action), resource.service)) continue;
      if (!denied(principal, action, resource)) result.push_back({&right, &resource});
    }
  }
  return result;
}

Hold Permissions::hold_on(const Principal& principal, std::string_view action, graph::NodeId node) const {
  Hold best;
  for (const Right& right : principal.rights) {
    if (!right.allow || right.all_but || !right.names(action)) continue;
    if (best.right != nullptr && (right.conditional || !best.right->conditional)) continue;
    for (const Covered& resource : right.resources) {
      if (!resource.known || !resource.sure || !means_whole(system_, action, resource, node)) continue;
      best = {&right, &resource};
      break;
    }
  }
  if (best.right != nullptr && denied(principal, action, node)) return {};
  return best;
}

} // namespace slsaudit::analysis
