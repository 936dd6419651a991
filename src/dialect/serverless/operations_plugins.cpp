// SPDX-License-Identifier: Apache-2.0
// Plugins that look after what is deployed: alarms, retention of logs, where logs go, provisioned
// concurrency.
#include "dialect/serverless/function_parts.hpp"
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/plugins.hpp"

#include <array>

namespace slsaudit::dialect::serverless {

namespace {

Author written_by(std::string_view key, text::Span span) {
  return {.id = key, .type = "serverless plugin", .span = span, .generated = true, .feature = key};
}

/// The alarms that serverless-plugin-aws-alerts knows by name.
struct Alarm {
  std::string_view name;
  std::string_view metric;
  int threshold;
};
constexpr auto alarms = std::to_array<Alarm>({
    {"functionErrors", "Errors", 1},
    {"functionThrottles", "Throttles", 1},
    {"functionInvocations", "Invocations", 100},
    {"functionDuration", "Duration", 500},
});

class Alerts {
public:
  Alerts(Service& service, const Node* settings) : service_(service), settings_(settings) {}

  void lower() {
    if (!is_on()) return;
    if (const Node* topics = dig(settings_, {"topics"}); topics != nullptr && topics->is_mapping()) {
      for (const syntax::Entry& entry : topics->children) add_topic(entry);
    }
    for (const Function& function : service_.functions) {
      if (!function.plugin.empty()) continue;
      add_all(function, dig(settings_, {"alarms"}));
      add_all(function, dig(settings_, {"function"}));
      add_all(function, dig(function.body, {"alarms"}));
    }
  }

private:
  [[nodiscard]] bool is_on() const {
    const Node* stages = dig(settings_, {"stages"});
    if (stages == nullptr || !stages->is_sequence()) return true;
    for (const syntax::Entry& item : stages->children) {
      if (known_text(item.value) == known_text(service_.stage)) return true;
    }
    return false;
  }

  void add_topic(const syntax::Entry& entry) {
    const Node* topic = entry.value->is_mapping() ? dig(entry.value, {"topic"}) : entry.value;
    const auto name = known_text(topic);
    const Make at = service_.make.at(entry.key_span);
    if (!name || name->starts_with("arn:")) {
      if (topic != nullptr) actions_.push_back({entry.key, topic});
      return;
    }
    const std::string id = "AwsAlerts" + naming::upper_first(entry.key);
    service_.add(id, "AWS::SNS::Topic", written_by("custom.alerts", entry.key_span),
                 {{"TopicName", topic, {}}});
    actions_.push_back({entry.key, at.ref(id)});
  }

  void add_all(const Function& function, const Node* names) {
    if (names == nullptr || !names->is_sequence()) return;
    for (const syntax::Entry& item : names->children) {
      const Node* named = item.value->is_mapping() ? dig(item.value, {"name"}) : item.value;
      if (const auto name = known_text(named)) add(function, *name, item.value);
    }
  }

  void add(const Function& function, std::string_view name, const Node* written) {
    const Make at = service_.make.at(written->span);
    const Node* definition = dig(settings_, {"definitions", name});
    const Alarm* known = nullptr;
    for (const Alarm& row : alarms) known = row.name == name ? &row : known;
    const auto setting = [&](std::string_view key) {
      const Node* own = written->is_mapping() ? dig(written, {key}) : nullptr;
      return own != nullptr ? own : dig(definition, {key});
    };
    const Node* metric = setting("metric");
    const Node* threshold = setting("threshold");
    if (metric == nullptr && known != nullptr) metric = at.text(known->metric);
    if (threshold == nullptr && known != nullptr) threshold = at.number(known->threshold);
    if (metric == nullptr) return;
    std::vector<const Node*> actions;
    for (const auto& [key, action] : actions_) {
      if (key == "alarm") actions.push_back(action);
    }
    const Node* space = setting("namespace");
    const Node* dimension =
        at.map({{"Name", at.text("FunctionName"), {}}, {"Value", at.ref(function.logical_id), {}}});
    service_.add(function.normalized + naming::alphanumeric(name) + "Alarm", "AWS::CloudWatch::Alarm",
                 written_by("custom.alerts", written->span),
                 {{"Namespace", space != nullptr ? space : at.text("AWS/Lambda"), {}},
                  {"MetricName", metric, {}},
                  {"Threshold", threshold, {}},
                  {"Statistic", setting("statistic"), {}},
                  {"Period", setting("period"), {}},
                  {"EvaluationPeriods", setting("evaluationPeriods"), {}},
                  {"ComparisonOperator", setting("comparisonOperator"), {}},
                  {"Dimensions", at.list({dimension}), {}},
                  {"AlarmActions", actions.empty() ? nullptr : at.list(actions), {}}});
  }

