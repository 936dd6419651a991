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

/// The role by which a rule starts the machine.
const Node* starter_role(Service& service, const Make& at, const Author& author, const std::string& role_id,
                         const std::string& machine) {
  if (service.find(role_id) == nullptr) {
    Author generated = author;
    generated.generated = true;
    generated.feature = "events";
    const Node* allowed = at.map({{"Effect", at.text("Allow"), {}},
                                  {"Action", at.list({at.text("states:StartExecution")}), {}},
                                  {"Resource", at.ref(machine), {}}});
    const Node* policy = at.map(
        {{"PolicyName", at.text("start"), {}}, {"PolicyDocument", policy_document(at, {allowed}), {}}});
    service.add(role_id, "AWS::IAM::Role", generated,
                {{"AssumeRolePolicyDocument", trust_in(at, "events.amazonaws.com"), {}},
                 {"Policies", at.list({policy}), {}}});
  }
  return at.get_att(role_id, "Arn");
}

/// A rule of a clock (`what` is its expression) or of a bus (its pattern).
void add_rule(Service& service, const syntax::Entry& machine, const std::string& machine_id,
              const syntax::Entry& event, std::size_t number) {
  const Make at = service.make.at(event.key_span);
  const bool clock = event.key == "schedule";
  const Node* body = event.value;
  const std::string prefix = naming::resource(machine.key) + (clock ? "Schedule" : "Event");
  const Author author{.id = machine.key,
                      .type = "serverless event",
                      .span = event.key_span,
                      .generated = false,
                      .feature = event.key};
  const Node* role = dig(body, {"role"});
  if (role == nullptr) role = starter_role(service, at, author, prefix + "ToStepFunctionsRole", machine_id);
  const Node* pattern = dig(body, {"event"});
  if (pattern == nullptr && !clock) pattern = dig(body, {"pattern"});
  const Node* target = at.map({{"Arn", at.ref(machine_id), {}},
                               {"Id", at.text(std::string(machine.key) + "Target"), {}},
                               {"RoleArn", role, {}},
                               {"InputPath", dig(body, {"inputPath"}), {}}});
  const Node* enabled = dig(body, {"enabled"});
  const std::string id = naming::resource(machine.key) +
                         (clock ? "StepFunctionsEventsRuleSchedule" : "EventsRuleCloudWatchEvent") +
                         std::to_string(number);
  service.add(
      id, "AWS::Events::Rule", author,
      {{"ScheduleExpression", clock ? (body->is_mapping() ? dig(body, {"rate"}) : body) : nullptr, {}},
       {"EventPattern", clock ? nullptr : pattern, {}},
       {"EventBusName", clock ? nullptr : dig(body, {"eventBusName"}), {}},
       {"State", at.text(is_false(enabled) ? "DISABLED" : "ENABLED"), {}},
       {"Name", dig(body, {"name"}), {}},
       {"Description", dig(body, {"description"}), {}},
       {"Targets", at.list({target}), {}}});
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
                  .resource = at.ref(machine_id),
                  .role_id = "ApigatewayToStepFunctionsRole",
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
      add_rule(service, machine, machine_id, event, ++schedules);
    } else if ((event.key == "cloudwatchEvent" || event.key == "eventBridge") && event.value->is_mapping()) {
      add_rule(service, machine, machine_id, event, ++rules);
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
  const Node* dash = at.text("-");
  const Node* policy_name =
      at.concat({service.stage, dash, service.region, dash, service.name, at.text("-statemachine")});
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
  properties.push_back(
      {"Tags",
       tag_list(at, merge_shallow(at, service.from_provider({"tags"}), dig(entry.value, {"tags"}))),
       {}});
  service.add(id, "AWS::StepFunctions::StateMachine", author, properties);
  lower_events(service, entry, id);
}

} // namespace

void lower_step_functions(Service& service) {
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
