// SPDX-License-Identifier: Apache-2.0
// Events that a clock, an event bus or a log sends.
#include "dialect/serverless/events.hpp"
#include "dialect/serverless/naming.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

const Node* state(const Make& at, const Node* body) {
  const Node* enabled = dig(body, {"enabled"});
  if (enabled != nullptr && enabled->kind == syntax::NodeKind::unknown) return enabled;
  return at.text(is_false(enabled) ? "DISABLED" : "ENABLED");
}

/// A mapping as JSON text; a text as it is.
const Node* input_text(const Make& at, const Node* input) {
  if (input == nullptr || !input->is_mapping() || is_intrinsic(input)) return input;
  const Make here = at.at(input->span);
  const auto json = json_text(input);
  return json ? here.text(*json) : here.unknown("a part of the input isn't known");
}

const Node* input_transformer(const Make& at, const Node* body) {
  const Node* written = dig(body, {"inputTransformer"});
  if (written == nullptr) return nullptr;
  Properties properties;
  copy_properties(properties, written,
                  {{"inputTemplate", "InputTemplate"}, {"inputPathsMap", "InputPathsMap"}});
  return at.at(written->span).map(properties);
}

std::vector<const Node*> expressions_of(Service& service, const Use& use) {
  const Node* rate = short_or(use.event->body, "rate");
  if (rate == nullptr) {
    service.problem(text::ProblemLevel::error, "schedule-without-rate", "the `schedule` event says no `rate`",
                    use.event->span, "give a `rate(…)` or `cron(…)`");
    return {};
  }
  if (!rate->is_sequence()) return {rate};
  std::vector<const Node*> expressions;
  for (const syntax::Entry& item : rate->children) expressions.push_back(item.value);
  return expressions;
}

void add_scheduler(Service& service, const Use& use, const Node* expression, std::size_t number) {
  const Function& function = *use.function;
  const Node* body = use.event->body;
  const Make at = service.make.at(use.event->span);
  const Node* role = dig(body, {"roleArn"});
  if (role == nullptr) role = function.role != nullptr ? function.role : at.get_att(function.role_id, "Arn");
  const Node* target = at.map({{"Arn", service.target(at, function), {}},
                               {"RoleArn", role, {}},
                               {"Input", input_text(at, dig(body, {"input"})), {}}});
  Draft& draft = service.add(function.normalized + "SchedulerSchedule" + std::to_string(number),
                             "AWS::Scheduler::Schedule", author_of(function, *use.event),
                             {{"ScheduleExpression", expression, {}},
                              {"State", state(at, body), {}},
                              {"Target", target, {}},
                              {"FlexibleTimeWindow", at.map({{"Mode", at.text("OFF"), {}}}), {}},
                              {"Name", dig(body, {"name"}), {}},
                              {"Description", dig(body, {"description"}), {}},
                              {"ScheduleExpressionTimezone", dig(body, {"timezone"}), {}}});
  depend_on_alias(draft, function);
  const bool granted = std::any_of(service.grants.begin(), service.grants.end(), [&](const Grant& grant) {
    return grant.function == &function && grant.group == "scheduler";
  });
  if (granted) return;
  const auto arn = [&](std::string_view end) {
    return at.sub({at.text("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"),
                   function.name, at.text(end)});
  };
  service.grant(function, "scheduler", {"lambda:InvokeFunction"}, arn(""));
  service.grant(function, "scheduler", {"lambda:InvokeFunction"}, arn(":*"));
}

