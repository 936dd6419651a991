// SPDX-License-Identifier: Apache-2.0
// Table "alarms": which failure of which resource each alarm watches.
#include "analysis/alarms.hpp"

#include "analysis/analyses.hpp"
#include "graph/index.hpp"
#include "graph/spelling.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

constexpr std::string_view alarm_type = "AWS::CloudWatch::Alarm";
constexpr std::string_view composite_type = "AWS::CloudWatch::CompositeAlarm";

/// Metrics by namespace and name. An empty name stands for all others of the namespace.
struct Metric {
  std::string_view name_space;
  std::string_view name;
  std::string_view failure;
};
constexpr std::array metrics{
    Metric{"AWS/Lambda", "Errors", "errors"},
    Metric{"AWS/Lambda", "Throttles", "throttles"},
    Metric{"AWS/Lambda", "Duration", "duration"},
    Metric{"AWS/Lambda", "IteratorAge", "iterator_age"},
    Metric{"AWS/Lambda", "OffsetLag", "iterator_age"},
    Metric{"AWS/Lambda", "ConcurrentExecutions", "concurrency"},
    Metric{"AWS/Lambda", "UnreservedConcurrentExecutions", "concurrency"},
    Metric{"AWS/Lambda", "ClaimedAccountConcurrency", "concurrency"},
    Metric{"AWS/Lambda", "ProvisionedConcurrencyUtilization", "concurrency"},
    Metric{"AWS/Lambda", "ProvisionedConcurrencySpilloverInvocations", "concurrency"},
    Metric{"AWS/Lambda", "DeadLetterErrors", "dropped"},
    Metric{"AWS/Lambda", "DestinationDeliveryFailures", "dropped"},
    Metric{"AWS/Lambda", "AsyncEventsDropped", "dropped"},
    Metric{"AWS/Lambda", "AsyncEventAge", "age_of_oldest"},
    Metric{"AWS/SQS", "ApproximateAgeOfOldestMessage", "age_of_oldest"},
    Metric{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "backlog"},
    Metric{"AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "backlog"},
    Metric{"AWS/SQS", "NumberOfMessagesSent", "sent"},
    Metric{"AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "iterator_age"},
    Metric{"AWS/Kinesis", "GetRecords.IteratorAge", "iterator_age"},
    Metric{"AWS/Kinesis", "ReadProvisionedThroughputExceeded", "throttles"},
    Metric{"AWS/Kinesis", "WriteProvisionedThroughputExceeded", "throttles"},
    Metric{"AWS/DynamoDB", "ThrottledRequests", "throttles"},
    Metric{"AWS/DynamoDB", "ReadThrottleEvents", "throttles"},
    Metric{"AWS/DynamoDB", "WriteThrottleEvents", "throttles"},
    Metric{"AWS/DynamoDB", "SystemErrors", "errors"},
    Metric{"AWS/DynamoDB", "UserErrors", "errors"},
    Metric{"AWS/DynamoDB", "SuccessfulRequestLatency", "latency"},
    Metric{"AWS/ApiGateway", "5XXError", "5xx"},
    Metric{"AWS/ApiGateway", "5xx", "5xx"},
    Metric{"AWS/ApiGateway", "4XXError", "4xx"},
    Metric{"AWS/ApiGateway", "4xx", "4xx"},
    Metric{"AWS/ApiGateway", "IntegrationError", "5xx"},
    Metric{"AWS/ApiGateway", "Latency", "latency"},
    Metric{"AWS/ApiGateway", "IntegrationLatency", "latency"},
    Metric{"AWS/AppSync", "5XXError", "5xx"},
    Metric{"AWS/AppSync", "4XXError", "4xx"},
    Metric{"AWS/AppSync", "Latency", "latency"},
    Metric{"AWS/States", "ExecutionsFailed", "errors"},
    Metric{"AWS/States", "ExecutionsAborted", "errors"},
    Metric{"AWS/States", "ExecutionsTimedOut", "errors"},
    Metric{"AWS/States", "ExecutionThrottled", "throttles"},
    Metric{"AWS/States", "ExecutionTime", "duration"},
    Metric{"AWS/SNS", "NumberOfNotificationsFailed", "errors"},
    Metric{"AWS/SNS", "NumberOfNotificationsFailedToRedriveToDlq", "dropped"},
    Metric{"AWS/SNS", "NumberOfNotificationsRedrivenToDlq", "dead_letters"},
    Metric{"AWS/Events", "FailedInvocations", "errors"},
    Metric{"AWS/Events", "InvocationsFailedToBeSentToDlq", "dropped"},
    Metric{"AWS/Events", "InvocationsSentToDlq", "dead_letters"},
    Metric{"AWS/Events", "ThrottledRules", "throttles"},
    Metric{"AWS/Firehose", "DeliveryToS3.DataFreshness", "age_of_oldest"},
    Metric{"AWS/Firehose", "ThrottledRecords", "throttles"},
};

/// Whose resources a namespace is about, and the dimensions that name one.
struct Subject {
  std::string_view name_space;
  std::string_view dimension;
  std::string_view type;
};
constexpr std::array subjects{
    Subject{"AWS/Lambda", "FunctionName", "AWS::Lambda::Function"},
    Subject{"AWS/Lambda", "Resource", "AWS::Lambda::Function"},
    Subject{"AWS/SQS", "QueueName", "AWS::SQS::Queue"},
    Subject{"AWS/Kinesis", "StreamName", "AWS::Kinesis::Stream"},
    Subject{"AWS/DynamoDB", "TableName", "AWS::DynamoDB::Table"},
    Subject{"AWS/DynamoDB", "TableName", "AWS::DynamoDB::GlobalTable"},
    Subject{"AWS/ApiGateway", "ApiName", "AWS::ApiGateway::RestApi"},
    Subject{"AWS/ApiGateway", "ApiId", "AWS::ApiGatewayV2::Api"},
    Subject{"AWS/AppSync", "GraphQLAPIId", "AWS::AppSync::GraphQLApi"},
    Subject{"AWS/States", "StateMachineArn", "AWS::StepFunctions::StateMachine"},
    Subject{"AWS/SNS", "TopicName", "AWS::SNS::Topic"},
    Subject{"AWS/Events", "RuleName", "AWS::Events::Rule"},
    Subject{"AWS/Firehose", "DeliveryStreamName", "AWS::KinesisFirehose::DeliveryStream"},
    Subject{"AWS/RDS", "DBInstanceIdentifier", "AWS::RDS::DBInstance"},
    Subject{"AWS/RDS", "DBClusterIdentifier", "AWS::RDS::DBCluster"},
};

std::string_view failure_of(std::string_view name_space, std::string_view name) {
  const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& metric) {
    return metric.name_space == name_space && metric.name == name;
  });
  return found == metrics.end() ? "other" : found->failure;
}

