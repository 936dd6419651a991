// SPDX-License-Identifier: Apache-2.0
// Execution roles: the one that functions share, those of single functions, and what the framework puts into
// them.
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/service.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view shared_role = "IamRoleLambdaExecution";
constexpr std::string_view own_roles_plugin = "serverless-iam-roles-per-function";
constexpr std::string_view log_arn =
    "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/";

/// The role that `provider` names instead of letting the framework make one; null when it makes one.
const Node* given_role(const Service& service) {
  if (const Node* role = service.from_provider({"iam", "role"})) {
    if (role->is_scalar() || role->kind == syntax::NodeKind::unknown || is_intrinsic(role)) return role;
  }
  return service.from_provider({"role"});
}

/// An ARN or intrinsic as written; a logical id as its ARN.
const Node* role_value(const Make& make, const Node* written) {
  const auto text = known_text(written);
  if (!text || text->starts_with("arn:")) return written;
  return make.at(written->span).get_att(*text, "Arn");
}

/// Whether the grant stands in that role. A plugin's roles come too late for most: those stay in the shared
/// role, where the function that needs them doesn't have them.
bool stands_in(const Grant& grant, std::string_view role_id) {
  const Function& function = *grant.function;
  if (function.role_id.empty() || function.role_id == shared_role) return role_id == shared_role;
  if (!function.plugin_role) return function.role_id == role_id;
  if (role_id == shared_role) return true;
  const bool copied = grant.group == "sqs" || grant.group.starts_with("stream/dynamodb/") ||
                      grant.group.starts_with("stream/kinesis/") ||
                      grant.group.starts_with("stream/consumed/");
  return copied && function.role_id == role_id;
}

bool has_grant(const Service& service, std::string_view role_id, std::string_view group) {
  return std::any_of(service.grants.begin(), service.grants.end(),
                     [&](const Grant& grant) { return grant.group == group && stands_in(grant, role_id); });
}

struct OwnStatements {
  const syntax::Entry* entry = nullptr; ///< The key that says so; null: the function has no role of its own.
  const Node* statements = nullptr;
  bool inherit = false;
  bool may_inherit = false; ///< That isn't known.
  bool plugin = false;      ///< Of the plugin, not of the framework itself.
};

OwnStatements own_statements(const Service& service, const Function& function) {
  if (service.has_plugin(own_roles_plugin)) {
    if (const syntax::Entry* entry = function.body->find("iamRoleStatements")) {
      const Node* inherit = dig(function.body, {"iamRoleStatementsInherit"});
      if (inherit == nullptr) inherit = dig(service.root, {"custom", own_roles_plugin});
      if (inherit != nullptr && inherit->is_mapping()) inherit = inherit->get("defaultInherit");
      const bool hidden = inherit != nullptr && inherit->kind == syntax::NodeKind::unknown;
      return {entry, entry->value, is_set(inherit), hidden, true};
    }
  }
  const Node* role = dig(function.body, {"iam", "role"});
  if (role == nullptr || !role->is_mapping() || is_intrinsic(role)) return {};
  return {function.body->find("iam"), dig(role, {"statements"}),
          is_set(dig(function.body, {"iam", "inheritStatements"})), false, false};
}

bool uses_vpc(const Service& service, const Function* only) {
  if (service.from_provider({"vpc"}) != nullptr) return true;
  if (only != nullptr) return only->body->find("vpc") != nullptr;
  return std::any_of(service.functions.begin(), service.functions.end(),
                     [](const Function& function) { return function.body->find("vpc") != nullptr; });
}

const Node* assume_role(const Make& at, const Service& service, std::string_view role_id) {
  std::vector<std::string_view> services = {"lambda.amazonaws.com"};
  if (has_grant(service, role_id, "scheduler")) services.emplace_back("scheduler.amazonaws.com");
  if (has_grant(service, role_id, "edge")) services.emplace_back("edgelambda.amazonaws.com");
  return at.map({{"Version", at.text("2012-10-17"), {}},
                 {"Statement",
                  at.list({at.map({{"Effect", at.text("Allow"), {}},
                                   {"Principal", at.map({{"Service", at.texts(services), {}}}), {}},
                                   {"Action", at.texts({"sts:AssumeRole"}), {}}})}),
                  {}}});
}

const Node* statement(const Make& at, std::string_view effect, const std::vector<std::string_view>& actions,
                      const Node* resource) {
  return at.map(
      {{"Effect", at.text(effect), {}}, {"Action", at.texts(actions), {}}, {"Resource", resource, {}}});
}

