// SPDX-License-Identifier: Apache-2.0
// Events of services that call the function themselves: each needs a permission.
#include "dialect/sam/events.hpp"

namespace slsaudit::dialect::sam {

namespace {

/// The draft of a resource of this template that a Ref names; null when it isn't one.
Draft* referred(const Event& event, std::string_view property, std::string_view what) {
  const Node* reference = event.require(property);
  if (reference == nullptr) return nullptr;
  Draft* draft = event.context.find_draft(ref_of(reference));
  if (draft == nullptr) {
    event.wrong("foreign-event-source", "must name " + std::string(what) + " of the same template by `!Ref`",
                "SAM writes the event into that resource, so it can't be somewhere else");
  }
  return draft;
}

/// A string or a list of strings, as nodes.
std::vector<const Node*> one_or_more(const Node* node) {
  if (node == nullptr) return {};
  if (!node->is_sequence() || is_intrinsic(node)) return {node};
  std::vector<const Node*> items;
  for (const Entry& entry : node->children) items.push_back(entry.value);
  return items;
}

void add_notifications(const Event& event, Tree& bucket) {
  const Make make = event.make();
  Tree& configurations =
      bucket.at("NotificationConfiguration", event.span).list_at("LambdaConfigurations", event.span);
  const std::string_view condition = event.source.condition();
  for (const Node* type : one_or_more(event.require("Events"))) {
    const Node* item =
        make.map({{"Event", type}, {"Function", event.target.arn(make)}, {"Filter", event.get("Filter")}});
    if (!condition.empty()) item = make.when(condition, item);
    bool known = false;
    for (const Tree::Member& member : configurations.members())
      known = known || same(member.value->node(), item);
    if (!known) configurations.push(item);
  }
}

Draft& emit_subscription(const Event& event, std::string_view protocol, const Node* endpoint) {
  const Make make = event.make();
  Map subscription(event.context.arena);
  subscription.set("Protocol", make.text(protocol)).set("Endpoint", endpoint);
  subscription.copy(event.properties, "Topic", "TopicArn");
  for (const std::string_view key : {"Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"}) {
    subscription.copy(event.properties, key);
  }
  return event.emit("", "AWS::SNS::Subscription", subscription.node(event.span));
}

void emit_queue_policy(const Event& event, std::string_view id, const Node* queue_arn,
                       const Node* queue_url) {
  const Make make = event.make();
  event.context.emit(
      event.source, id, "AWS::SQS::QueuePolicy",
      make.json(R"({"PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Action": "sqs:SendMessage",
    "Effect": "Allow", "Principal": "*", "Resource": "$queue", "Condition": {"ArnEquals": {"aws:SourceArn": "$topic"}}}]},
    "Queues": ["$url"]})",
                {{"queue", queue_arn}, {"topic", event.get("Topic")}, {"url", queue_url}}),
      event.span, "Events");
}

const Node* is_fifo_topic(const Event& event) {
  const Source* topic = event.context.find(logical_id_of(event.get("Topic")));
  if (topic == nullptr) return nullptr;
  const Node* fifo = event.context.resolve(get(get(topic->body, "Properties"), "FifoTopic"));
  return truthy(fifo) ? fifo : nullptr;
}

/// The topic feeds a queue, and the function reads the queue.
void lower_sns_through_queue(const Event& event, const Node* settings) {
  const Make make = event.make();
  const Node* arn = get(settings, "QueueArn");
  const Node* url = get(settings, "QueueUrl");
  if (is_plain_map(settings) && (arn == nullptr || url == nullptr)) {
    event.wrong("missing-event-property", "needs `QueueArn` and `QueueUrl` in `SqsSubscription`");
    return;
  }
  if (!is_plain_map(settings)) {
    const std::string queue = std::string(event.id) + "Queue";
    const Node* fifo = is_fifo_topic(event);
    event.emit("Queue", "AWS::SQS::Queue", fifo != nullptr ? make.map({{"FifoQueue", fifo}}) : nullptr);
    arn = make.get_att(queue, "Arn");
    url = make.ref(queue);
  }
  const std::string_view named = text_of(get(settings, "QueuePolicyLogicalId"));
  emit_queue_policy(event, named.empty() ? std::string(event.id) + "QueuePolicy" : std::string(named), arn,
                    url);
  emit_subscription(event, "sqs", arn);
  const Node* size = get(settings, "BatchSize");
  emit_mapping(event, "EventSourceMapping", "SQS",
               make.map({{"Queue", arn},
                         {"BatchSize", size != nullptr ? size : make.plain("10")},
                         {"Enabled", make.boolean(true)}}));
}

} // namespace