void add_schedule_rule(Service& service, const Use& use, const Node* expression, std::size_t number) {
  const Function& function = *use.function;
  const Node* body = use.event->body;
  const Make at = service.make.at(use.event->span);
  const Node* target = at.map({{"Input", input_text(at, dig(body, {"input"})), {}},
                               {"InputPath", dig(body, {"inputPath"}), {}},
                               {"InputTransformer", input_transformer(at, body), {}},
                               {"Arn", service.target(at, function), {}},
                               {"Id", at.text(std::string(function.key) + "Schedule"), {}}});
  const std::string id = function.normalized + "EventsRuleSchedule" + std::to_string(number);
  depend_on_alias(service.add(id, "AWS::Events::Rule", author_of(function, *use.event),
                              {{"ScheduleExpression", expression, {}},
                               {"State", state(at, body), {}},
                               {"Name", dig(body, {"name"}), {}},
                               {"Description", dig(body, {"description"}), {}},
                               {"Targets", at.list({target}), {}}}),
                  function);
  add_permission(service, function, *use.event,
                 function.normalized + "LambdaPermissionEventsRuleSchedule" + std::to_string(number),
                 "events.amazonaws.com", at.get_att(id, "Arn"));
}

/// Name of a bus: of an ARN its part behind the slash. Null for the default bus.
const Node* bus_name(const Make& at, const Node* written) {
  const auto text = known_text(written);
  if (text == "default") return nullptr;
  if (text && text->starts_with("arn")) return at.at(written->span).text(text->substr(text->find('/') + 1));
  return written;
}

/// ARN of a rule from its names, where an attribute of it would make a cycle.
const Node* rule_arn(const Make& at, const Node* bus, const Node* rule) {
  std::vector<const Node*> path = {at.text("rule")};
  if (bus != nullptr) path.push_back(bus);
  path.push_back(rule);
  return at.join(":", {at.text("arn"), at.ref("AWS::Partition"), at.text("events"), at.ref("AWS::Region"),
                       at.ref("AWS::AccountId"), at.join("/", path)});
}

const Node* short_name(const Make& at, const Node* name, std::string_view suffix) {
  const auto text = known_text(name);
  return text ? at.text(naming::shortened(std::string(*text), suffix)) : name;
}

void add_bus_rule(Service& service, const Use& use) {
  const Function& function = *use.function;
  const Node* body = use.event->body;
  const Make at = service.make.at(use.event->span);
  const std::string number = std::to_string(use.position);
  const Node* stub = at.concat({function.name, at.text("-rule-" + number)});
  const Node* name = dig(body, {"name"});
  if (name == nullptr) name = short_name(at, stub, "rule-" + number);
  const Node* written_bus = dig(body, {"eventBus"});
  const Node* bus = bus_name(at, written_bus);
  const auto bus_text = known_text(written_bus);
  const std::string bus_id = bus_text ? naming::resource(*bus_text) + "EventBridgeEventBus" : "";
  const bool makes_bus = bus_text && *bus_text != "default" && !bus_text->starts_with("arn");
  if (makes_bus) {
    Author author = declared_by(*use.event, at.keep(bus_id));
    author.span = written_bus->span;
    service.add(bus_id, "AWS::Events::EventBus", author, {{"Name", written_bus, {}}});
  }
  Properties retry;
  copy_properties(
      retry, dig(body, {"retryPolicy"}),
      {{"maximumEventAge", "MaximumEventAgeInSeconds"}, {"maximumRetryAttempts", "MaximumRetryAttempts"}});
  const Node* queue = dig(body, {"deadLetterQueueArn"});
  const Node* target =
      at.map({{"Arn", service.target(at, function), {}},
              {"Id", short_name(at, at.concat({name, at.text("-target")}), "target"), {}},
              {"Input", input_text(at, dig(body, {"input"})), {}},
              {"InputPath", dig(body, {"inputPath"}), {}},
              {"InputTransformer", input_transformer(at, body), {}},
              {"RetryPolicy", retry.empty() ? nullptr : at.map(retry), {}},
              {"DeadLetterConfig", queue == nullptr ? nullptr : at.map({{"Arn", queue, {}}}), {}}});
  const std::string id = naming::alphanumeric(known_text(stub).value_or(function.key)) + "EventBridgeRule";
  Draft& draft = service.add(id, "AWS::Events::Rule", author_of(function, *use.event),
                             {{"Description", dig(body, {"description"}), {}},
                              {"EventBusName", bus, {}},
                              {"EventPattern", dig(body, {"pattern"}), {}},
                              {"Name", name, {}},
                              {"ScheduleExpression", dig(body, {"schedule"}), {}},
                              {"State", state(at, body), {}},
                              {"Targets", at.list({target}), {}}});
  if (makes_bus)
    draft.depends_on = {bus_id};
  else
    depend_on_alias(draft, function);
  add_permission(service, function, *use.event, function.normalized + "EventBridgeLambdaPermission" + number,
                 "events.amazonaws.com", rule_arn(at, bus, name));
}

} // namespace

