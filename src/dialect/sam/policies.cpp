// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/policies.hpp"

#include "dialect/shape.hpp"
#include "knowledge/sam_policy_templates.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

/// AWS's own policies that don't stand at the root of its path.
constexpr std::pair<std::string_view, std::string_view> paths_of_names[] = {
    {"AWSAppSyncPushToCloudWatchLogs", "service-role/"},
    {"AWSBatchServiceRole", "service-role/"},
    {"AWSCodeDeployRole", "service-role/"},
    {"AWSCodeDeployRoleForLambda", "service-role/"},
    {"AWSCodeDeployRoleForLambdaLimited", "service-role/"},
    {"AWSGlueServiceRole", "service-role/"},
    {"AWSIoTRuleActions", "service-role/"},
    {"AWSLambdaBasicDurableExecutionRolePolicy", "service-role/"},
    {"AWSLambdaBasicExecutionRole", "service-role/"},
    {"AWSLambdaDynamoDBExecutionRole", "service-role/"},
    {"AWSLambdaENIManagementAccess", "service-role/"},
    {"AWSLambdaKinesisExecutionRole", "service-role/"},
    {"AWSLambdaMSKExecutionRole", "service-role/"},
    {"AWSLambdaRole", "service-role/"},
    {"AWSLambdaSQSQueueExecutionRole", "service-role/"},
    {"AWSLambdaVPCAccessExecutionRole", "service-role/"},
    {"AmazonAPIGatewayPushToCloudWatchLogs", "service-role/"},
    {"AmazonECSTaskExecutionRolePolicy", "service-role/"},
    {"AmazonRekognitionServiceRole", "service-role/"},
    {"AmazonS3ObjectLambdaExecutionRolePolicy", "service-role/"},
    {"AmazonSNSRole", "service-role/"},
    {"AmazonTextractServiceRole", "service-role/"},
    {"CloudWatchEventsBuiltInTargetExecutionAccess", "service-role/"},
    {"CloudWatchEventsInvocationAccess", "service-role/"},
    {"ComprehendDataAccessRolePolicy", "service-role/"},
    {"ViewOnlyAccess", "job-function/"},
};

/// How AWS begins the names of its policies, and those that begin otherwise. A template that names another
/// policy without an ARN keeps the name.
constexpr std::string_view name_starts[] = {"AWS",        "Amazon", "CloudFront", "CloudWatch",
                                            "Comprehend", "IAM",    "Neptune",    "Translate"};
constexpr std::string_view other_names[] = {"AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess",
                                            "SecretsManagerReadWrite", "SecurityAudit"};

const Node* resolve_name(Context& context, const Node* name) {
  const std::string_view text = text_of(name);
  for (const auto& row : paths_of_names) {
    if (text == row.first)
      return managed_policy(context, std::string(row.second) + std::string(text), name->span);
  }
  const bool known =
      std::find(std::begin(other_names), std::end(other_names), text) != std::end(other_names) ||
      std::any_of(std::begin(name_starts), std::end(name_starts),
                  [&](std::string_view start) { return text.starts_with(start); });
  return known ? managed_policy(context, text, name->span) : name;
}

/// The variable of a parameter in the translator's Fn::Sub: its name from a small letter on, with four
/// exceptions.
std::string variable_of(std::string_view parameter) {
  static constexpr std::pair<std::string_view, std::string_view> exceptions[] = {
      {"FileSystem", "FileSystem"},
      {"HostedZoneId", "HostedZoneId"},
      {"PipelineName", "pipelinename"},
      {"WorkGroupName", "workgroupName"}};
  for (const auto& row : exceptions) {
    if (row.first == parameter) return std::string(row.second);
  }
  std::string variable(parameter);
  if (!variable.empty() && variable[0] >= 'A' && variable[0] <= 'Z')
    variable[0] = static_cast<char>(variable[0] + 32);
  return variable;
}

/// The author's value of a parameter; unknown where there is none, which read_template tells.
const Node* argument_of(const Make& make, const Node* arguments, std::string_view parameter) {
  const Node* written = get(arguments, parameter);
  return written != nullptr ? written
                            : make.builder().unknown("{" + std::string(parameter) + "}",
                                                     "the policy template lacks this parameter", make.span());
}

/// A string of a template's statements: `{Param}` becomes a Sub variable with the author's value.
const Node* template_string(Context& context, const Make& make, const knowledge::PolicyTemplate& row,
                            const Node* arguments, std::string_view string) {
  std::string text(string);
  Map variables(context.arena);
  for (const std::string_view parameter : row.parameters) {
    const std::string hole = "{" + std::string(parameter) + "}";
    const std::string filled = "${" + variable_of(parameter) + "}";
    for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole, at + filled.size())) {
      text.replace(at, hole.size(), filled);
      variables.set(variable_of(parameter), argument_of(make, arguments, parameter));
    }
  }
  if (!variables.empty()) return make.sub(text, variables.node(make.span()));
  return text.find("${") != std::string::npos ? make.sub(text) : make.text(text);
}