void lower_s3(const Event& event) {
  const Make make = event.make();
  Draft* bucket = referred(event, "Bucket", "a bucket");
  if (bucket == nullptr) return;
  Draft& permission =
      emit_permission(event, {.principal = "s3.amazonaws.com", .source_account = make.ref("AWS::AccountId")});
  Tree& properties = event.context.edit(*bucket);
  const std::string_view condition = event.source.condition();
  if (condition.empty()) {
    bool known = false;
    for (const std::string_view id : bucket->depends_on) known = known || id == permission.id;
    if (!known) bucket->depends_on.push_back(permission.id);
  } else {
    // DependsOn can't name a resource that may not be made; a tag that refers to it orders them too.
    properties.list_at("Tags", event.span)
        .push(
            make.map({{"Key", make.text("sam:ConditionalDependsOn:" + std::string(permission.id))},
                      {"Value", make.when(condition, make.ref(permission.id), make.text("no dependency"))}}));
  }
  add_notifications(event, properties);
}

void lower_sns(const Event& event) {
  const Node* topic = event.require("Topic");
  if (topic == nullptr) return;
  const Node* through_queue = event.get("SqsSubscription");
  if (truthy(through_queue)) {
    lower_sns_through_queue(event, through_queue);
    return;
  }
  emit_permission(event, {.principal = "sns.amazonaws.com", .source_arn = topic});
  emit_subscription(event, "lambda", event.target.arn(event.make()));
}

void lower_cognito(const Event& event) {
  const Make make = event.make();
  Draft* pool = referred(event, "UserPool", "a user pool");
  if (pool == nullptr) return;
  const std::string prefix = std::string(event.target.id) + "Cognito";
  if (event.context.find_draft(prefix + "Permission") == nullptr) {
    emit_permission(event, {.principal = "cognito-idp.amazonaws.com",
                            .source_arn = make.get_att(pool->id, "Arn"),
                            .prefix = prefix});
  }
  Tree& config = event.context.edit(*pool).at("LambdaConfig", event.span);
  for (const Node* trigger : one_or_more(event.require("Trigger"))) {
    if (config.has(text_of(trigger))) {
      event.wrong("duplicate-trigger", "sets the trigger `" + std::string(text_of(trigger)) + "` again");
    } else {
      config.set(text_of(trigger), event.target.arn(make), event.span);
    }
  }
}

void lower_iot_rule(const Event& event) {
  const Make make = event.make();
  const std::string arn =
      "arn:" + partition(event.context) + ":iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}";
  emit_permission(event, {.principal = "iot.amazonaws.com",
                          .source_arn = make.sub(arn, make.map({{"RuleName", make.ref(event.id)}})),
                          .source_account = make.sub("${AWS::AccountId}")});
  event.emit(
      "", "AWS::IoT::TopicRule",
      make.json(R"({"TopicRulePayload": {"Sql": "$sql", "RuleDisabled": false, "AwsIotSqlVersion": "$version",
    "Actions": [{"Lambda": {"FunctionArn": "$function"}}]}})",
                {{"sql", event.require("Sql")},
                 {"version", event.get("AwsIotSqlVersion")},
                 {"function", event.target.arn(make)}}));
}

void lower_cloudwatch_logs(const Event& event) {
  const Make make = event.make();
  const Node* group = event.require("LogGroupName");
  if (group == nullptr) return;
  const std::string arn = "arn:" + partition(event.context) +
                          ":logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*";
  const std::string_view permission =
      emit_permission(event, {.principal = "logs.amazonaws.com",
                              .source_arn = make.sub(arn, make.map({{"__LogGroupName__", group}}))})
          .id;
  Map filter(event.context.arena);
  filter.copy(event.properties, "LogGroupName").copy(event.properties, "FilterPattern");
  filter.set("DestinationArn", event.target.arn(make));
  event.emit("", "AWS::Logs::SubscriptionFilter", filter.node(event.span)).depends_on.push_back(permission);
}

void lower_alexa_skill(const Event& event) {
  emit_permission(event,
                  {.principal = "alexa-appkit.amazon.com", .event_source_token = event.get("SkillId")});
}

} // namespace slsaudit::dialect::sam
