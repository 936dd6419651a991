// SPDX-License-Identifier: Apache-2.0
// Table "alarms": which failure of which resource each alarm watches.
#include "analysis/alarms.hpp"

#include "analysis/analyses.hpp"
#include "analysis/reach.hpp"
#include "graph/index.hpp"
#include "graph/spelling.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

constexpr std::string_view alarm_type = "AWS::CloudWatch::Alarm";
constexpr std::string_view composite_type = "AWS::CloudWatch::CompositeAlarm";

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
  using Subject = knowledge::MetricSubject;

  /// The first of the namespace's, or of the dimension's.
  [[nodiscard]] const Subject* subject_of(std::string_view name_space, std::string_view dimension) const {
    const std::vector<Subject>& subjects = facts_.knowledge().metric_subjects();
    const auto found = std::ranges::find_if(subjects, [&](const Subject& subject) {
      return subject.name_space == name_space && (dimension.empty() || subject.dimension == dimension);
    });
    return found == subjects.end() ? nullptr : &*found;
  }

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
    for (const knowledge::Metric& metric : facts_.knowledge().metrics()) {
      if (metric.failure.empty()) continue;
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

  [[nodiscard]] Watch watch_of(graph::NodeId alarm, std::string_view name_space, std::string_view name,
                               text::Span span) const {
    Watch watch;
    watch.alarm = alarm;
    watch.metric = std::string(name_space) + " " + std::string(name);
    const knowledge::Metric* row = facts_.knowledge().metric(name_space, name);
    watch.failure = row == nullptr || row->failure.empty() ? "other" : row->failure;
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
    watch.fault =
        alarm_fault(facts_.knowledge(), system_.templates[system_.node(alarm).template_index], metric);
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
    for (const Subject& other : facts_.knowledge().metric_subjects()) {
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
    const std::set<graph::NodeId> candidates = named_nodes(system_, in, named);
    for (const Subject& other : facts_.knowledge().metric_subjects()) {
      if (other.name_space != subject.name_space || other.dimension != subject.dimension) continue;
      for (const graph::NodeId candidate : candidates) {
        if (is_type(system_, candidate, other.type)) return candidate;
      }
    }
    return {};
  }

  [[nodiscard]] bool fits(graph::NodeId node, const Subject& subject) const {
    return node.valid() &&
           std::ranges::any_of(facts_.knowledge().metric_subjects(), [&](const Subject& other) {
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

/// One of what it says, at what is wrong.
cel::Value fault_cell(const AlarmFault& fault, std::string_view text) {
  return text.empty() ? cel::Value() : cel::Value(text).at(fault.span).assuming(fault.assumption);
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
             {"through", resource_cell(facts, watch.through)},
             {"fault", fault_cell(watch.fault, watch.fault.text)},
             {"fault_kind", fault_cell(watch.fault, watch.fault.kind)},
             {"fault_at", fault_cell(watch.fault, watch.fault.text)},
             {"instead", fault_cell(watch.fault, watch.fault.instead)}},
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
           {"fault", "string", "",
            "why the metric surely never has data; null where nothing is known of that"},
           {"fault_kind", "string", "",
            "what is wrong: the `name`, a `dimension`, any at all of the `account`'s own metric, one that is "
            "`missing`, or a dimension's `value`; null likewise"},
           {"fault_at", "string", "", "stands at that; for `at`"},
           {"instead", "string", "",
            "what belongs there: a name, or the resource or attribute that gives the value; null where that "
            "is not known"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
