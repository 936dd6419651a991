// SPDX-License-Identifier: Apache-2.0
// What plugins add to a service. Of those that aren't known to leave resources alone, a note says what isn't read.
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/service.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

/// Local tools, bundlers, and plugins whose effect is read.
constexpr std::array harmless = std::to_array<std::string_view>({
    "serverless-iam-roles-per-function",
    "serverless-step-functions",
    "serverless-plugin-tracing",
    "serverless-offline",
    "serverless-offline-sqs",
    "serverless-offline-sns",
    "serverless-offline-dynamodb",
    "serverless-offline-scheduler",
    "serverless-offline-ssm",
    "serverless-offline-watcher",
    "serverless-dynamodb-local",
    "serverless-dynamodb",
    "serverless-s3-local",
    "serverless-localstack",
    "serverless-esbuild",
    "serverless-webpack",
    "serverless-bundle",
    "serverless-plugin-typescript",
    "serverless-typescript",
    "serverless-plugin-optimize",
    "serverless-jetpack",
    "serverless-python-requirements",
    "serverless-package-python-functions",
    "serverless-rust",
    "serverless-go-plugin",
    "serverless-ruby-layer",
    "serverless-wsgi",
    "serverless-prune-plugin",
    "serverless-dotenv-plugin",
    "serverless-better-credentials",
    "serverless-plugin-scripts",
    "serverless-hooks-plugin",
    "serverless-scriptable-plugin",
    "serverless-plugin-include-dependencies",
    "serverless-plugin-common-excludes",
    "serverless-export-env",
    "serverless-jest-plugin",
    "serverless-mocha-plugin",
    "serverless-cloudformation-sub-variables",
});

void note_plugins(Service& service) {
  const Node* plugins = service.root->get("plugins");
  if (plugins != nullptr && plugins->is_mapping()) plugins = plugins->get("modules");
  if (plugins == nullptr || syntax::is_null(*plugins)) return;
  if (!plugins->is_sequence()) {
    service.wrong_shape("plugins", *plugins, "a list");
    return;
  }
  for (const syntax::Entry& item : plugins->children) {
    const auto name = known_text(item.value);
    if (!name || std::find(harmless.begin(), harmless.end(), *name) != harmless.end()) continue;
    service.problem(text::ProblemLevel::note, "unknown-plugin", "the plugin `" + std::string(*name) + "` may add resources",
                    item.value->span, "what it adds is not audited");
  }
}

std::string state_machine_id(std::string_view key, const Node* body) {
  if (const auto id = known_text(dig(body, {"id"}))) return std::string(*id);
  if (const auto name = known_text(dig(body, {"name"}))) return naming::resource(*name);
  return naming::resource(key) + "StepFunctionsStateMachine";
}

void lower_state_machine(Service& service, const syntax::Entry& entry) {
  const Make at = service.make.at(entry.key_span);
  const std::string id = state_machine_id(entry.key, entry.value);
  const Author author{
      .id = entry.key, .type = "serverless state machine", .span = entry.key_span, .generated = false, .feature = {}};
  const Node* role = dig(entry.value, {"role"});
  if (role == nullptr) {
    Author generated = author;
    generated.generated = true;
    generated.feature = "role";
    const Node* principal = at.map({{"Service", at.sub("states.${AWS::Region}.amazonaws.com"), {}}});
    const Node* trust = at.map({{"Effect", at.text("Allow"), {}}, {"Principal", principal, {}}, {"Action", at.text("sts:AssumeRole"), {}}});
    service.add(id + "Role", "AWS::IAM::Role", generated,
                {{"AssumeRolePolicyDocument",
                  at.map({{"Version", at.text("2012-10-17"), {}}, {"Statement", at.list({trust}), {}}}), {}},
                 {"Policies", at.unknown("the plugin derives the permissions from the definition"), {}}});
    role = at.get_att(id + "Role", "Arn");
  } else if (const auto text = known_text(role); text && !text->starts_with("arn:")) {
    role = at.get_att(*text, "Arn");
  }
  const Node* definition = dig(entry.value, {"definition"});
  const bool is_text = definition != nullptr && definition->is_scalar();
  Properties properties = {{is_text ? "DefinitionString" : "Definition", definition, {}}, {"RoleArn", role, {}}};
  copy_properties(properties, entry.value, {{"name", "StateMachineName"}, {"type", "StateMachineType"}});
  if (const Node* logging = dig(entry.value, {"loggingConfig"})) {
    Properties config;
    copy_properties(config, logging, {{"level", "Level"}, {"includeExecutionData", "IncludeExecutionData"}});
    if (const Node* groups = dig(logging, {"destinations"}); groups != nullptr && groups->is_sequence()) {
      std::vector<const Node*> destinations;
      for (const syntax::Entry& item : groups->children) {
        const Node* group = at.map({{"LogGroupArn", item.value, {}}});
        destinations.push_back(at.map({{"CloudWatchLogsLogGroup", group, {}}}));
      }
      config.push_back({"Destinations", at.list(destinations), {}});
    }
    properties.push_back({"LoggingConfiguration", at.at(logging->span).map(config), {}});
  }
  if (const Node* tracing = dig(entry.value, {"tracingConfig"})) {
    Properties config;
    copy_properties(config, tracing, {{"enabled", "Enabled"}});
    properties.push_back({"TracingConfiguration", at.at(tracing->span).map(config), {}});
  }
  properties.push_back({"Tags", tag_list(at, merge_shallow(at, service.from_provider({"tags"}), dig(entry.value, {"tags"}))), {}});
  service.add(id, "AWS::StepFunctions::StateMachine", author, properties);
  if (const Node* events = dig(entry.value, {"events"}); events != nullptr && !events->children.empty()) {
    service.problem(text::ProblemLevel::note, "partly-understood-plugin",
                    "the events of the state machine `" + std::string(entry.key) + "` are not read", events->span,
                    "what they add is not audited");
  }
}

void lower_step_functions(Service& service) {
  if (!service.has_plugin("serverless-step-functions")) return;
  const Node* machines = dig(service.root, {"stepFunctions", "stateMachines"});
  if (machines == nullptr) return;
  if (!machines->is_mapping()) {
    service.wrong_shape("stepFunctions.stateMachines", *machines, "a mapping of state machines");
    return;
  }
  for (const syntax::Entry& entry : machines->children) {
    if (entry.value->is_mapping()) lower_state_machine(service, entry);
  }
}

/// serverless-plugin-tracing: `traceLambda` of provider or function.
void lower_tracing(Service& service) {
  if (!service.has_plugin("serverless-plugin-tracing")) return;
  for (const Function& function : service.functions) {
    const Node* wanted = dig(function.body, {"traceLambda"});
    if (wanted == nullptr) wanted = service.from_provider({"traceLambda"});
    if (wanted == nullptr || is_false(wanted)) continue;
    const Make at = service.make.at(wanted->span);
    Draft* draft = service.find(function.logical_id);
    const Node* mode = is_true(wanted) ? at.text("Active") : wanted;
    draft->set("TracingConfig", at.map({{"Mode", mode, {}}}));
    service.grant(function, "tracing", {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, nullptr);
  }
}

} // namespace

void lower_plugins(Service& service) {
  note_plugins(service);
  lower_step_functions(service);
  lower_tracing(service);
}

} // namespace slsaudit::dialect::serverless
