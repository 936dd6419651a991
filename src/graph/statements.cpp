// SPDX-License-Identifier: Apache-2.0
// Where policies stand: in roles, as resources of their own, and on the resources that they protect.
#include "graph/extract.hpp"
#include "graph/iam.hpp"
#include "text/words.hpp"

#include <optional>
#include <set>
#include <utility>

namespace slsaudit::graph {

namespace {

/// A property that names who or what the policy is attached to; empty: the resource itself.
struct Attached {
  std::string_view type;
  std::string_view document; ///< Path of the policy document.
  std::string_view holder;   ///< Property naming the holders; a list or one.
  std::string_view name;     ///< Property naming the policy; empty: its logical id.
};

constexpr Attached identity_policies[] = {
    {"AWS::IAM::GroupPolicy", "PolicyDocument", "GroupName", "PolicyName"},
    {"AWS::IAM::ManagedPolicy", "PolicyDocument", "Groups", "ManagedPolicyName"},
    {"AWS::IAM::ManagedPolicy", "PolicyDocument", "Roles", "ManagedPolicyName"},
    {"AWS::IAM::ManagedPolicy", "PolicyDocument", "Users", "ManagedPolicyName"},
    {"AWS::IAM::Policy", "PolicyDocument", "Groups", "PolicyName"},
    {"AWS::IAM::Policy", "PolicyDocument", "Roles", "PolicyName"},
    {"AWS::IAM::Policy", "PolicyDocument", "Users", "PolicyName"},
    {"AWS::IAM::RolePolicy", "PolicyDocument", "RoleName", "PolicyName"},
    {"AWS::IAM::UserPolicy", "PolicyDocument", "UserName", "PolicyName"},
};

constexpr Attached resource_policies[] = {
    {"AWS::ApiGateway::RestApi", "Policy", "", ""},
    {"AWS::DynamoDB::Table", "ResourcePolicy.PolicyDocument", "", ""},
    {"AWS::ECR::Repository", "RepositoryPolicyText", "", ""},
    {"AWS::EFS::FileSystem", "FileSystemPolicy", "", ""},
    {"AWS::Elasticsearch::Domain", "AccessPolicies", "", ""},
    {"AWS::Events::EventBus", "Policy", "", ""},
    {"AWS::IAM::Role", "AssumeRolePolicyDocument", "", ""},
    {"AWS::KMS::Key", "KeyPolicy", "", ""},
    {"AWS::Kinesis::ResourcePolicy", "ResourcePolicy", "ResourceArn", ""},
    {"AWS::OpenSearchService::Domain", "AccessPolicies", "", ""},
    {"AWS::S3::BucketPolicy", "PolicyDocument", "Bucket", ""},
    {"AWS::SNS::TopicInlinePolicy", "PolicyDocument", "TopicArn", ""},
    {"AWS::SNS::TopicPolicy", "PolicyDocument", "Topics", ""},
    {"AWS::SQS::QueueInlinePolicy", "PolicyDocument", "Queue", ""},
    {"AWS::SQS::QueuePolicy", "PolicyDocument", "Queues", ""},
    {"AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", "SecretId", ""},
};

/// Roles, users and groups; a list of managed policies is a property of theirs alone.
bool is_identity(std::string_view type) {
  return type == "AWS::IAM::Role" || type == "AWS::IAM::User" || type == "AWS::IAM::Group";
}

/// Nobody wrote a statement whose pieces have no place of their own: a policy template or the framework made
/// it.
bool is_made(const value::Value& statement) {
  value::Value action = statement.get("Action");
  if (!action.is_present()) action = statement.get("NotAction");
  return statement.span().valid() && action.is_present() && action.span() == statement.span();
}

/// A boundary grants nothing, and what it bounds may be named by an ARN that is put together.
bool is_boundary(const dialect::Resource& resource) {
  const std::string names = std::string(resource.logical_id) + " " +
                            std::string(text_of(resource.properties.get("ManagedPolicyName")));
  return text::lower(names).find("boundary") != std::string::npos;
}

class Collector {
public:
  explicit Collector(const Index& index) : index_(index) {}