const Subject* subject_of(std::string_view name_space, std::string_view dimension) {
  const auto found = std::find_if(subjects.begin(), subjects.end(), [&](const Subject& subject) {
    return subject.name_space == name_space && (dimension.empty() || subject.dimension == dimension);
  });
  return found == subjects.end() ? nullptr : &*found;
}

class Alarms {
public:
  explicit Alarms(const Facts& facts) : facts_(facts), system_(facts.system()) {}

  std::vector<Watch> run() {
    for (const graph::NodeId alarm : facts_.nodes_of_type(alarm_type)) read_alarm(alarm);
    const std::size_t simple = watches_.size();
    for (const graph::NodeId composite : facts_.nodes_of_type(composite_type)) {
      for (std::size_t i = 0; i < simple; ++i) {
        const graph::Node& node = system_.node(composite);
        if (!speaks_of(node, watches_[i].alarm)) continue;
        Watch watch = watches_[i];
        watch.through = watch.alarm;
        watch.alarm = composite;
        watches_.push_back(std::move(watch));
      }
    }
    return std::move(watches_);
  }

private:
  /// By reference, or by the alarm's name in the rule's text.
  [[nodiscard]] bool speaks_of(const graph::Node& composite, graph::NodeId alarm) const {
    const value::Value rule = property(composite, "AlarmRule");
    if (mentions(system_, composite.template_index, rule, alarm)) return true;
    const auto name = property(system_.node(alarm), "AlarmName").as_string();
    const auto text = rule.as_string();
    if (!name || !text || name->empty()) return false;
    for (std::size_t at = text->find(*name); at != std::string_view::npos; at = text->find(*name, at + 1)) {
      const std::size_t end = at + name->size();
      const auto ends = [](char c) { return c == '"' || c == ')' || c == '(' || c == ':' || c == ' '; };
      if ((at == 0 || ends((*text)[at - 1])) && (end == text->size() || ends((*text)[end]))) return true;
    }
    return false;
  }

