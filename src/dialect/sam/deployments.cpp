// SPDX-License-Identifier: Apache-2.0
// DeploymentPreference: one CodeDeploy application and role for all functions, and a group for each.
#include "dialect/sam/policies.hpp"
#include "dialect/sam/resources.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

constexpr std::string_view predefined[] = {
    "Canary10Percent5Minutes",      "Canary10Percent10Minutes",      "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",     "Linear10PercentEvery1Minute",   "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes", "Linear10PercentEvery10Minutes", "AllAtOnce"};

bool is_predefined(std::string_view type) {
  return std::find(std::begin(predefined), std::end(predefined), type) != std::end(predefined);
}

/// Predefined names become the configuration's real name, also inside Fn::If.
const Node* config_name(Context& context, const Node* type) {
  if (type == nullptr) return nullptr;
  const Make make = context.make(type->span);
  const auto branches = arguments_of(type, "If");
  if (branches.size() == 3) {
    return make.call("Fn::If", make.list({branches[0].value, config_name(context, branches[1].value),
                                          config_name(context, branches[2].value)}));
  }
  const Call call = call_of(type);
  if (call && call.name == "Sub" && call.argument->is_scalar() && is_predefined(call.argument->text)) {
    return make.sub("CodeDeployDefault.Lambda${ConfigName}",
                    make.map({{"ConfigName", make.text(call.argument->text)}}));
  }
  const Node* resolved = context.resolve(type);
  if (!is_text(resolved) || !is_predefined(resolved->text)) return resolved;
  return make.sub("CodeDeployDefault.Lambda${ConfigName}", make.map({{"ConfigName", resolved}}));
}

const Node* alarms_of(Context& context, const Node* alarms) {
  if (!truthy(alarms) || is_no_value(alarms)) return nullptr;
  const Make make = context.make(alarms->span);
  const auto branches = arguments_of(alarms, "If");
  if (branches.size() == 3) {
    const auto side = [&](const Node* node) { return is_no_value(node) ? node : alarms_of(context, node); };
    const Node* then = side(branches[1].value);
    const Node* otherwise = side(branches[2].value);
    return make.call("Fn::If", make.list({branches[0].value, then != nullptr ? then : make.map({}),
                                          otherwise != nullptr ? otherwise : make.map({})}));
  }
  if (!alarms->is_sequence() || is_intrinsic(alarms)) {
    context.expect_list(alarms, "Alarms");
    return nullptr;
  }
  if (is_no_value(alarms->children[0].value)) return make.map({});
  std::vector<const Node*> items;
  for (const Entry& entry : alarms->children) items.push_back(make.map({{"Name", entry.value}}));
  return make.map({{"Enabled", make.boolean(true)}, {"Alarms", make.list(items)}});
}

bool passes_condition(Context& context, const Deployment& deployment) {
  const Node* pass = context.resolve(get(deployment.preference, "PassthroughCondition"));
  return is_text(pass) && (is_true(pass) || pass->text == "true" || pass->text == "True");
}

std::string_view condition_of(Context& context, const Deployment& deployment) {
  return passes_condition(context, deployment) ? deployment.source->condition() : std::string_view{};
}

void emit_group(Context& context, const Deployment& deployment) {
  const Source& source = *deployment.source;
  const Node* preference = deployment.preference;
  const Span span = source.span_of("DeploymentPreference");
  const Make make = context.make(span);
  Map group(context.arena);
  group.set("AlarmConfiguration", alarms_of(context, get(preference, "Alarms")));
  group.set("ApplicationName", make.ref("ServerlessDeploymentApplication"));
  group.set("AutoRollbackConfiguration", make.json(R"({"Enabled": true, "Events": ["DEPLOYMENT_FAILURE",
    "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]})"));
  group.set("DeploymentConfigName", config_name(context, get(preference, "Type")));
  group.set("DeploymentStyle",
            make.json(R"({"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"})"));
  const Node* role = get(preference, "Role");
  group.set("ServiceRoleArn", role != nullptr ? role : make.get_att("CodeDeployServiceRole", "Arn"));
  group.copy(preference, "TriggerConfigurations");
  if (is_true(source.get("PropagateTags")))
    group.set("Tags", tag_list(context, source.get("Tags"), "", span));
  Draft& draft =
      context.emit(source, std::string(source.id) + "DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup",
                   group.node(span), span, "DeploymentPreference");
  const std::string_view condition = condition_of(context, deployment);
  draft.attributes.clear();
  if (!condition.empty()) draft.attributes.push_back({"Condition", span, make.text(condition)});
}

/// The condition that all deployments share, or nothing when one has none.
std::string_view shared_condition(Context& context, Span span) {
  std::vector<std::string_view> conditions;
  for (const Deployment& deployment : context.deployments) {
    const std::string_view condition = condition_of(context, deployment);
    if (condition.empty()) return {};
    if (std::find(conditions.begin(), conditions.end(), condition) == conditions.end())
      conditions.push_back(condition);
  }
  if (conditions.size() == 1) return conditions[0];
  context.add_any_condition("ServerlessCodeDeployCondition", conditions, span);
  return "ServerlessCodeDeployCondition";
}

const Node* merged_tags(Context& context, Span span) {
  Map tags(context.arena);
  for (const Deployment& deployment : context.deployments) {
    if (is_true(deployment.source->get("PropagateTags"))) tags.add(deployment.source->get("Tags"));
  }
  return tags.empty() ? nullptr : tag_list(context, tags.node(span), "", span);
}

} // namespace

void lower_deployments(Context& context) {
  if (context.deployments.empty()) return;
  const Source& first = *context.deployments[0].source;
  const Span span = first.span_of("DeploymentPreference");
  const Make make = context.make(span);
  const std::string_view condition = shared_condition(context, span);
  const Node* tags = merged_tags(context, span);
  const auto share = [&](Draft& draft) {
    draft.attributes.clear();
    if (!condition.empty()) draft.attributes.push_back({"Condition", span, make.text(condition)});
  };
  share(context.emit(first, "ServerlessDeploymentApplication", "AWS::CodeDeploy::Application",
                     make.map({{"ComputePlatform", make.text("Lambda")}, {"Tags", tags}}), span,
                     "DeploymentPreference"));
  const bool needs_role =
      std::any_of(context.deployments.begin(), context.deployments.end(),
                  [](const Deployment& deployment) { return get(deployment.preference, "Role") == nullptr; });
  if (needs_role) {
    share(context.emit(
        first, "CodeDeployServiceRole", "AWS::IAM::Role",
        make.map({{"AssumeRolePolicyDocument", trust(make, "codedeploy.amazonaws.com")},
                  {"ManagedPolicyArns",
                   make.list({managed_policy(context, "service-role/AWSCodeDeployRoleForLambda", span)})},
                  {"Tags", tags}}),
        span, "DeploymentPreference"));
  }
  for (const Deployment& deployment : context.deployments) emit_group(context, deployment);
}

} // namespace slsaudit::dialect::sam