  Service& service_;
  const Node* settings_;
  std::vector<std::pair<std::string_view, const Node*>> actions_; ///< Topics by their keys.
};

} // namespace

void lower_alerts(Service& service) {
  if (const Node* settings = dig(service.root, {"custom", "alerts"})) Alerts(service, settings).lower();
}

void lower_log_retention(Service& service) {
  const Node* common = dig(service.root, {"custom", "logRetentionInDays"});
  for (const Function& function : service.functions) {
    const Node* days = dig(function.body, {"logRetentionInDays"});
    Draft* group = service.find(function.normalized + "LogGroup");
    if (days == nullptr) days = common;
    if (days != nullptr && group != nullptr) group->set("RetentionInDays", days);
  }
}

void lower_log_subscription(Service& service) {
  const Node* common = dig(service.root, {"custom", "logSubscription"});
  for (const Function& function : service.functions) {
    const Node* own = dig(function.body, {"logSubscription"});
    const Node* settings = merge_shallow(service.make, common, own);
    const bool on = own != nullptr && !own->is_mapping() ? is_true(own) : is_true(dig(settings, {"enabled"}));
    const std::string group = function.normalized + "LogGroup";
    if (!on || settings == nullptr || service.find(group) == nullptr) continue;
    const Make at = service.make.at(settings->span);
    Properties properties = {{"LogGroupName", at.ref(group), {}}};
    copy_properties(
        properties, settings,
        {{"destinationArn", "DestinationArn"}, {"filterPattern", "FilterPattern"}, {"roleArn", "RoleArn"}});
    service.add(function.normalized + "LogsSubscriptionFilter", "AWS::Logs::SubscriptionFilter",
                written_by("custom.logSubscription", settings->span), std::move(properties));
  }
}

void lower_concurrency_autoscaling(Service& service) {
  for (const Function& function : service.functions) {
    const syntax::Entry* written = entry_of(function.body, "concurrencyAutoscaling");
    if (written == nullptr || function.alias.empty()) continue;
    const bool off =
        written->value->is_mapping() ? is_false(dig(written->value, {"enabled"})) : !is_true(written->value);
    if (off) continue;
    const Make at = service.make.at(written->key_span);
    const Author author = generated_by(function, written->key_span, "concurrencyAutoscaling");
    const auto or_else = [&](std::string_view key, const Node* fallback) {
      const Node* own = dig(written->value, {key});
      return own != nullptr ? own : fallback;
    };
    const std::string target = function.normalized + "AutoScalingTarget";
    service
        .add(target, "AWS::ApplicationAutoScaling::ScalableTarget", author,
             {{"ServiceNamespace", at.text("lambda"), {}},
              {"ScalableDimension", at.text("lambda:function:ProvisionedConcurrency"), {}},
              {"ResourceId",
               at.join(":", {at.text("function"), at.ref(function.logical_id), at.text(function.alias)}),
               {}},
              {"MinCapacity", or_else("minimum", at.number(1)), {}},
              {"MaxCapacity", or_else("maximum", at.number(10)), {}}})
        .depends_on.push_back(function.alias_id);
    service.add(function.normalized + "AutoScalingPolicy", "AWS::ApplicationAutoScaling::ScalingPolicy",
                author,
                {{"PolicyName", at.text(function.normalized + "Policy"), {}},
                 {"PolicyType", at.text("TargetTrackingScaling"), {}},
                 {"ScalingTargetId", at.ref(target), {}},
                 {"TargetTrackingScalingPolicyConfiguration",
                  at.map({{"TargetValue", or_else("usage", at.text("0.75")), {}}}),
                  {}}});
  }
}

} // namespace slsaudit::dialect::serverless