/// The condition of a statement is CloudFormation already, with bare `{Param}` where a value goes.
const Node* condition_string(const Make& make, const knowledge::PolicyTemplate& row, const Node* arguments,
                             std::string_view string) {
  for (const std::string_view parameter : row.parameters) {
    if (string == "{" + std::string(parameter) + "}") return argument_of(make, arguments, parameter);
  }
  return make.text(string);
}

/// A copy of generated nodes with each string replaced. The text is the program's own, so its depth is known.
const Node* fill(Context& context, const Node* node, const StringReader& reader) {
  if (node->is_scalar()) return reader(node->text);
  std::vector<Entry> entries(node->children.begin(), node->children.end());
  for (Entry& entry : entries) entry.value = fill(context, entry.value, reader);
  Node copy = *node;
  copy.children = context.arena.copy(entries);
  return context.arena.make<Node>(copy);
}

const Node* one_or_list(const Make& make, const std::vector<const Node*>& items) {
  return items.size() == 1 ? items[0] : make.list(items);
}

const Node* template_document(Context& context, const Make& make, const knowledge::PolicyTemplate& row,
                              const Node* arguments) {
  const Node* rows = read_shape(make.builder(), make.span(), row.statements,
                                [&](std::string_view text) { return make.text(text); });
  std::vector<const Node*> statements;
  for (const Entry& entry : rows->children) {
    std::vector<const Node*> resources;
    const Node* listed = get(entry.value, "resources");
    if (listed != nullptr) {
      for (const Entry& resource : listed->children) {
        resources.push_back(template_string(context, make, row, arguments, resource.value->text));
      }
    }
    const Node* effect = get(entry.value, "effect");
    const Node* condition = get(entry.value, "condition");
    if (condition != nullptr) {
      condition = fill(context, condition,
                       [&](std::string_view text) { return condition_string(make, row, arguments, text); });
    }
    statements.push_back(make.map({{"Effect", effect != nullptr ? effect : make.text("Allow")},
                                   {"Action", get(entry.value, "actions")},
                                   {"Resource", one_or_list(make, resources)},
                                   {"Condition", condition}}));
  }
  return make.map({{"Statement", make.list(statements)}});
}

/// One item of Policies as what goes into the role: a document, a managed policy, or nothing.
struct Policy {
  enum class Kind { none, managed, document } kind = Kind::none;
  const Node* node = nullptr;
};

Policy read_template(Context& context, const Source& source, const Node* policy) {
  const Entry& only = policy->children[0];
  const auto row = knowledge::find_policy_template(only.key);
  if (!row) {
    context.problem(text::ProblemLevel::error, "unknown-policy-template",
                    "`" + std::string(only.key) + "` of `" + std::string(source.id) +
                        "` is neither a policy document nor a SAM policy template",
                    only.key_span,
                    "write a policy template of SAM, a document with `Statement`, or a managed policy");
    return {};
  }
  const Node* arguments = context.expect_map(get(policy, only.key), only.key);
  for (const std::string_view parameter : row->parameters) {
    if (get(arguments, parameter) != nullptr) continue;
    context.problem(text::ProblemLevel::finding, "missing-template-parameter",
                    "policy template `" + std::string(only.key) + "` lacks its parameter `" +
                        std::string(parameter) + "`",
                    only.key_span, "add `" + std::string(parameter) + "`: the deployment fails without it");
  }
  const Make make(context.arena, only.key_span.valid() ? only.key_span : policy->span);
  return {Policy::Kind::document, template_document(context, make, *row, arguments)};
}

/// Recursion follows nested Fn::If, whose depth the readers limit.
Policy read_policy(Context& context, const Source& source, const Node* policy) {
  if (is_text(policy)) return {Policy::Kind::managed, resolve_name(context, policy)};
  const auto branches = arguments_of(policy, "If");
  if (branches.size() == 3) {
    const Make make = context.make(policy->span);
    const Node* sides[2] = {branches[1].value, branches[2].value};
    Policy::Kind kind = Policy::Kind::managed;
    for (const Node*& side : sides) {
      if (is_no_value(side)) continue;
      const Policy read = read_policy(context, source, side);
      if (read.kind == Policy::Kind::none) return {};
      kind = read.kind;
      side = read.node;
    }
    return {kind, make.call("Fn::If", make.list({branches[0].value, sides[0], sides[1]}))};
  }
  if (is_intrinsic(policy) || policy->kind == syntax::NodeKind::unknown)
    return {Policy::Kind::managed, policy};
  if (policy->is_mapping() && policy->get("Statement") != nullptr) return {Policy::Kind::document, policy};
  if (policy->is_mapping() && policy->children.size() == 1) return read_template(context, source, policy);
  context.wrong_shape(*policy, "Policies",
                      "a managed policy, a document with `Statement` or a policy template");
  return {};
}

