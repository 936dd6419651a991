// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/globals.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

struct Section {
  std::string_view name;
  std::string_view properties; ///< Separated and surrounded by blanks.
};

constexpr Section sections[] = {
    {"Function",
     " Handler Runtime CodeUri DeadLetterQueue Description MemorySize Timeout VpcConfig Environment Tags "
     "PropagateTags Tracing KmsKeyArn AutoPublishAlias AutoPublishAliasAllProperties Layers "
     "DeploymentPreference RolePath PermissionsBoundary ReservedConcurrentExecutions "
     "ProvisionedConcurrencyConfig AssumeRolePolicyDocument EventInvokeConfig FileSystemConfigs "
     "CodeSigningConfigArn Architectures SnapStart EphemeralStorage FunctionUrlConfig "
     "RuntimeManagementConfig LoggingConfig RecursiveLoop SourceKMSKeyArn TenancyConfig DurableConfig "
     "CapacityProviderConfig FunctionScalingConfig PublishToLatestPublished VersionDeletionPolicy "},
    {"Api",
     " Auth Name DefinitionUri CacheClusterEnabled CacheClusterSize MergeDefinitions Variables "
     "EndpointConfiguration MethodSettings BinaryMediaTypes MinimumCompressionSize Cors GatewayResponses "
     "AccessLogSetting CanarySetting TracingEnabled OpenApiVersion Domain AlwaysDeploy PropagateTags "
     "SecurityPolicy EndpointAccessMode "},
    {"HttpApi", " Auth AccessLogSettings StageVariables Tags CorsConfiguration DefaultRouteSettings Domain "
                "RouteSettings FailOnWarnings PropagateTags "},
    {"SimpleTable", " SSESpecification "},
    {"StateMachine", " PropagateTags "},
    {"LayerVersion", " PublishLambdaVersion "},
    {"CapacityProvider",
     " VpcConfig OperatorRole Tags InstanceRequirements ScalingConfig KmsKeyArn PropagateTags "},
    {"WebSocketApi",
     " AccessLogSettings ApiKeySelectionExpression DefaultRouteSettings DisableExecuteApiEndpoint "
     "DisableSchemaValidation Domain FailOnWarnings IpAddressType PropagateTags "
     "RouteSelectionExpression RouteSettings StageVariables Tags "},
};

const Node* merge_lists(Context& context, const Node& global, const Node& local) {
  std::vector<const Node*> items;
  for (const Entry& entry : global.children) items.push_back(entry.value);
  for (const Entry& entry : local.children) items.push_back(entry.value);
  return syntax::Builder(context.arena).sequence(items, local.span);
}

/// Recursion follows the author's nesting, whose depth the readers limit.
const Node* merge(Context& context, const Node* global, const Node* local) {
  if (is_intrinsic(global) || is_intrinsic(local) || global->kind != local->kind) return local;
  if (global->is_sequence()) return merge_lists(context, *global, *local);
  if (!global->is_mapping()) return local;
  Map merged(context.arena);
  merged.add(global);
  for (const Entry& entry : local->children) {
    const Node* inherited = global->get(entry.key);
    merged.set(entry.key, inherited != nullptr ? merge(context, inherited, entry.value) : entry.value,
               entry.key_span);
  }
  return merged.node(local->span);
}

/// The section without what the resource's IgnoreGlobals names.
const Node* wanted(Context& context, const Node* section, const Node* body) {
  const Node* ignored = get(body, "IgnoreGlobals");
  if (ignored == nullptr) return section;
  if (text_of(ignored) == "*") return nullptr;
  if (!ignored->is_sequence()) {
    context.wrong_shape(*ignored, "IgnoreGlobals", "`*` or a list of properties");
    return section;
  }
  Map result(context.arena);
  result.add(section);
  for (const Entry& entry : ignored->children) result.set(text_of(entry.value), nullptr);
  return result.node(section->span);
}

} // namespace

void check_globals(Context& context) {
  const Node* globals = context.expect_map(context.globals, "Globals");
  if (globals == nullptr) return;
  for (const Entry& entry : globals->children) {
    const auto section = std::find_if(std::begin(sections), std::end(sections),
                                      [&](const Section& candidate) { return candidate.name == entry.key; });
    if (section == std::end(sections)) {
      context.problem(text::ProblemLevel::finding, "unknown-globals-section",
                      "`Globals` has no section `" + std::string(entry.key) + "`", entry.key_span,
                      "move it to the resources or remove it: the deployment fails with it");
      continue;
    }
    if (!is_plain_map(entry.value)) {
      if (!syntax::is_null(*entry.value))
        context.wrong_shape(*entry.value, "Globals." + std::string(entry.key), "a mapping");
      continue;
    }
    for (const Entry& property : entry.value->children) {
      if (section->properties.find(" " + std::string(property.key) + " ") != std::string_view::npos) continue;
      context.problem(text::ProblemLevel::finding, "unknown-globals-property",
                      "`Globals." + std::string(entry.key) + "` does not take `" + std::string(property.key) +
                          "`",
                      property.key_span, "set it on each resource: the deployment fails with it here");
    }
  }
}

const Node* with_globals(Context& context, std::string_view type, const Node* body) {
  const Node* local = get(body, "Properties");
  constexpr std::string_view prefix = "AWS::Serverless::";
  if (local != nullptr && !is_plain_map(local)) {
    context.expect_map(local, "Properties");
    local = nullptr;
  }
  const Node* section = get(context.globals, type.substr(prefix.size()));
  if (!is_plain_map(section)) return local;
  section = wanted(context, section, body);
  if (section == nullptr) return local;
  if (local == nullptr) return section;
  return merge(context, section, local);
}

} // namespace slsaudit::dialect::sam
