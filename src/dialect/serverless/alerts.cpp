// SPDX-License-Identifier: Apache-2.0
// serverless-plugin-aws-alerts: alarms of each function, the topics that they go to, and metrics of its logs.
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/plugins.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::serverless {

namespace {

/// The alarms that the plugin knows by name. All look at one minute.
struct Known {
  std::string_view name;
  std::string_view metric;
  int threshold;
  std::string_view statistic;
};
constexpr auto known_alarms = std::to_array<Known>({
    {"functionErrors", "Errors", 1, "Sum"},
    {"functionThrottles", "Throttles", 1, "Sum"},
    {"functionInvocations", "Invocations", 100, "Sum"},
    {"functionDuration", "Duration", 500, "Average"},
});
constexpr auto topic_kinds = std::to_array<std::string_view>({"ok", "alarm", "insufficientData"});
constexpr auto statistics =
    std::to_array<std::string_view>({"SampleCount", "Average", "Sum", "Minimum", "Maximum"});

Author written_by(text::Span span) {
  return {.id = "custom.alerts",
          .type = "serverless plugin",
          .span = span,
          .generated = true,
          .feature = "custom.alerts"};
}

/// One alarm as it is asked for: its own settings, else the author's definition, else what the plugin knows.
class Alarm {
public:
  Alarm(const Make& at, const Node* written, const Node* definition, const Known* known)
      : at_(at), written_(written), definition_(definition), known_(known) {}

  [[nodiscard]] const Node* get(std::string_view key) const {
    const Node* own = written_->is_mapping() ? dig(written_, {key}) : nullptr;
    if (own == nullptr) own = dig(definition_, {key});
    return own != nullptr ? own : builtin(key);
  }

private:
  [[nodiscard]] const Node* builtin(std::string_view key) const {
    if (known_ == nullptr) return nullptr;
    if (key == "metric") return at_.text(known_->metric);
    if (key == "threshold") return at_.number(known_->threshold);
    if (key == "statistic") return at_.text(known_->statistic);
    if (key == "namespace") return at_.text("AWS/Lambda");
    if (key == "actionsEnabled") return at_.boolean(true);
    if (key == "period") return at_.number(60);
    if (key == "evaluationPeriods" || key == "datapointsToAlarm") return at_.number(1);
    return key == "comparisonOperator" ? at_.text("GreaterThanOrEqualToThreshold") : nullptr;
  }

  Make at_;
  const Node* written_;
  const Node* definition_;
  const Known* known_;
};

void replace(std::string& text, std::string_view mark, std::string_view by) {
  const std::size_t at = text.find(mark);
  if (at != std::string::npos) text.replace(at, mark.size(), by);
}

class Alerts {
public:
  Alerts(Service& service, const Node* settings)
      : service_(service), settings_(settings), stack_(service.dashed(service.make)) {}

  void lower() {
    if (!is_on()) return;
    read_topics();
    for (const Function& function : service_.functions) {
      Wanted wanted;
      for (const std::string_view list : {"alarms", "global", "function"})
        collect(dig(settings_, {list}), wanted);
      collect(dig(function.body, {"alarms"}), wanted);
      for (const auto& [name, written] : wanted) add(function, name, written);
    }
    if (const syntax::Entry* dashboards = settings_->find("dashboards");
        dashboards != nullptr && is_set(dashboards->value)) {
      const Make at = service_.make.at(dashboards->key_span);
      service_.add("AlertsDashboard", "AWS::CloudWatch::Dashboard", written_by(dashboards->key_span),
                   {{"DashboardName", service_.dashed(at, {service_.region}), {}},
                    {"DashboardBody", at.unknown("the plugin draws the dashboard"), {}}});
    }
  }

private:
  struct Topic {
    std::string_view group; ///< Empty: that of all alarms.
    std::string_view kind;
    const Node* arn;
  };

  [[nodiscard]] bool is_on() const {
    const Node* stages = dig(settings_, {"stages"});
    if (stages == nullptr || !stages->is_sequence()) return true;
    return std::any_of(stages->children.begin(), stages->children.end(), [&](const syntax::Entry& item) {
      return known_text(item.value) == known_text(service_.stage);
    });
  }

  void read_topics() {
    const Node* topics = dig(settings_, {"topics"});
    if (topics == nullptr || !topics->is_mapping()) return;
    for (const syntax::Entry& entry : topics->children) {
      const bool kind = std::find(topic_kinds.begin(), topic_kinds.end(), entry.key) != topic_kinds.end();
      if (kind) {
        read_topic({}, entry);
      } else if (entry.value->is_mapping()) {
        for (const syntax::Entry& inner : entry.value->children) read_topic(entry.key, inner);
      }
    }
  }

  void read_topic(std::string_view group, const syntax::Entry& entry) {
    const bool settings = entry.value->is_mapping() && !is_intrinsic(entry.value);
    const Node* topic = settings ? dig(entry.value, {"topic"}) : entry.value;
    if (topic == nullptr) return;
    const auto name = known_text(topic);
    if (!name || name->starts_with("arn:")) {
      topics_.push_back({group, entry.key, topic});
      return;
    }
    const Make at = service_.make.at(entry.key_span);
    const std::string id = "AwsAlerts" + naming::upper_first(group) + naming::upper_first(entry.key);
    std::vector<const Node*> subscriptions;
    const Node* notifications = settings ? dig(entry.value, {"notifications"}) : nullptr;
    if (notifications != nullptr) {
      for (const syntax::Entry& item : notifications->children) {
        subscriptions.push_back(at.map({{"Protocol", dig(item.value, {"protocol"}), {}},
                                        {"Endpoint", dig(item.value, {"endpoint"}), {}}}));
      }
    }
    service_.add(id, "AWS::SNS::Topic", written_by(entry.key_span),
                 {{"TopicName", topic, {}}, {"Subscription", at.list(subscriptions), {}}});
    topics_.push_back({group, entry.key, at.ref(id)});
  }

  /// Alarms of one function by their names. The last of a name counts, which may be one that is off.
  using Wanted = std::vector<std::pair<std::string_view, const Node*>>;

  static void collect(const Node* names, Wanted& wanted) {
    if (names == nullptr || !names->is_sequence()) return;
    for (const syntax::Entry& item : names->children) {
      const Node* named = item.value->is_mapping() ? dig(item.value, {"name"}) : item.value;
      const auto name = known_text(named);
      if (!name) continue;
      std::erase_if(wanted, [&](const auto& earlier) { return earlier.first == *name; });
      wanted.emplace_back(*name, item.value);
    }
  }

  void add(const Function& function, std::string_view name, const Node* written) {
    const Make at = service_.make.at(written->span);
    const auto* known = std::find_if(known_alarms.begin(), known_alarms.end(),
                                     [&](const Known& row) { return row.name == name; });
    const Alarm alarm(at, written, dig(settings_, {"definitions", name}),
                      known == known_alarms.end() ? nullptr : known);
    const Node* metric = alarm.get("metric");
    if (metric == nullptr || is_false(alarm.get("enabled"))) return;
    const Node* space = alarm.get("namespace");
    if (alarm.get("pattern") != nullptr) {
      metric = at.concat(
          {at.text(naming::upper_first(known_text(metric).value_or(""))), at.text(function.logical_id)});
      space = stack_;
      add_log_metrics(function, name, alarm, at, metric);
    }
    Properties properties = {
        {"ActionsEnabled", alarm.get("actionsEnabled"), {}},
        {"AlarmDescription", alarm.get("description"), {}},
        {"EvaluationPeriods", alarm.get("evaluationPeriods"), {}},
        {"DatapointsToAlarm", alarm.get("datapointsToAlarm"), {}},
        {"ComparisonOperator", alarm.get("comparisonOperator"), {}},
        {"OKActions", actions(at, alarm, "ok", "okActions"), {}},
        {"AlarmActions", actions(at, alarm, "alarm", "alarmActions"), {}},
        {"InsufficientDataActions", actions(at, alarm, "insufficientData", "insufficientDataActions"), {}},
        {"TreatMissingData", alarm.get("treatMissingData"), {}},
        {"AlarmName", alarm_name(function, name, alarm, at), {}}};
    if (alarm.get("treatMissingData") == nullptr)
      properties.push_back({"TreatMissingData", at.text("missing"), {}});
    const Node* where = dimensions(function, alarm, at);
    if (known_text(alarm.get("type")) == "anomalyDetection")
      add_anomaly(alarm, at, space, metric, where, properties);
    else
      add_static(alarm, at, space, metric, where, properties);
    service_.add(function.normalized + naming::resource(name) + "Alarm", "AWS::CloudWatch::Alarm",
                 written_by(written->span), std::move(properties));
  }

  static void add_static(const Alarm& alarm, const Make& at, const Node* space, const Node* metric,
                         const Node* where, Properties& to) {
    to.push_back({"Namespace", space, {}});
    to.push_back({"MetricName", metric, {}});
    to.push_back({"Threshold", alarm.get("threshold"), {}});
    to.push_back({"Period", alarm.get("period"), {}});
    to.push_back({"Dimensions", where != nullptr ? where : at.list({}), {}});
    const auto statistic = known_text(alarm.get("statistic"));
    const bool plain =
        statistic && std::find(statistics.begin(), statistics.end(), *statistic) != statistics.end();
    to.push_back({plain ? "Statistic" : "ExtendedStatistic", alarm.get("statistic"), {}});
    if (!plain)
      to.push_back({"EvaluateLowSampleCountPercentile", alarm.get("evaluateLowSampleCountPercentile"), {}});
  }

  static void add_anomaly(const Alarm& alarm, const Make& at, const Node* space, const Node* metric,
                          const Node* where, Properties& to) {
    const Node* threshold = alarm.get("threshold");
    const auto width = known_text(threshold);
    const Node* band = width ? at.text("ANOMALY_DETECTION_BAND(m1, " + std::string(*width) + ")")
                             : at.unknown("the band's width isn't known");
    to.push_back(
        {"Metrics",
         at.json(R"([{"Id": "m1", "ReturnData": true, "MetricStat": {"Metric": {"Namespace": "$space",
                    "MetricName": "$metric", "Dimensions": "$where"}, "Period": "$period", "Stat": "$statistic"}},
                    {"Id": "ad1", "Expression": "$band", "Label": "$label", "ReturnData": true}])",
                 {{"space", space},
                  {"metric", metric},
                  {"where", where},
                  {"period", alarm.get("period")},
                  {"statistic", alarm.get("statistic")},
                  {"band", band},
                  {"label", at.concat({metric, at.text(" (expected)")})}}),
         {}});
    to.push_back({"ThresholdMetricId", at.text("ad1"), {}});
  }

  static const Node* dimensions(const Function& function, const Alarm& alarm, const Make& at) {
    if (alarm.get("pattern") != nullptr) return nullptr;
    std::vector<const Node*> items;
    const Node* written = alarm.get("dimensions");
    const bool alone = is_set(alarm.get("omitDefaultDimension"));
    if (written != nullptr) {
      for (const syntax::Entry& item : written->children) {
        if (alone || known_text(dig(item.value, {"Name"})) != "FunctionName") items.push_back(item.value);
      }
    }
    if (!alone)
      items.push_back(
          at.map({{"Name", at.text("FunctionName"), {}}, {"Value", at.ref(function.logical_id), {}}}));
    return at.list(items);
  }

  [[nodiscard]] const Node* actions(const Make& at, const Alarm& alarm, std::string_view kind,
                                    std::string_view key) const {
    std::vector<const Node*> found;
    const auto collect = [&](std::string_view group) {
      for (const Topic& topic : topics_) {
        if (topic.group == group && topic.kind == kind) found.push_back(topic.arn);
      }
    };
    collect({});
    if (const Node* groups = alarm.get(key)) {
      for (const syntax::Entry& item : groups->children) collect(known_text(item.value).value_or(""));
    }
    return at.list(found);
  }

  [[nodiscard]] const Node* alarm_name(const Function& function, std::string_view name, const Alarm& alarm,
                                       const Make& at) const {
    const Node* full = alarm.get("nameTemplate");
    if (full == nullptr) full = dig(settings_, {"nameTemplate"});
    const Node* prefix = alarm.get("prefixTemplate");
    if (prefix == nullptr) prefix = dig(settings_, {"prefixTemplate"});
    const auto stack = known_text(stack_);
    if (full == nullptr && prefix == nullptr) return nullptr;
    const auto metric = known_text(alarm.get("metric"));
    if (!stack || !metric) return at.unknown("a part of the alarm's name isn't known");
    std::string text(known_text(full).value_or("$[functionName]-$[metricName]"));
    replace(text, "$[functionName]", function.key);
    replace(text, "$[functionId]", function.logical_id);
    replace(text, "$[metricName]", full == nullptr ? name : *metric);
    replace(text, "$[metricId]", *metric);
    std::string before(prefix == nullptr ? "$[stackName]" : known_text(prefix).value_or(""));
    replace(before, "$[stackName]", *stack);
    return at.text(before.empty() ? text : before + "-" + text);
  }

  /// Two filters of the function's logs: one counts what matches, one says that there was nothing.
  void add_log_metrics(const Function& function, std::string_view name, const Alarm& alarm, const Make& at,
                       const Node* metric) {
    for (const bool counts : {true, false}) {
      const std::string id =
          function.logical_id + naming::upper_first(name) + "LogMetricFilter" + (counts ? "ALERT" : "OK");
      const Node* transformation = at.map({{"MetricValue", at.number(counts ? 1 : 0), {}},
                                           {"MetricNamespace", stack_, {}},
                                           {"MetricName", metric, {}}});
      service_
          .add(id, "AWS::Logs::MetricFilter", written_by(at.span()),
               {{"FilterPattern", counts ? alarm.get("pattern") : at.text(""), {}},
                {"LogGroupName", at.concat({at.text("/aws/lambda/"), function.name}), {}},
                {"MetricTransformations", at.list({transformation}), {}}})
          .depends_on = {function.normalized + "LogGroup"};
    }
  }

  Service& service_;
  const Node* settings_;
  const Node* stack_;
  std::vector<Topic> topics_;
};

} // namespace

void lower_alerts(Service& service) {
  if (const Node* settings = dig(service.root, {"custom", "alerts"})) Alerts(service, settings).lower();
}

} // namespace slsaudit::dialect::serverless
