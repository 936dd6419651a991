// SPDX-License-Identifier: Apache-2.0
// What starts state machines of serverless-step-functions by a clock or a bus, and what watches them.
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/step_functions.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

struct Starter {
  Service& service;
  const syntax::Entry& machine;
  const std::string& machine_id;
  Make at;
  Author author;
  bool clock = false;
  bool scheduler = false;
};

/// The role by which a rule or schedule starts the machine.
const Node* starter_role(const Starter& starter) {
  const Make& at = starter.at;
  const std::string id =
      naming::resource(starter.machine.key) + (starter.clock ? "Schedule" : "Event") + "ToStepFunctionsRole";
  Author generated = starter.author;
  generated.generated = true;
  generated.feature = "events";
  const Service& service = starter.service;
  const Node* name =
      at.concat({service.stage, at.text("-"), service.region, at.text("-"), service.name,
                 at.text("-" + std::string(starter.machine.key) + (starter.clock ? "-schedule" : "-event"))});
  const Node* allowed = at.map({{"Effect", at.text("Allow"), {}},
                                {"Action", at.texts({"states:StartExecution"}), {}},
                                {"Resource", at.ref(starter.machine_id), {}}});
  const Node* policy =
      at.map({{"PolicyName", name, {}}, {"PolicyDocument", policy_document(at, {allowed}), {}}});
  const Node* boundary = service.from_provider({"rolePermissionsBoundary"});
  starter.service.add(id, "AWS::IAM::Role", generated,
                      {{"AssumeRolePolicyDocument",
                        trust_in(at, starter.scheduler ? "scheduler.amazonaws.com" : "events.amazonaws.com"),
                        {}},
                       {"Policies", at.list({policy}), {}},
                       {"PermissionsBoundary", starter.clock ? boundary : nullptr, {}},
                       {"Path", service.from_provider({"iam", "role", "path"}), {}}});
  return at.get_att(id, "Arn");
}

/// A text as it is, anything else as its JSON.
const Node* input_text(const Make& at, const Node* written) {
  if (written == nullptr || written->is_scalar() || written->kind == syntax::NodeKind::unknown)
    return written;
  const auto json = json_text(written);
  return json ? at.at(written->span).text(*json) : at.unknown("a part of the input isn't known");
}

const Node* retry_policy(const Make& at, const Node* written) {
  if (written == nullptr) return nullptr;
  Properties policy;
  copy_properties(policy, written,
                  {{"maximumEventAgeInSeconds", "MaximumEventAgeInSeconds"},
                   {"maximumRetryAttempts", "MaximumRetryAttempts"}});
  return at.at(written->span).map(policy);
}

const Node* rule_target(const Starter& starter, const Node* body, const Node* role) {
  const Make& at = starter.at;
  const Node* transformer = dig(body, {"inputTransformer"});
  const Node* dead_letter = starter.clock ? nullptr : dig(body, {"deadLetterConfig"});
  return at.map(
      {{"Input", input_text(at, dig(body, {"input"})), {}},
       {"InputPath", dig(body, {"inputPath"}), {}},
       {"InputTransformer",
        transformer == nullptr ? nullptr
                               : at.map({{"InputPathsMap", dig(transformer, {"inputPathsMap"}), {}},
                                         {"InputTemplate", dig(transformer, {"inputTemplate"}), {}}}),
        {}},
       {"Arn", at.ref(starter.machine_id), {}},
       {"Id",
        at.text(std::string(starter.machine.key) +
                (starter.clock ? "StepFunctionsSchedule" : "CloudWatchEvent")),
        {}},
       {"DeadLetterConfig", dead_letter == nullptr ? nullptr : at.map({{"Arn", dead_letter, {}}}), {}},
       {"RetryPolicy", retry_policy(at, dig(body, {"retryPolicy"})), {}},
       {"RoleArn", role, {}}});
}

void add_schedule(const Starter& starter, const Node* body, const Node* role, const Node* state,
                  std::size_t number) {
  const Make& at = starter.at;
  const Node* target = at.map({{"Arn", at.ref(starter.machine_id), {}},
                               {"RoleArn", role, {}},
                               {"Input", input_text(at, dig(body, {"input"})), {}}});
  starter.service.add(naming::resource(starter.machine.key) + "StepFunctionsSchedulerSchedule" +
                          std::to_string(number),
                      "AWS::Scheduler::Schedule", starter.author,
                      {{"ScheduleExpression", dig(body, {"rate"}), {}},
                       {"State", state, {}},
                       {"ScheduleExpressionTimezone", dig(body, {"timezone"}), {}},
                       {"Name", dig(body, {"name"}), {}},
                       {"Description", dig(body, {"description"}), {}},
                       {"Target", target, {}},
                       {"FlexibleTimeWindow", at.map({{"Mode", at.text("OFF"), {}}}), {}}});
}

struct Metric {
  std::string_view key;
  std::string_view name;
  std::string_view says;
};
constexpr auto metrics = std::to_array<Metric>({
    {"executionsTimedOut", "ExecutionsTimedOut", "executions timed out"},
    {"executionsFailed", "ExecutionsFailed", "executions failed"},
    {"executionsAborted", "ExecutionsAborted", "executions were aborted"},
    {"executionThrottled", "ExecutionThrottled", "execution were throttled"},
    {"executionsSucceeded", "ExecutionsSucceeded", "executions succeeded"},
});