const Node* log_resource(const Make& at, const std::vector<const Node*>& name) {
  std::vector<const Node*> parts = {at.text(log_arn)};
  parts.insert(parts.end(), name.begin(), name.end());
  return at.sub(parts);
}

/// Writing logs: to the groups of functions named by the framework all at once, to others one by one.
void add_log_statements(const Service& service, const Make& at, std::vector<const Node*>& statements) {
  std::vector<const Node*> groups;
  std::vector<const Node*> streams;
  std::vector<const Node*> denied;
  bool canonical = false;
  const std::string prefix(known_text(service.dashed(at)).value_or(""));
  for (const Function& function : service.functions) {
    const bool silent = is_set(dig(function.body, {"disableLogs"}));
    const auto name = known_text(function.name);
    const bool by_rule =
        dig(function.body, {"name"}) == nullptr || (name && !prefix.empty() && name->starts_with(prefix));
    if (by_rule) {
      canonical = canonical || !silent;
      if (silent) denied.push_back(log_resource(at, {function.name, at.text(":*")}));
    } else if (!silent) {
      groups.push_back(log_resource(at, {function.name, at.text(":*")}));
      streams.push_back(log_resource(at, {function.name, at.text(":*:*")}));
    }
  }
  if (canonical) {
    groups.push_back(log_resource(at, {service.dashed(at), at.text("*:*")}));
    streams.push_back(log_resource(at, {service.dashed(at), at.text("*:*:*")}));
  }
  statements.push_back(statement(
      at, "Allow", {"logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"}, at.list(groups)));
  statements.push_back(statement(at, "Allow", {"logs:PutLogEvents"}, at.list(streams)));
  if (!canonical || denied.empty()) return;
  statements.push_back(at.map({{"Effect", at.text("Deny"), {}},
                               {"Action", at.text("logs:PutLogEvents"), {}},
                               {"Resource", at.list(denied), {}}}));
}

void add_written(Service& service, const Node* written, std::string_view what, std::vector<const Node*>& to) {
  if (written == nullptr || syntax::is_null(*written)) return;
  if (written->is_sequence()) {
    for (const syntax::Entry& item : written->children) to.push_back(item.value);
  } else if (written->kind == syntax::NodeKind::unknown || is_intrinsic(written)) {
    to.push_back(written);
  } else {
    service.wrong_shape(what, *written, "a list of statements");
  }
}

/// The framework validates these against its schema, which makes an action a list and a list of one ARN that
/// ARN.
const Node* as_validated(const Make& make, const Node* statement) {
  if (statement == nullptr || !statement->is_mapping() || is_intrinsic(statement)) return statement;
  std::vector<syntax::Entry> entries(statement->children.begin(), statement->children.end());
  for (syntax::Entry& entry : entries) {
    const Node& value = *entry.value;
    const bool action = entry.key == "Action" || entry.key == "NotAction";
    const bool resource = entry.key == "Resource" || entry.key == "NotResource";
    if (action && known_text(&value)) entry.value = make.builder().sequence({&value}, value.span);
    if (!resource || !value.is_sequence() || value.children.size() != 1) continue;
    const auto arn = known_text(value.children.front().value);
    if (arn && arn->starts_with("arn:")) entry.value = value.children.front().value;
  }
  return make.builder().mapping(entries, statement->span);
}

void add_shared_statements(Service& service, std::vector<const Node*>& to) {
  const std::size_t before = to.size();
  const Node* statements = service.from_provider({"iam", "role", "statements"});
  if (statements != nullptr)
    add_written(service, statements, "provider.iam.role.statements", to);
  else
    add_written(service, service.from_provider({"iamRoleStatements"}), "provider.iamRoleStatements", to);
  std::transform(to.begin() + static_cast<std::ptrdiff_t>(before), to.end(),
                 to.begin() + static_cast<std::ptrdiff_t>(before),
                 [&](const Node* statement) { return as_validated(service.make, statement); });
}

