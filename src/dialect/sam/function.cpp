// SPDX-License-Identifier: Apache-2.0
// AWS::Serverless::Function: the function, its role, version, alias and URL; its events are elsewhere.
#include "dialect/sam/events.hpp"
#include "dialect/sam/function_parts.hpp"
#include "dialect/sam/resources.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

constexpr std::string_view passed_through[] = {"FunctionName",
                                               "Handler",
                                               "Runtime",
                                               "Description",
                                               "MemorySize",
                                               "Timeout",
                                               "VpcConfig",
                                               "Environment",
                                               "KmsKeyArn",
                                               "Layers",
                                               "ImageConfig",
                                               "ReservedConcurrentExecutions",
                                               "PackageType",
                                               "Architectures",
                                               "SnapStart",
                                               "EphemeralStorage",
                                               "LoggingConfig",
                                               "TenancyConfig",
                                               "RecursiveLoop",
                                               "DurableConfig",
                                               "FileSystemConfigs",
                                               "CodeSigningConfigArn",
                                               "RuntimeManagementConfig",
                                               "FunctionScalingConfig",
                                               "PublishToLatestPublished"};

const Node* code_of(Context& context, const Source& source) {
  Map code(context.arena);
  if (source.get("InlineCode") != nullptr) {
    code.copy(source.properties, "InlineCode", "ZipFile");
  } else if (text_of(source.get("PackageType")) == "Image") {
    code.copy(source.properties, "ImageUri");
  } else if (const Node* uri = source.get("CodeUri")) {
    const Node* place = location(context, uri, "S3Bucket", "S3Key", "S3ObjectVersion");
    if (!place->is_mapping()) return place;
    code.add(place);
  } else if (source.get("ImageUri") != nullptr) {
    code.copy(source.properties, "ImageUri");
  }
  code.copy(source.properties, "SourceKMSKeyArn");
  return code.empty() ? nullptr : code.node(source.span_of("CodeUri"));
}

/// SAM's own names for the properties of a capacity provider.
const Node* capacity_of(Context& context, const Source& source) {
  const Node* config = context.expect_map(source.get("CapacityProviderConfig"), "CapacityProviderConfig");
  if (config == nullptr) return nullptr;
  Map inner(context.arena);
  inner.copy(config, "Arn", "CapacityProviderArn").copy(config, "PerExecutionEnvironmentMaxConcurrency");
  inner.copy(config, "ExecutionEnvironmentMemoryGiBPerVCpu");
  return context.make(config->span)
      .map({{"LambdaManagedInstancesCapacityProviderConfig", inner.node(config->span)}});
}

/// "Active" or "PassThrough" (or an intrinsic); null when tracing is off.
const Node* tracing_of(Context& context, const Source& source) {
  const Node* tracing = source.get("Tracing");
  return !truthy(tracing) || context.resolve_text(tracing) == "Disabled" ? nullptr : tracing;
}

const Node* dead_letter_target(Context& context, const Source& source) {
  const Node* queue = context.expect_map(source.get("DeadLetterQueue"), "DeadLetterQueue");
  return get(queue, "TargetArn");
}

Draft& emit_function(Context& context, const Source& source) {
  Map properties(context.arena);
  for (const std::string_view key : passed_through) properties.copy(source.properties, key);
  properties.set("Code", code_of(context, source), source.span_of("CodeUri"));
  properties.copy(source.properties, "Role");
  properties.set("Tags", tag_list(context, source.get("Tags"), "lambda:createdBy", source.span_of("Tags")));
  if (const Node* mode = tracing_of(context, source)) {
    properties.set("TracingConfig", context.make(mode->span).map({{"Mode", mode}}),
                   source.span_of("Tracing"));
  }
  if (const Node* arn = dead_letter_target(context, source)) {
    properties.set("DeadLetterConfig", context.make(arn->span).map({{"TargetArn", arn}}),
                   source.span_of("DeadLetterQueue"));
  }
  properties.set("CapacityProviderConfig", capacity_of(context, source),
                 source.span_of("CapacityProviderConfig"));
  return context.emit_main(source, "AWS::Lambda::Function", properties);
}