void add_alarm(Service& service, const syntax::Entry& machine, const std::string& machine_id,
               const Node* alarms, const Node* written) {
  const bool settings = written->is_mapping();
  const auto key = known_text(settings ? dig(written, {"metric"}) : written);
  const auto* metric =
      std::find_if(metrics.begin(), metrics.end(), [&](const Metric& row) { return key == row.key; });
  if (metric == metrics.end()) return;
  const Make at = service.make.at(written->span);
  const auto setting = [&](std::string_view name, const Node* fallback) {
    const Node* own = settings ? dig(written, {name}) : nullptr;
    if (own == nullptr) own = dig(alarms, {name});
    return own != nullptr ? own : fallback;
  };
  const auto topic = [&](std::string_view kind) { return at.list({dig(alarms, {"topics", kind})}); };
  const Node* dimension =
      at.map({{"Name", at.text("StateMachineArn"), {}}, {"Value", at.ref(machine_id), {}}});
  const Node* name = settings ? dig(written, {"alarmName"}) : nullptr;
  if (name == nullptr && dig(alarms, {"nameTemplate"}) != nullptr)
    name = at.unknown("the plugin makes the name of a template");
  const Node* named = dig(machine.value, {"name"});
  const auto own_id = known_text(settings ? dig(written, {"logicalId"}) : nullptr);
  service.add(
      own_id ? std::string(*own_id) : machine_id + std::string(metric->name) + "Alarm",
      "AWS::CloudWatch::Alarm",
      {.id = machine.key, .type = "serverless state machine", .span = written->span, .feature = "alarms"},
      {{"Namespace", at.text("AWS/States"), {}},
       {"MetricName", at.text(metric->name), {}},
       {"AlarmDescription",
        at.concat({named != nullptr ? named : at.text(machine.key), at.text("["), service.stage,
                   at.text("]["), service.region, at.text("]: " + std::string(metric->says))}),
        {}},
       {"Threshold", at.number(1), {}},
       {"Period", setting("period", at.number(60)), {}},
       {"EvaluationPeriods", at.number(1), {}},
       {"ComparisonOperator", at.text("GreaterThanOrEqualToThreshold"), {}},
       {"Statistic", at.text("Sum"), {}},
       {"OKActions", topic("ok"), {}},
       {"AlarmActions", topic("alarm"), {}},
       {"InsufficientDataActions", topic("insufficientData"), {}},
       {"TreatMissingData", setting("treatMissingData", at.text("missing")), {}},
       {"Dimensions", at.list({dimension}), {}},
       {"AlarmName", name, {}}});
}

} // namespace

void add_machine_rule(Service& service, const syntax::Entry& machine, const std::string& machine_id,
                      const syntax::Entry& event, std::size_t number) {
  const Node* body = event.value;
  const bool settings = body->is_mapping() && !is_intrinsic(body);
  const bool clock = event.key == "schedule";
  const Starter starter{.service = service,
                        .machine = machine,
                        .machine_id = machine_id,
                        .at = service.make.at(event.key_span),
                        .author = {.id = machine.key,
                                   .type = "serverless event",
                                   .span = event.key_span,
                                   .generated = false,
                                   .feature = event.key},
                        .clock = clock,
                        .scheduler = clock && known_text(dig(body, {"method"})) == "scheduler"};
  const Make& at = starter.at;
  const Node* role = dig(body, {clock ? "role" : "iamRole"});
  if (role == nullptr) role = starter_role(starter);
  const Node* state = at.text(is_false(dig(body, {"enabled"})) ? "DISABLED" : "ENABLED");
  if (starter.scheduler) {
    add_schedule(starter, body, role, state, number);
    return;
  }
  const Node* pattern = dig(body, {"event"});
  if (pattern == nullptr) pattern = dig(body, {"pattern"});
  service.add(naming::resource(machine.key) +
                  (clock ? "StepFunctionsEventsRuleSchedule" : "EventsRuleCloudWatchEvent") +
                  std::to_string(number),
              "AWS::Events::Rule", starter.author,
              {{"ScheduleExpression",
                !clock     ? nullptr
                : settings ? dig(body, {"rate"})
                           : body,
                {}},
               {"EventPattern", clock ? nullptr : pattern, {}},
               {"EventBusName", clock ? nullptr : dig(body, {"eventBusName"}), {}},
               {"State", state, {}},
               {"Name", dig(body, {"name"}), {}},
               {"Description", dig(body, {"description"}), {}},
               {"Targets", at.list({rule_target(starter, body, role)}), {}}});
}

void add_machine_alarms(Service& service, const syntax::Entry& machine, const std::string& machine_id) {
  const Node* alarms = dig(machine.value, {"alarms"});
  const Node* wanted = dig(alarms, {"metrics"});
  if (wanted == nullptr || !wanted->is_sequence()) return;
  for (const syntax::Entry& item : wanted->children)
    add_alarm(service, machine, machine_id, alarms, item.value);
}

} // namespace slsaudit::dialect::serverless