/// Grants of one role, those of a group as one statement, in the order in which groups first came up.
void add_granted(const Service& service, std::string_view role_id, std::vector<const Node*>& to) {
  std::vector<std::pair<const Grant*, std::vector<const Node*>>> groups;
  for (const Grant& grant : service.grants) {
    if (!stands_in(grant, role_id)) continue;
    auto it = std::find_if(groups.begin(), groups.end(),
                           [&](const auto& group) { return group.first->group == grant.group; });
    if (it == groups.end()) it = groups.insert(groups.end(), {&grant, {}});
    const bool again = grant.group.starts_with("kms/") && !it->second.empty();
    if (grant.resource != nullptr && !again) it->second.push_back(grant.resource);
  }
  for (const auto& [grant, resources] : groups) {
    const text::Span span = resources.empty() ? grant->function->key_span : resources.front()->span;
    const Make at = service.make.at(span);
    const bool alone = grant->group.starts_with("destination/");
    const Node* resource = grant->any_resource ? at.texts({"*"})
                           : alone             ? resources.front()
                                               : at.list(resources);
    if (grant->group.starts_with("network/")) resource = at.text("*");
    // The edge writes its logs wherever it is.
    if (grant->group == "edge") resource = at.list({at.sub("arn:${AWS::Partition}:logs:*:*:*")});
    const Node* actions = alone ? at.text(grant->actions.front()) : at.texts(grant->actions);
    to.push_back(
        at.map({{"Effect", at.text("Allow"), {}}, {"Action", actions, {}}, {"Resource", resource, {}}}));
  }
}

const Node* managed_policies(Service& service, const Make& at, const Function* only) {
  std::vector<const Node*> policies;
  if (only == nullptr) {
    const Node* written = service.from_provider({"iam", "role", "managedPolicies"});
    if (written == nullptr) written = service.from_provider({"iamManagedPolicies"});
    if (written != nullptr && !written->is_sequence()) {
      if (written->kind == syntax::NodeKind::unknown) return written;
      service.wrong_shape("managedPolicies", *written, "a list of ARNs");
    }
    add_written(service, written != nullptr && written->is_sequence() ? written : nullptr, "managedPolicies",
                policies);
  }
  if (uses_vpc(service, only)) {
    policies.push_back(at.arn({at.text(":iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole")}));
  }
  const std::string_view role_id = only != nullptr ? std::string_view(only->role_id) : shared_role;
  if (std::any_of(service.functions.begin(), service.functions.end(), [&](const Function& function) {
        return function.role_id == role_id && is_set(dig(function.body, {"durableConfig"}));
      })) {
    policies.push_back(
        at.arn({at.text(":iam::aws:policy/service-role/AWSLambdaBasicDurableExecutionRolePolicy")}));
  }
  const auto attached =
      service.managed_policies.find(only != nullptr ? only->role_id : std::string(shared_role));
  if (attached != service.managed_policies.end()) policies.push_back(attached->second);
  return policies.empty() ? nullptr : at.list(policies);
}

const Node* policy(const Make& at, const Node* name, const std::vector<const Node*>& statements) {
  return at.list(
      {at.map({{"PolicyName", name, {}},
               {"PolicyDocument",
                at.map({{"Version", at.text("2012-10-17"), {}}, {"Statement", at.list(statements), {}}}),
                {}}})});
}

void finish_shared_role(Service& service, Draft& draft) {
  const Make at = service.make.at(draft.author.span);
  std::vector<const Node*> statements;
  add_log_statements(service, at, statements);
  add_shared_statements(service, statements);
  add_granted(service, shared_role, statements);
  draft.set("AssumeRolePolicyDocument", assume_role(at, service, shared_role));
  draft.set("Policies",
            policy(at, at.join("-", {service.name, service.stage, at.text("lambda")}), statements));
  const Node* path = service.from_provider({"iam", "role", "path"});
  draft.set("Path", path != nullptr ? path : at.text("/"));
  const Node* name = service.from_provider({"iam", "role", "name"});
  draft.set("RoleName", name != nullptr ? name
                                        : at.join("-", {service.name, service.stage, at.ref("AWS::Region"),
                                                        at.text("lambdaRole")}));
  const Node* boundary = service.from_provider({"iam", "role", "permissionsBoundary"});
  if (boundary == nullptr) boundary = service.from_provider({"iam", "role", "permissionBoundary"});
  if (boundary == nullptr) boundary = service.from_provider({"rolePermissionsBoundary"});
  draft.set("PermissionsBoundary", boundary);
  draft.set("Tags", tag_list(at, service.from_provider({"iam", "role", "tags"})));
  draft.set("ManagedPolicyArns", managed_policies(service, at, nullptr));
}