void fill_role(Context& context, const Source& source, Role& role) {
  const auto managed = [&](std::string_view name, std::string_view property) {
    role.add_managed(managed_policy(context, name, source.span_of(property)));
  };
  const bool durable = truthy(source.get("DurableConfig"));
  managed(durable ? "service-role/AWSLambdaBasicDurableExecutionRolePolicy"
                  : "service-role/AWSLambdaBasicExecutionRole",
          "Role");
  if (tracing_of(context, source) != nullptr) {
    managed(partition(context) == "aws" ? "AWSXrayWriteOnlyAccess" : "AWSXRayDaemonWriteAccess", "Tracing");
  }
  if (truthy(source.get("VpcConfig"))) managed("service-role/AWSLambdaVPCAccessExecutionRole", "VpcConfig");
  if (const Node* arn = dead_letter_target(context, source)) {
    const bool topic = text_of(get(source.get("DeadLetterQueue"), "Type")) == "SNS";
    const Make make = context.make(source.span_of("DeadLetterQueue"));
    role.append_policy(
        make.json(R"({"PolicyName": "DeadLetterQueuePolicy", "PolicyDocument": {"Version": "2012-10-17",
      "Statement": [{"Action": "$action", "Resource": "$arn", "Effect": "Allow"}]}})",
                  {{"action", make.text(topic ? "sns:Publish" : "sqs:SendMessage")}, {"arn", arn}}));
  }
}

/// Which role the function has: SAM's, the author's, or one of both by a condition.
struct RoleChoice {
  bool generated = false;
  const Node* value = nullptr;     ///< What `Role` becomes; null to leave it.
  const Node* condition = nullptr; ///< Of the generated role.
};

RoleChoice choose_role(Context& context, const Source& source) {
  const Make make = context.make(source.span_of("Role"));
  const Node* generated = make.get_att(std::string(source.id) + "Role", "Arn");
  const Node* given = source.get("Role");
  if (given == nullptr || is_no_value(given)) return {true, generated, nullptr};
  const auto branches = arguments_of(given, "If");
  if (branches.size() != 3) return {};
  const std::string_view condition = text_of(branches[0].value);
  const bool no_then = is_no_value(branches[1].value);
  const bool no_else = is_no_value(branches[2].value);
  if (no_then && no_else) return {true, generated, nullptr};
  if (no_then) return {true, make.when(condition, generated, branches[2].value), make.text(condition)};
  if (!no_else) return {};
  const std::string opposite = "NOT" + std::string(condition);
  context.add_condition(opposite,
                        make.call("Fn::Not", make.list({make.call("Condition", make.text(condition))})));
  return {true, make.when(condition, branches[1].value, generated), make.text(opposite)};
}

void set_attribute(std::vector<Entry>& attributes, std::string_view name, const Node* value) {
  for (Entry& entry : attributes) {
    if (entry.key != name) continue;
    entry.value = value;
    return;
  }
  attributes.push_back({name, value->span, value});
}

bool has_attribute(const std::vector<Entry>& attributes, std::string_view name) {
  return std::any_of(attributes.begin(), attributes.end(),
                     [&](const Entry& entry) { return entry.key == name; });
}

std::string_view version_id(Context& context, const Source& source) {
  return context.id_without_hash(std::string(source.id) + "Version");
}

void emit_version(Context& context, const Source& source) {
  const Make make = context.make(source.span_of("AutoPublishAlias"));
  Map version(context.arena);
  version.set("FunctionName", make.ref(source.id));
  version.copy(source.properties, "VersionDescription", "Description");
  const bool managed_instances = source.get("CapacityProviderConfig") != nullptr;
  if (managed_instances) version.copy(source.properties, "FunctionScalingConfig");
  Draft& draft = context.emit(source, version_id(context, source), "AWS::Lambda::Version",
                              version.node(make.span()), make.span(), "AutoPublishAlias");
  if (has_attribute(draft.attributes, "DeletionPolicy")) return;
  const Node* policy = source.get("VersionDeletionPolicy");
  if (policy == nullptr) policy = make.text(managed_instances ? "Delete" : "Retain");
  set_attribute(draft.attributes, "DeletionPolicy", policy);
}

/// Logical ids are alphanumeric; alias names need not be.
std::string id_part(std::string_view alias) {
  std::string result(alias);
  std::replace(result.begin(), result.end(), '-', 'D');
  std::replace(result.begin(), result.end(), '_', 'U');
  return result;
}