  void read_alarm(graph::NodeId alarm) {
    const graph::Node& node = system_.node(alarm);
    const value::Value list = property(node, "Metrics");
    if (!list.is_present()) {
      return add(alarm, node.resource->properties);
    }
    if (!list.is_list()) {
      return add_unknown(alarm, list.span(), "its metrics are not known");
    }
    for (const value::Value& item : list.items()) {
      const value::Value stat = item.get("MetricStat");
      if (stat.is_present()) {
        add(alarm, stat.get("Metric"));
      } else {
        add_expression(alarm, item.get("Expression"));
      }
    }
  }

  void add_unknown(graph::NodeId alarm, text::Span span, std::string reason) {
    Watch watch;
    watch.alarm = alarm;
    watch.failure = "unknown";
    watch.reason = std::move(reason);
    watch.span = span;
    watches_.push_back(std::move(watch));
  }

  /// Searches and queries over all resources; sums of other metrics of the alarm say nothing new.
  void add_expression(graph::NodeId alarm, const value::Value& expression) {
    const auto text = expression.as_string();
    if (!text) return;
    if (text->find("SEARCH") == std::string_view::npos && text->find("SELECT") == std::string_view::npos)
      return;
    for (const Metric& metric : metrics) {
      const bool names_it = text->find("\"" + std::string(metric.name) + "\"") != std::string_view::npos ||
                            text->find("(" + std::string(metric.name) + ")") != std::string_view::npos;
      if (!names_it || text->find(metric.name_space) == std::string_view::npos) continue;
      Watch watch = watch_of(alarm, metric.name_space, metric.name, expression.span());
      watch.account_wide = true;
      watches_.push_back(std::move(watch));
      return;
    }
    add_unknown(alarm, expression.span(), "what its expression searches for is not known");
  }

  [[nodiscard]] static Watch watch_of(graph::NodeId alarm, std::string_view name_space, std::string_view name,
                                      text::Span span) {
    Watch watch;
    watch.alarm = alarm;
    watch.metric = std::string(name_space) + " " + std::string(name);
    watch.failure = failure_of(name_space, name);
    const Subject* subject = subject_of(name_space, {});
    watch.type = subject == nullptr ? std::string_view{} : subject->type;
    watch.span = span;
    return watch;
  }

  void add(graph::NodeId alarm, const value::Value& metric) {
    const auto name_space = metric.get("Namespace").as_string();
    const value::Value name = metric.get("MetricName");
    if (!name_space || !name.as_string()) {
      return add_unknown(alarm, name.is_present() ? name.span() : system_.node(alarm).resource->id_span,
                         "its metric is not known");
    }
    Watch watch = watch_of(alarm, *name_space, *name.as_string(), name.span());
    find_subject(metric.get("Dimensions"), *name_space, watch);
    watches_.push_back(std::move(watch));
  }

  void find_subject(const value::Value& dimensions, std::string_view name_space, Watch& watch) const {
    if (!dimensions.is_present() || (dimensions.is_list() && dimensions.items().empty())) {
      watch.account_wide = subject_of(name_space, {}) != nullptr;
      return;
    }
    if (!dimensions.is_list()) {
      watch.reason = "its dimensions are not known";
      return;
    }
    for (const value::Value& dimension : dimensions.items()) {
      const auto name = dimension.get("Name").as_string();
      const Subject* subject = name ? subject_of(name_space, *name) : nullptr;
      if (subject == nullptr) continue;
      const value::Value named = dimension.get("Value");
      watch.resource = resource_of(watch.alarm, *subject, named);
      if (watch.resource.valid()) {
        watch.type = system_.node(watch.resource).type;
        watch.reason.clear();
        return;
      }
      if (!named.as_string()) watch.reason = "what its dimension names is not known";
    }
  }