/// {PolicyName, PolicyDocument} around a document, inside Fn::If where there is one.
const Node* named(const Make& make, std::string_view name, const Node* document) {
  const auto branches = arguments_of(document, "If");
  if (branches.size() != 3) return make.map({{"PolicyName", make.text(name)}, {"PolicyDocument", document}});
  const auto side = [&](const Node* branch) {
    return is_no_value(branch) ? branch : named(make, name, branch);
  };
  return make.call("Fn::If",
                   make.list({branches[0].value, side(branches[1].value), side(branches[2].value)}));
}

} // namespace

void Role::add_managed(const Node* arn) {
  const bool known =
      std::any_of(managed_.begin(), managed_.end(), [&](const Node* other) { return same(other, arn); });
  if (!known) managed_.push_back(arn);
}

void Role::add_policy(const Node* policy) {
  const Node* document = get(policy, "PolicyDocument");
  const bool known = std::any_of(policies_.begin(), policies_.end(), [&](const Node* other) {
    return same(get(other, "PolicyDocument"), document);
  });
  if (!known) policies_.push_back(policy);
}

std::string partition(const Context& context) {
  const std::string region = context.inputs.region.value_or("");
  if (region.starts_with("cn-")) return "aws-cn";
  return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

const Node* managed_policy(Context& context, std::string_view name, Span span) {
  return context.make(span).text("arn:" + partition(context) + ":iam::aws:policy/" + std::string(name));
}

const Node* trust(const Make& make, std::string_view service) {
  return make.json(R"({"Version": "2012-10-17", "Statement": [
    {"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": ["$service"]}}]})",
                   {{"service", make.text(service)}});
}

const Node* grant(const Make& make, std::string_view name, std::string_view action, const Node* resource) {
  return make.json(R"({"PolicyName": "$name", "PolicyDocument": {"Statement": [
    {"Action": "$action", "Effect": "Allow", "Resource": "$resource"}]}})",
                   {{"name", make.text(name)}, {"action", make.text(action)}, {"resource", resource}});
}

const Node* grant_s3_writes(const Make& make, std::string_view name, const Node* bucket) {
  return make.json(R"({"PolicyName": "$name", "PolicyDocument": {"Statement": [
    {"Action": "s3:PutObject", "Effect": "Allow", "Resource": {"Fn::Join": ["/", ["$bucket", "*"]]}},
    {"Action": "s3:ListBucket", "Effect": "Allow", "Resource": "$bucket"}]}})",
                   {{"name", make.text(name)}, {"bucket", bucket}});
}

const Node* grant_destination(const Make& make, std::string_view type, std::string_view id,
                              const Node* destination) {
  struct Row {
    std::string_view type;
    std::string_view suffix;
    std::string_view action;
  };
  static constexpr Row rows[] = {
      {"SQS", "SQSPolicy", "sqs:SendMessage"},
      {"SNS", "SNSPolicy", "sns:publish"},
      {"EventBridge", "EventBridgePolicy", "events:PutEvents"},
      {"Lambda", "LambdaPolicy", "lambda:InvokeFunction"},
  };
  if (destination == nullptr) return nullptr;
  if (type == "S3Bucket" || type == "S3")
    return grant_s3_writes(make, std::string(id) + "S3Policy", destination);
  for (const Row& row : rows) {
    if (row.type == type)
      return grant(make, std::string(id) + std::string(row.suffix), row.action, destination);
  }
  return nullptr;
}

void add_author_policies(Context& context, const Source& source, Role& role) {
  const Node* policies = source.get("Policies");
  if (!truthy(policies)) return;
  std::vector<const Node*> items;
  if (policies->is_sequence() && !is_intrinsic(policies)) {
    for (const Entry& entry : policies->children) items.push_back(entry.value);
  } else {
    items.push_back(policies);
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (syntax::is_null(*items[i])) continue;
    const Policy policy = read_policy(context, source, items[i]);
    if (policy.kind == Policy::Kind::managed) role.add_managed(policy.node);
    if (policy.kind != Policy::Kind::document) continue;
    const std::string name = std::string(source.id) + "RolePolicy" + std::to_string(i);
    role.append_policy(named(context.make(items[i]->span), name, policy.node));
  }
}

Draft& emit_role(Context& context, const Source& source, const Role& role, const Node* trust_document,
                 std::string_view sam_tag) {
  const Span span = source.span_of("Policies");
  const Make make(context.arena, span);
  Map properties(context.arena);
  properties.set("AssumeRolePolicyDocument", trust_document);
  properties.set("ManagedPolicyArns", make.list(role.managed()));
  if (!role.policies().empty()) properties.set("Policies", make.list(role.policies()));
  properties.copy(source.properties, "RolePath", "Path");
  properties.copy(source.properties, "PermissionsBoundary");
  properties.set("Tags", tag_list(context, source.get("Tags"), sam_tag, span));
  return context.emit(source, std::string(source.id) + "Role", "AWS::IAM::Role", properties.node(span), span,
                      "Policies");
}

} // namespace slsaudit::dialect::sam