void finish_own_role(Service& service, const Function& function, Draft& draft) {
  const OwnStatements own = own_statements(service, function);
  const Make at = service.make.at(draft.author.span);
  std::vector<const Node*> statements;
  std::vector<std::string_view> log_actions = {"logs:CreateLogStream", "logs:CreateLogGroup",
                                               "logs:PutLogEvents"};
  if (!own.plugin) log_actions.emplace_back("logs:TagResource");
  if (own.plugin || !is_set(dig(function.body, {"disableLogs"}))) {
    statements.push_back(
        statement(at, "Allow", log_actions, at.list({log_resource(at, {function.name, at.text(":*:*")})})));
  }
  add_granted(service, function.role_id, statements);
  if (const Node* target = dig(function.body, {"onError"}); own.plugin && target != nullptr)
    statements.push_back(statement(at, "Allow", {"sns:Publish"}, target));
  if (own.inherit) add_shared_statements(service, statements);
  if (own.may_inherit) statements.push_back(at.unknown("whether it takes over the provider's statements"));
  add_written(service, own.statements, std::string(function.key) + ".iamRoleStatements", statements);
  draft.set("AssumeRolePolicyDocument", assume_role(at, service, function.role_id));
  draft.set("Policies",
            policy(at, at.join("-", {service.name, service.stage, at.text("lambda")}), statements));
  draft.set("Path", at.text("/"));
  const Node* name = dig(function.body, {"iamRoleStatementsName"});
  draft.set("RoleName", name != nullptr ? name
                                        : at.join("-", {service.name, service.stage, at.text(function.key),
                                                        at.ref("AWS::Region"), at.text("lambdaRole")}));
  const Node* boundary = dig(function.body, {"iamPermissionsBoundary"});
  if (boundary == nullptr && own.plugin)
    boundary = dig(service.root, {"custom", own_roles_plugin, "iamGlobalPermissionsBoundary"});
  if (boundary == nullptr) boundary = service.from_provider({"iam", "role", "permissionsBoundary"});
  if (boundary == nullptr) boundary = service.from_provider({"rolePermissionsBoundary"});
  draft.set("PermissionsBoundary", boundary);
  const Node* managed = managed_policies(service, at, &function);
  draft.set("ManagedPolicyArns", managed == nullptr && own.plugin ? at.list({}) : managed);
}

/// Where the author has, or would have, what all functions may do.
std::string_view shared_statements(const Service& service) {
  const bool old = service.from_provider({"iam", "role", "statements"}) == nullptr &&
                   service.from_provider({"iamRoleStatements"}) != nullptr;
  return old ? "provider.iamRoleStatements" : "provider.iam.role.statements";
}

text::Span role_span(const Service& service) {
  for (const std::string_view key : {"iam", "iamRoleStatements"}) {
    if (const syntax::Entry* entry = service.provider->find(key)) return entry->key_span;
  }
  return service.make.span();
}

} // namespace

std::string_view own_roles(const Service& service) {
  if (service.has_plugin(own_roles_plugin)) return "plugin";
  const auto version = known_text(service.root->get("frameworkVersion"));
  const std::size_t first = version ? version->find_first_not_of("^~>=v ") : std::string_view::npos;
  return first != std::string_view::npos && (*version)[first] == '4' ? "framework" : "";
}

void lower_roles(Service& service) {
  const Node* given = given_role(service);
  bool shared = false;
  for (Function& function : service.functions) {
    const Node* role = dig(function.body, {"role"});
    const OwnStatements own = own_statements(service, function);
    if (role != nullptr || own.entry == nullptr) {
      if (role == nullptr) role = given;
      function.role = role == nullptr ? nullptr : role_value(service.make, role);
      function.role_id = role == nullptr ? std::string(shared_role) : std::string();
      shared = shared || role == nullptr;
      continue;
    }
    function.role_id = function.normalized + std::string(shared_role);
    function.plugin_role = own.plugin;
    shared = shared || own.plugin;
    Author author = author_of(function);
    author.span = own.entry->key_span;
    service.add(function.role_id, "AWS::IAM::Role", author, {});
  }
  // Functions that can't be read run with the role that the provider's statements are for.
  const Node* functions = service.root->get("functions");
  const bool for_unread = service.functions.empty() && functions != nullptr && !functions->children.empty() &&
                          given == nullptr && !service.has_plugin("serverless-iam-roles-per-function");
  if (!for_unread && (!shared || service.functions.empty())) return;
  service.add(std::string(shared_role), "AWS::IAM::Role",
              {.id = "provider",
               .type = "serverless provider",
               .span = role_span(service),
               .generated = true,
               .feature = shared_statements(service)},
              {});
}

void finish_roles(Service& service) {
  if (Draft* draft = service.find(shared_role)) finish_shared_role(service, *draft);
  for (const Function& function : service.functions) {
    if (function.role_id.empty() || function.role_id == shared_role) continue;
    if (Draft* draft = service.find(function.role_id)) finish_own_role(service, function, *draft);
  }
}

} // namespace slsaudit::dialect::serverless
