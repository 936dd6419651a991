// SPDX-License-Identifier: Apache-2.0
// Events that EventBridge delivers: rules on a schedule or a pattern, and schedules of the scheduler.
#include "dialect/sam/events.hpp"
#include "text/encoding.hpp"

namespace slsaudit::dialect::sam {

namespace {

constexpr std::string_view service = "events.amazonaws.com";

/// The dead-letter queue's ARN; makes the queue (and its policy, for rules) where the author gives only a
/// type.
const Node* dead_letter_arn(const Event& event, const Node* rule_arn) {
  const Node* config = event.context.expect_map(event.get("DeadLetterConfig"), "DeadLetterConfig");
  if (config == nullptr) return nullptr;
  if (const Node* arn = get(config, "Arn")) return arn;
  const Make make = event.make();
  const std::string_view named = text_of(get(config, "QueueLogicalId"));
  const std::string id = named.empty() ? std::string(event.id) + "Queue" : std::string(named);
  event.context.emit(event.source, id, "AWS::SQS::Queue", nullptr,
                     key_span(event.properties, "DeadLetterConfig", event.span), "DeadLetterConfig");
  const Node* arn = make.get_att(id, "Arn");
  if (rule_arn == nullptr) return arn;
  event.emit(
      "QueuePolicy", "AWS::SQS::QueuePolicy",
      make.json(R"({"PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Action": "sqs:SendMessage",
    "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Resource": "$queue",
    "Condition": {"ArnEquals": {"aws:SourceArn": "$rule"}}}]}, "Queues": [{"Ref": "$id"}]})",
                {{"queue", arn}, {"rule", rule_arn}, {"id", make.text(id)}}));
  return arn;
}

/// The id of a rule's target: at most 64 characters, as EventBridge demands.
std::string target_id(const Event& event) {
  const std::string_view given = text_of(get(event.get("Target"), "Id"));
  if (!given.empty()) return std::string(given);
  const std::string_view suffix = event.target.is_state_machine ? "StepFunctionsTarget" : "LambdaTarget";
  constexpr std::size_t longest = 64;
  if (event.id.size() + suffix.size() <= longest) return std::string(event.id) + std::string(suffix);
  return std::string(text::beginning(event.id, longest - suffix.size())) + std::string(suffix);
}

const Node* state_of(const Event& event) {
  const Node* enabled = event.get("Enabled");
  if (enabled == nullptr) return event.get("State");
  const Make make(event.context.arena, enabled->span);
  if (is_intrinsic(enabled)) return make.text("ENABLED");
  return make.text(truthy(enabled) ? "ENABLED" : "DISABLED");
}

/// The role by which EventBridge or API Gateway starts a state machine.
const Node* starter_role(const Event& event) {
  const Make make = event.make();
  const std::string id = std::string(event.id) + "Role";
  Map role(event.context.arena);
  role.set("AssumeRolePolicyDocument", trust(make, service));
  role.set("Policies", make.list({grant(make, id + "StartExecutionPolicy", "states:StartExecution",
                                        event.target.arn(make))}));
  role.copy(event.source.properties, "PermissionsBoundary");
  event.emit("Role", "AWS::IAM::Role", role.node(event.span));
  return make.get_att(id, "Arn");
}

void emit_rule(const Event& event, Map& rule) {
  const Make make = event.make();
  rule.set("State", state_of(event));
  const Node* rule_arn = make.get_att(event.id, "Arn");
  Map target(event.context.arena);
  target.set("Arn", event.target.arn(make));
  target.set("Id", make.text(target_id(event)));
  Draft& draft = event.emit("", "AWS::Events::Rule", make.map({}));
  if (event.target.is_state_machine) {
    const Node* given = event.type == "Schedule" ? event.get("RoleArn") : nullptr;
    target.set("RoleArn", given != nullptr ? given : starter_role(event));
  }
  target.copy(event.properties, "Input").copy(event.properties, "InputPath");
  if (const Node* arn = dead_letter_arn(event, rule_arn))
    target.set("DeadLetterConfig", make.map({{"Arn", arn}}));
  target.copy(event.properties, "RetryPolicy").copy(event.properties, "InputTransformer");
  rule.set("Targets", make.list({target.node(event.span)}));
  draft.properties = &event.context.forest.plant(rule.node(event.span));
  if (!event.target.is_state_machine) emit_permission(event, {.principal = service, .source_arn = rule_arn});
}

const Node* scheduler_role(const Event& event, const Node* queue) {
  const Make make = event.make();
  const std::string id(event.id);
  const Node* start =
      event.target.is_state_machine
          ? grant(make, id + "StartExecutionPolicy", "states:StartExecution", event.target.arn(make))
          : grant(make, id + "LambdaPolicy", "lambda:InvokeFunction", event.target.arn(make));
  Map role(event.context.arena);
  role.set("AssumeRolePolicyDocument", trust(make, "scheduler.amazonaws.com"));
  role.set("Policies", make.list({start, grant_destination(make, "SQS", id, queue)}));
  role.copy(event.properties, "PermissionsBoundary");
  event.emit("Role", "AWS::IAM::Role", role.node(event.span));
  return make.get_att(id + "Role", "Arn");
}

} // namespace

void lower_schedule(const Event& event) {
  Map rule(event.context.arena);
  rule.set("ScheduleExpression", event.require("Schedule"));
  rule.copy(event.properties, "Name").copy(event.properties, "Description");
  emit_rule(event, rule);
}

void lower_event_rule(const Event& event) {
  Map rule(event.context.arena);
  rule.copy(event.properties, "EventBusName").copy(event.properties, "Pattern", "EventPattern");
  rule.copy(event.properties, "RuleName", "Name");
  emit_rule(event, rule);
}

void lower_schedule_v2(const Event& event) {
  const Make make = event.make();
  Map schedule(event.context.arena);
  schedule.set("ScheduleExpression", event.require("ScheduleExpression"));
  const Node* name = event.get("Name");
  if (!is_true(event.get("OmitName"))) schedule.set("Name", name != nullptr ? name : make.text(event.id));
  const Node* window = event.get("FlexibleTimeWindow");
  schedule.set("FlexibleTimeWindow", window != nullptr ? window : make.map({{"Mode", make.text("OFF")}}));
  for (const std::string_view key : {"State", "Description", "StartDate", "EndDate",
                                     "ScheduleExpressionTimezone", "GroupName", "KmsKeyArn"}) {
    schedule.copy(event.properties, key);
  }
  Draft& draft = event.emit("", "AWS::Scheduler::Schedule", make.map({}));
  const Node* queue = dead_letter_arn(event, nullptr);
  const Node* role = event.get("RoleArn");
  Map target(event.context.arena);
  target.set("Arn", event.target.arn(make));
  target.set("RoleArn", role != nullptr ? role : scheduler_role(event, queue));
  target.copy(event.properties, "Input");
  if (queue != nullptr) target.set("DeadLetterConfig", make.map({{"Arn", queue}}));
  target.copy(event.properties, "RetryPolicy");
  schedule.set("Target", target.node(event.span));
  draft.properties = &event.context.forest.plant(schedule.node(event.span));
}

} // namespace slsaudit::dialect::sam