  [[nodiscard]] graph::NodeId resource_of(graph::NodeId alarm, const Subject& subject,
                                          const value::Value& named) const {
    const std::size_t in = system_.node(alarm).template_index;
    const auto spelled = graph::spell(named);
    for (const Subject& other : subjects) {
      if (other.name_space != subject.name_space || !spelled) continue;
      const graph::NodeId by_name = system_.index->named(in, other.type, spelled->text);
      if (by_name.valid()) return by_name;
    }
    const graph::NodeId node = graph::resolve(system_, in, named);
    if (fits(node, subject)) return node;
    if (node.valid() && subject.type == function_type) {
      const graph::NodeId function = function_behind(node);
      if (function.valid()) return function;
    }
    for (const graph::NodeId candidate : facts_.nodes_of_type(subject.type)) {
      if (mentions(system_, in, named, candidate)) return candidate;
    }
    return {};
  }

  [[nodiscard]] bool fits(graph::NodeId node, const Subject& subject) const {
    return node.valid() && std::any_of(subjects.begin(), subjects.end(), [&](const Subject& other) {
             return other.name_space == subject.name_space && is_type(system_, node, other.type);
           });
  }

  /// Of an alias or a version.
  [[nodiscard]] graph::NodeId function_behind(graph::NodeId node) const {
    const graph::NodeId function = graph::resolve(system_, system_.node(node).template_index,
                                                  property(system_.node(node), "FunctionName"));
    return function.valid() && is_type(system_, function, function_type) ? function : graph::NodeId{};
  }

  const Facts& facts_;
  const graph::System& system_;
  std::vector<Watch> watches_;
};

/// Whether anything is told when the alarm goes off.
cel::Value notifies(const Facts& facts, graph::NodeId alarm) {
  const graph::Node& node = facts.system().node(alarm);
  const value::Value enabled = property(node, "ActionsEnabled");
  if (enabled.as_boolean() == false) return false;
  const value::Value actions = property(node, "AlarmActions");
  if (actions.is_unknown() || actions.is(value::Kind::conditional)) {
    return cel::Value::unknown("the actions of the alarm are not known");
  }
  return actions.is_present() && !(actions.is_list() && actions.items().empty());
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  for (const Watch& watch : watches_of(facts)) {
    cel::Value resource = resource_cell(facts, watch.resource);
    if (!watch.reason.empty()) resource = cel::Value::unknown(watch.reason);
    cel::Value failure =
        watch.failure == "unknown" ? cel::Value::unknown(watch.reason) : cel::Value(watch.failure);
    add_row(table, schema,
            {{"alarm", resource_cell(facts, watch.alarm)},
             {"resource", std::move(resource)},
             {"failure", std::move(failure)},
             {"metric", watch.metric.empty() ? cel::Value() : cel::Value(watch.metric)},
             {"account_wide", watch.account_wide},
             {"notifies", notifies(facts, watch.alarm)},
             {"through", resource_cell(facts, watch.through)}},
            watch.span);
  }
}

struct Watches {
  explicit Watches(const Facts& facts) : all(Alarms(facts).run()) {}
  std::vector<Watch> all;
};

} // namespace

const std::vector<Watch>& watches_of(const Facts& facts) {
  return facts.shared<Watches>().all;
}

const Analysis& alarm_analysis() {
  static const Analysis analysis{
      {"alarms",
       "Each metric that an alarm watches, and the failure that it shows; of a composite alarm, those of the "
       "alarms that it combines",
       {
           {"alarm", "resource", "", "the alarm"},
           {"resource", "resource", "",
            "what the metric is about; null where it is outside of the system, or all of the account"},
           {"failure", "string", "",
            "`errors`, `throttles`, `duration`, `iterator_age`, `concurrency`, `dropped`, `age_of_oldest`, "
            "`backlog`, `sent`, `dead_letters`, `5xx`, `4xx`, `latency` or `other`"},
           {"metric", "string", "", "namespace and name: `AWS/Lambda Errors`"},
           {"account_wide", "bool", "", "the metric is the sum over all resources of the account"},
           {"notifies", "bool", "", "the alarm has actions, and they are on"},
           {"through", "resource", "", "the alarm that a composite one takes this from; else null"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