  std::vector<Statement> run() {
    for (std::size_t i = 0; i < index_.size(); ++i) collect(NodeId(i));
    return std::move(statements_);
  }

private:
  void collect(NodeId id) {
    const dialect::Resource& resource = index_.resource(id);
    const std::size_t where = index_.template_of(id);
    if (is_identity(resource.type)) {
      collect_inline(id, resource);
      collect_managed(id, resource, where);
    }
    collect_attached(id, resource, where);
    for (const Attached& row : resource_policies) {
      if (row.type != resource.type) continue;
      if (row.holder.empty()) add(resource, row, {}, id);
      if (row.holder.empty()) continue;
      for (const NodeId holder : holders(where, resource.properties.get(row.holder)))
        add(resource, row, {}, holder);
    }
    if (resource.type == "AWS::Lambda::Permission") {
      for (const NodeId holder : holders(where, resource.properties.get("FunctionName"))) {
        add_statement(resource.properties, std::string(resource.logical_id), {}, holder);
      }
    }
    if (resource.type == "AWS::Events::EventBusPolicy") {
      for (const NodeId holder : holders(where, resource.properties.get("EventBusName"))) {
        // The older way to write it: one statement's Action and Principal as properties.
        if (resource.properties.get("Principal").is_present())
          add_statement(resource.properties, std::string(resource.logical_id), {}, holder);
        for (const value::Value& one : entries(resource.properties.get("Statement"))) {
          add_statement(one, std::string(resource.logical_id), {}, holder);
        }
      }
    }
  }

  [[nodiscard]] std::vector<NodeId> holders(std::size_t where, const value::Value& names) const {
    std::vector<NodeId> result;
    for (const value::Value& name : entries(names)) {
      for (const value::Value& alternative : name.alternatives()) {
        const NodeId node = index_.resolve(where, alternative);
        if (node.valid()) result.push_back(node);
      }
    }
    return result;
  }

  /// Roles, users and groups with policies of their own.
  void collect_inline(NodeId id, const dialect::Resource& resource) {
    for (const value::Value& policy : entries(resource.properties.get("Policies"))) {
      add_document(policy.get("PolicyDocument"), std::string(text_of(policy.get("PolicyName"))), id, {});
    }
  }

  /// Policies that are resources of their own. Where the templates declare nobody who holds it (a role is a
  /// parameter, another stack attaches it), the policy stands for its holder.
  void collect_attached(NodeId id, const dialect::Resource& resource, std::size_t where) {
    bool held = false;
    const Attached* last = nullptr;
    for (const Attached& row : identity_policies) {
      if (row.type != resource.type) continue;
      held = held || is_listed(id);
      last = &row;
      for (const NodeId holder : holders(where, resource.properties.get(row.holder))) {
        add(resource, row, holder, {});
        held = true;
      }
    }
    if (last != nullptr && !held && !is_boundary(resource)) add(resource, *last, id, {});
  }

  /// Whether a role, user or group of the templates lists the managed policy, be it to bound what it may do:
  /// a boundary grants nothing.
  bool is_listed(NodeId policy) {
    if (!listed_) {
      listed_.emplace();
      for (std::size_t i = 0; i < index_.size(); ++i) {
        const dialect::Resource& resource = index_.resource(NodeId(i));
        if (!is_identity(resource.type)) continue;
        const std::size_t where = index_.template_of(NodeId(i));
        for (const char* property : {"ManagedPolicyArns", "PermissionsBoundary"}) {
          const std::vector<NodeId> named = holders(where, resource.properties.get(property));
          listed_->insert(named.begin(), named.end());
        }
      }
    }
    return listed_->contains(policy);
  }

  /// Managed policies of the templates that a role, user or group lists.
  void collect_managed(NodeId id, const dialect::Resource& resource, std::size_t where) {
    for (const NodeId policy : holders(where, resource.properties.get("ManagedPolicyArns"))) {
      const dialect::Resource& managed = index_.resource(policy);
      if (category_of(managed.type) != Category::policy) continue;
      add_document(managed.properties.get("PolicyDocument"), std::string(managed.logical_id), id, {});
    }
  }

  void add(const dialect::Resource& resource, const Attached& row, NodeId role, NodeId protects) {
    const std::string_view written =
        row.name.empty() ? std::string_view{} : text_of(resource.properties.get(row.name));
    add_document(resource.properties.at(row.document),
                 std::string(written.empty() ? resource.logical_id : written), role, protects);
  }

  void add_document(const value::Value& document, const std::string& name, NodeId role, NodeId protects) {
    for (const value::Value& alternative : entries(document)) {
      for (const value::Value& statement : entries(alternative.get("Statement"))) {
        add_statement(statement, name, role, protects);
      }
    }
  }

  void add_statement(const value::Value& statement, const std::string& name, NodeId role, NodeId protects) {
    if (!statement.is_map()) return;
    const value::Value effect = statement.get("Effect");
    statements_.push_back({.role = role,
                           .resource = protects,
                           .allow = effect.is_absent() || text_of(effect) == "Allow",
                           .value = statement,
                           .policy_name = name,
                           .generated = is_made(statement),
                           .span = statement.span()});
  }

  const Index& index_;
  std::vector<Statement> statements_;
  std::optional<std::set<NodeId>> listed_; ///< Managed policies; made when first asked for.
};

} // namespace

std::vector<Statement> collect_statements(const Index& index) {
  return Collector(index).run();
}

} // namespace slsaudit::graph
