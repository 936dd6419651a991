// SPDX-License-Identifier: Apache-2.0
// serverless-step-functions: state machines, their roles and what starts them.
#include "dialect/serverless/step_functions.hpp"

#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/plugins.hpp"
#include "dialect/serverless/rest_proxies.hpp"

namespace slsaudit::dialect::serverless {

namespace {

std::string state_machine_id(std::string_view key, const Node* body) {
  if (const auto id = known_text(dig(body, {"id"}))) return std::string(*id);
  if (const auto name = known_text(dig(body, {"name"}))) return naming::resource(*name);
  return naming::resource(key) + "StepFunctionsStateMachine";
}

/// A route of the REST API; `http: POST orders` or a mapping.
void add_route(Service& service, const syntax::Entry& machine, const std::string& machine_id,
               const syntax::Entry& event) {
  const Make at = service.make.at(event.key_span);
  const Node* route = event.value;
  if (const auto text = known_text(route); text && text->find(' ') != std::string_view::npos) {
    const std::size_t blank = text->find(' ');
    route = at.map(
        {{"method", at.text(text->substr(0, blank)), {}}, {"path", at.text(text->substr(blank + 1)), {}}});
  }
  add_rest_proxy(service,
                 {.id = machine.key,
                  .type = "serverless event",
                  .span = event.key_span,
                  .generated = false,
                  .feature = event.key},
                 {.route = route,
                  .uri = "states:action/StartExecution",
                  .uri_end = nullptr,
                  .action = "states:StartExecution",
                  .resource = at.text("*"), // The plugin lets the API start any machine.
                  .role_id = "ApigatewayToStepFunctionsRole",
                  .policy_name = "apigatewaytostepfunctions",
                  .target = at.ref(machine_id)});
}

void lower_events(Service& service, const syntax::Entry& machine, const std::string& machine_id) {
  const Node* events = dig(machine.value, {"events"});
  if (events == nullptr || !events->is_sequence()) return;
  std::size_t schedules = 0;
  std::size_t rules = 0;
  for (const syntax::Entry& item : events->children) {
    if (!item.value->is_mapping() || item.value->children.empty()) continue;
    const syntax::Entry& event = item.value->children.front();
    if (event.key == "schedule" && event.value->kind != syntax::NodeKind::unknown) {
      add_machine_rule(service, machine, machine_id, event, ++schedules);
    } else if ((event.key == "cloudwatchEvent" || event.key == "eventBridge") && event.value->is_mapping()) {
      add_machine_rule(service, machine, machine_id, event, ++rules);
    } else if (event.key == "http") {
      add_route(service, machine, machine_id, event);
    } else {
      service.problem(text::ProblemLevel::note, "partly-understood-plugin",
                      "the `" + std::string(event.key) + "` event of the state machine `" +
                          std::string(machine.key) + "` is not read",
                      event.key_span, "what it adds is not audited");
    }
  }
}

/// The plugin lets `Fn::GetAtt` and `Ref` name functions by their keys; they get their logical ids.
// Recursion follows the nesting of a tree that the resolver has bounded.
const Node* with_logical_ids(const Service& service, const Node* node) {
  if (node->is_scalar()) {
    const bool names = node->tag == "!Ref" || node->tag == "!GetAtt";
    const std::string_view key = node->text.substr(0, node->text.find('.'));
    const Function* function = names ? service.function(key) : nullptr;
    if (function == nullptr) return node;
    Node renamed = *node;
    renamed.text = service.make.keep(function->logical_id + std::string(node->text.substr(key.size())));
    return service.make.builder().arena().make<Node>(renamed);
  }
  std::vector<syntax::Entry> entries(node->children.begin(), node->children.end());
  for (syntax::Entry& entry : entries) {
    const bool first_of_list = node->tag == "!GetAtt" && &entry == &entries.front();
    const Node* named =
        entry.key == "Fn::GetAtt" && entry.value->is_sequence() && !entry.value->children.empty()
            ? entry.value->children.front().value
            : nullptr;
    const Function* function = nullptr;
    if (const auto key = known_text(first_of_list || entry.key == "Ref" ? entry.value : named))
      function = service.function(*key);
    if (function == nullptr) {
      entry.value = with_logical_ids(service, entry.value);
    } else if (named != nullptr) {
      const Make at = service.make.at(entry.value->span);
      entry.value = at.list({at.text(function->logical_id), entry.value->children.back().value});
    } else {
      entry.value = service.make.at(entry.value->span).text(function->logical_id);
    }
  }
  Node copy = *node;
  copy.children = service.make.builder().arena().copy(entries);
  return service.make.builder().arena().make<Node>(copy);
}

/// The role of a machine that has none of the author's.
void add_role(Service& service, const Make& at, const Author& author, std::string id, const Node* machine,
              const Node* definition) {
  Author generated = author;
  generated.generated = true;
  generated.feature = "role";
  const Node* principal = at.map({{"Service", at.sub("states.${AWS::Region}.amazonaws.com"), {}}});
  const Node* trust = at.map({{"Effect", at.text("Allow"), {}},
                              {"Principal", principal, {}},
                              {"Action", at.text("sts:AssumeRole"), {}}});
  const Node* policy_name = at.concat({service.stage, at.text("-"), service.name, at.text("-statemachine")});
  const Node* name = dig(machine, {"name"});
  const Node* statements =
      machine_statements(at, machine, definition, name != nullptr ? name : at.text(author.id));
  const Node* document = at.map({{"Version", at.text("2012-10-17"), {}}, {"Statement", statements, {}}});
  const Node* policy = at.map({{"PolicyName", policy_name, {}}, {"PolicyDocument", document, {}}});
  service.add(std::move(id), "AWS::IAM::Role", generated,
              {{"AssumeRolePolicyDocument", policy_document(at, {trust}), {}},
               {"Policies", at.list({policy}), {}},
               {"PermissionsBoundary", service.from_provider({"rolePermissionsBoundary"}), {}},
               {"Path", service.from_provider({"iam", "role", "path"}), {}}});
}

/// Tags of the provider, unless the machine refuses them, and its own; all of them texts.
const Node* machine_tags(const Service& service, const Node* machine, const Make& at) {
  const bool alone = is_false(dig(machine, {"inheritGlobalTags"}));
  std::vector<const Node*> tags;
  for (const Node* written : {alone ? nullptr : service.from_provider({"tags"}), dig(machine, {"tags"})}) {
    if (written == nullptr) continue;
    if (!written->is_mapping()) return tag_list(at, written);
    for (const syntax::Entry& tag : written->children) {
      const auto text = known_text(tag.value);
      tags.push_back(at.map({{"Key", at.text(tag.key), {}},
                             {"Value", text ? at.at(tag.value->span).text(*text) : tag.value, {}}}));
    }
  }
  return tags.empty() ? nullptr : at.list(tags);
}

void put_out(Service& service, const Make& at, const std::string& id) {
  if (is_set(dig(service.root, {"stepFunctions", "noOutput"}))) return;
  service.outputs.push_back(
      {at.keep(id + "Arn"),
       at.map({{"Description", at.text("Current StateMachine Arn"), {}}, {"Value", at.ref(id), {}}}),
       {}});
}

/// `activities`: a list of their names.
void lower_activities(Service& service) {
  const Node* activities = dig(service.root, {"stepFunctions", "activities"});
  if (activities == nullptr || !activities->is_sequence()) return;
  for (const syntax::Entry& item : activities->children) {
    const auto name = known_text(item.value);
    if (!name) continue;
    const Make at = service.make.at(item.value->span);
    const std::string id = naming::resource(*name) + "StepFunctionsActivity";
    service.add(id, "AWS::StepFunctions::Activity",
                {.id = at.keep(*name), .type = "serverless activity", .span = item.value->span},
                {{"Name", item.value, {}}});
    put_out(service, at, id);
  }
}

void lower_state_machine(Service& service, const syntax::Entry& entry) {
  const Make at = service.make.at(entry.key_span);
  const std::string id = state_machine_id(entry.key, entry.value);
  const Author author{.id = entry.key,
                      .type = "serverless state machine",
                      .span = entry.key_span,
                      .generated = false,
                      .feature = {}};
  const Node* definition = dig(entry.value, {"definition"});
  if (definition != nullptr && definition->is_mapping()) definition = with_logical_ids(service, definition);
  const Node* role = dig(entry.value, {"role"});
  if (role == nullptr) {
    add_role(service, at, author, id + "Role", entry.value, definition);
    role = at.get_att(id + "Role", "Arn");
  } else if (const auto text = known_text(role); text && !text->starts_with("arn:")) {
    role = at.get_att(*text, "Arn");
  }
  const bool is_text = definition != nullptr && definition->is_scalar();
  Properties properties = {{is_text ? "DefinitionString" : "Definition", definition, {}},
                           {"RoleArn", role, {}}};
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
  if (const Node* encryption = dig(entry.value, {"encryptionConfig"})) {
    const Node* key = dig(encryption, {"KmsKeyId"});
    Properties config;
    copy_properties(config, encryption,
                    {{"KmsDataKeyReusePeriodSeconds", "KmsDataKeyReusePeriodSeconds"}, {"Type", "Type"}});
    if (key != nullptr) config.push_back({"KmsKeyId", known_text(key) ? at.sub(key->text) : key, {}});
    properties.push_back({"EncryptionConfiguration", at.at(encryption->span).map(config), {}});
  }
  properties.push_back({"Tags", machine_tags(service, entry.value, at), {}});
  Draft& draft = service.add(id, "AWS::StepFunctions::StateMachine", author, properties);
  if (dig(entry.value, {"role"}) == nullptr) draft.depends_on.push_back(id + "Role");
  if (const Node* more = dig(entry.value, {"dependsOn"})) {
    if (const auto one = known_text(more)) draft.depends_on.emplace_back(*one);
    for (const syntax::Entry& item : more->children) {
      if (const auto one = known_text(item.value)) draft.depends_on.emplace_back(*one);
    }
  }
  if (is_set(dig(entry.value, {"retain"}))) draft.deletion_policy = "Retain";
  put_out(service, at, id);
  lower_events(service, entry, id);
  add_machine_alarms(service, entry, id);
  if (const syntax::Entry* notifications = entry.value->find("notifications")) {
    service.problem(text::ProblemLevel::note, "partly-understood-plugin",
                    "the `notifications` of the state machine `" + std::string(entry.key) + "` are not read",
                    notifications->key_span, "the rules that they add are not audited");
  }
}

} // namespace

void lower_step_functions(Service& service) {
  lower_activities(service);
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

} // namespace slsaudit::dialect::serverless