void lower_schedule(Service& service, const Uses& uses) {
  const Function* function = nullptr;
  std::size_t number = 0;
  for (const Use& use : uses) {
    if (use.function != function) number = 0;
    function = use.function;
    const bool scheduler = known_text(dig(use.event->body, {"method"})) == "scheduler";
    for (const Node* expression : expressions_of(service, use)) {
      ++number;
      if (scheduler)
        add_scheduler(service, use, expression, number);
      else
        add_schedule_rule(service, use, expression, number);
    }
  }
}

void lower_event_bridge(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    if (use.event->body->is_mapping())
      add_bus_rule(service, use);
    else
      service.wrong_shape("eventBridge", *use.event->body, "a mapping with `pattern` or `schedule`");
  }
}

void lower_cloudwatch_event(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Function& function = *use.function;
    const Node* body = use.event->body;
    const Make at = service.make.at(use.event->span);
    const std::string number = std::to_string(use.ordinal);
    const Node* target = at.map({{"Input", input_text(at, dig(body, {"input"})), {}},
                                 {"InputPath", dig(body, {"inputPath"}), {}},
                                 {"InputTransformer", input_transformer(at, body), {}},
                                 {"Arn", service.target(at, function), {}},
                                 {"Id", at.text(std::string(function.key) + "CloudWatchEvent"), {}}});
    const std::string id = function.normalized + "EventsRuleCloudWatchEvent" + number;
    depend_on_alias(service.add(id, "AWS::Events::Rule", author_of(function, *use.event),
                                {{"EventPattern", dig(body, {"event"}), {}},
                                 {"State", state(at, body), {}},
                                 {"Description", dig(body, {"description"}), {}},
                                 {"Name", dig(body, {"name"}), {}},
                                 {"Targets", at.list({target}), {}}}),
                    function);
    add_permission(service, function, *use.event,
                   function.normalized + "LambdaPermissionEventsRuleCloudWatchEvent" + number,
                   "events.amazonaws.com", at.get_att(id, "Arn"));
  }
}

void lower_cloudwatch_log(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Function& function = *use.function;
    const Make at = service.make.at(use.event->span);
    const Node* group = short_or(use.event->body, "logGroup");
    const Node* filter = dig(use.event->body, {"filter"});
    const std::string permission =
        function.normalized + "LambdaPermissionLogsSubscriptionFilterCloudWatchLog";
    Draft& draft =
        service.add(function.normalized + "LogsSubscriptionFilterCloudWatchLog" + std::to_string(use.ordinal),
                    "AWS::Logs::SubscriptionFilter", author_of(function, *use.event),
                    {{"LogGroupName", group, {}},
                     {"FilterPattern", filter != nullptr ? filter : at.text(""), {}},
                     {"DestinationArn", service.target(at, function), {}}});
    draft.depends_on = {permission};
    depend_on_alias(draft, function);
    const Node* source =
        at.arn({at.text(":logs:"), at.ref("AWS::Region"), at.text(":"), at.ref("AWS::AccountId"),
                at.text(":log-group:"), use.ordinal > 1 ? at.text("*") : group, at.text(":*")});
    Draft& allowed = add_permission(service, function, *use.event, permission, "logs.amazonaws.com", source);
    allowed.set("Principal",
                at.join("", {at.text("logs."), at.ref("AWS::Region"), at.text(".amazonaws.com")}));
  }
}

} // namespace slsaudit::dialect::serverless