void add_code_hash(Context& context, const Source& source, Draft& function) {
  const Node* hash = context.resolve(source.get("AutoPublishCodeSha256"));
  if (!is_text(hash)) return;
  const Make make = context.make(hash->span);
  const Node* description = context.resolve(source.get("Description"));
  const Node* both = hash;
  if (is_text(description)) {
    both = make.text(std::string(description->text) + " " + std::string(hash->text));
  } else if (truthy(description)) {
    both = make.json(R"({"Fn::Join": [" ", ["$description", "$hash"]]})",
                     {{"description", description}, {"hash", hash}});
  }
  function.properties->set("Description", both);
}

/// The version and the alias; gives the alias's id, or nothing where no alias is published.
std::string_view emit_alias(Context& context, const Source& source, Draft& function) {
  const Node* alias = source.get("AutoPublishAlias");
  if (!truthy(alias)) return {};
  const std::string_view name = context.resolve_text(alias);
  if (name.empty()) {
    context.problem(text::ProblemLevel::finding, "unresolved-alias",
                    "`AutoPublishAlias` of `" + std::string(source.id) +
                        "` is not a string or a parameter with a default",
                    alias->span, "give the alias a name: the deployment fails without one");
    return {};
  }
  const Make make = context.make(source.span_of("AutoPublishAlias"));
  add_code_hash(context, source, function);
  emit_version(context, source);
  Map properties(context.arena);
  properties.set("Name", make.text(name)).set("FunctionName", make.ref(source.id));
  const std::string_view version = version_id(context, source);
  properties.set("FunctionVersion", make.get_att(version, "Version"));
  properties.copy(source.properties, "ProvisionedConcurrencyConfig");
  Draft& draft = context.emit(source, std::string(source.id) + "Alias" + id_part(name), "AWS::Lambda::Alias",
                              properties.node(make.span()), make.span(), "AutoPublishAlias");
  context.refer(source.id, "Alias", draft.id);
  context.refer(source.id, "Version", version);
  return draft.id;
}

/// DeploymentPreference that isn't switched off: the alias shifts its traffic by CodeDeploy.
void use_deployment(Context& context, const Source& source, std::string_view alias) {
  const Node* preference = context.expect_map(source.get("DeploymentPreference"), "DeploymentPreference");
  if (preference == nullptr || preference->children.empty()) return;
  const Node* enabled = get(preference, "Enabled");
  if (enabled != nullptr && !truthy(context.resolve(enabled))) return;
  if (enabled != nullptr && context.resolve_text(enabled) == "false") return;
  if (alias.empty()) {
    context.problem(text::ProblemLevel::finding, "deployment-without-alias",
                    "`DeploymentPreference` of `" + std::string(source.id) +
                        "` has no `AutoPublishAlias` to shift",
                    source.span_of("DeploymentPreference"), "add `AutoPublishAlias: live`");
    return;
  }
  const Make make = context.make(source.span_of("DeploymentPreference"));
  const Node* hooks = get(preference, "Hooks");
  Map update(context.arena);
  update.set("ApplicationName", make.ref("ServerlessDeploymentApplication"));
  update.set("DeploymentGroupName", make.ref(std::string(source.id) + "DeploymentGroup"));
  update.copy(hooks, "PreTraffic", "BeforeAllowTrafficHook")
      .copy(hooks, "PostTraffic", "AfterAllowTrafficHook");
  Draft* draft = context.find_draft(alias);
  set_attribute(draft->attributes, "UpdatePolicy",
                make.map({{"CodeDeployLambdaAliasUpdate", update.node(make.span())}}));
  context.deployments.push_back({&source, preference});
}

} // namespace

void lower_function(Context& context, const Source& source) {
  Draft& function = emit_function(context, source);
  const std::string_view alias = emit_alias(context, source, function);
  const Target target{alias.empty() ? source.id : alias, !alias.empty(), false};
  emit_function_url(context, source, target);
  use_deployment(context, source, alias);
  Role role;
  fill_role(context, source, role);
  emit_event_invoke_config(context, source, alias, role);
  add_author_policies(context, source, role);
  const RoleChoice choice = choose_role(context, source);
  if (choice.value != nullptr) function.properties->set("Role", choice.value, source.span_of("Role"));
  lower_events(context, source, target, role);
  if (choice.generated) {
    const Node* given = source.get("AssumeRolePolicyDocument");
    const Node* document =
        given != nullptr ? given : trust(context.make(source.id_span), "lambda.amazonaws.com");
    Draft& draft = emit_role(context, source, role, document, "lambda:createdBy");
    if (choice.condition != nullptr) set_attribute(draft.attributes, "Condition", choice.condition);
  }
  propagate_tags(context, source);
}

} // namespace slsaudit::dialect::sam
