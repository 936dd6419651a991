// SPDX-License-Identifier: Apache-2.0
// Tables "watched" and "alarms_system": of which failures alarms tell, by resource and in all.
#include "analysis/alarms.hpp"
#include "analysis/analyses.hpp"
#include "analysis/functions.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

constexpr std::string_view queue_type = "AWS::SQS::Queue";
constexpr std::array<std::string_view, 4> stream_types{"AWS::Kinesis::Stream", "AWS::Kinesis::StreamConsumer",
                                                       "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"};

/// Words in the names of plugins that make alarms (serverless-plugin-aws-alerts, serverless-slic-watch-plugin).
constexpr std::array<std::string_view, 5> alarming{"alert", "alarm", "cloudwatch", "monitor", "slic-watch"};

/// A nested stack whose template isn't among those of the system.
bool is_closed_stack(const graph::System& system, const graph::Node& node) {
  if (node.type != "AWS::CloudFormation::Stack" || node.resource == nullptr) return false;
  return std::none_of(system.templates.begin(), system.templates.end(), [&](const dialect::Template& each) {
    return each.nesting && each.nesting->parent == node.template_index &&
           each.nesting->stack == node.resource->logical_id;
  });
}

/// What may add alarms that are not to be seen here; empty when nothing may.
std::string_view unseen_alarms(const graph::System& system) {
  for (const dialect::Template& each : system.templates) {
    for (const text::Problem& problem : each.problems) {
      if (problem.name == "macro-not-run") return "a macro may add alarms";
    }
    for (const auto& entry : each.sections) {
      const bool adds = entry.first.starts_with("plugins.") &&
                        std::ranges::any_of(alarming, [&](std::string_view word) {
                          return entry.first.find(word) != std::string_view::npos;
                        });
      if (adds) return "a plugin adds alarms";
    }
  }
  const bool closed = std::any_of(system.nodes.begin(), system.nodes.end(),
                                  [&](const graph::Node& node) { return is_closed_stack(system, node); });
  return closed ? "a nested stack whose template is not here may hold alarms" : "";
}

class Watched {
public:
  explicit Watched(const Facts& facts)
      : facts_(facts), system_(facts.system()), watches_(watches_of(facts)), by_node_(system_.nodes.size()),
        helpers_(deployment_helpers(facts)), unseen_(unseen_alarms(facts.system())) {
    for (const Watch& watch : watches_) {
      if (watch.resource.valid()) {
        by_node_[watch.resource.index()].push_back(watch.failure);
      } else if (watch.account_wide) {
        everywhere_.emplace_back(watch.type, watch.failure);
      } else if (!watch.reason.empty()) {
        unclear_.push_back(&watch);
      }
    }
  }

  void report(const Schema& schema, Table& table) const {
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      const graph::NodeId node(i);
      const bool function = is_type(system_, node, function_type);
      if (system_.nodes[i].resource == nullptr || (!function && !is_type(system_, node, queue_type)))
        continue;
      if (function && helpers_[i]) continue;
      add(schema, table, node, function);
    }
  }

private:
  [[nodiscard]] bool has(graph::NodeId node, std::string_view failure) const {
    const auto& own = by_node_[node.index()];
    if (std::find(own.begin(), own.end(), failure) != own.end()) return true;
    const std::pair everywhere(std::string_view(system_.node(node).type), failure);
    return std::find(everywhere_.begin(), everywhere_.end(), everywhere) != everywhere_.end();
  }

  /// Whether an alarm whose subject or metric isn't known may be about it.
  [[nodiscard]] bool may_have(graph::NodeId node, std::string_view failure) const {
    if (!unseen_.empty()) return true;
    return std::any_of(unclear_.begin(), unclear_.end(), [&](const Watch* watch) {
      const bool same_failure = watch->failure == failure || watch->failure == "unknown";
      return same_failure && (watch->type.empty() || watch->type == system_.node(node).type);
    });
  }

  [[nodiscard]] cel::Value cell(graph::NodeId node, std::initializer_list<std::string_view> failures) const {
    bool unclear = false;
    for (const std::string_view failure : failures) {
      if (has(node, failure)) return true;
      unclear = unclear || may_have(node, failure);
    }
    if (unclear && !unseen_.empty()) return cel::Value::unknown(std::string(unseen_));
    if (unclear) return cel::Value::unknown("what an alarm of the system watches is not known");
    return false;
  }

  /// Streams that a function reads.
  [[nodiscard]] std::vector<graph::NodeId> streams_of(graph::NodeId function) const {
    std::vector<graph::NodeId> streams;
    for (const graph::EdgeId id : system_.incoming[function.index()]) {
      const graph::Edge& edge = system_.edge(id);
      const std::string_view type = system_.node(edge.from).type;
      const bool stream = std::find(stream_types.begin(), stream_types.end(), type) != stream_types.end();
      if (edge.kind == graph::EdgeKind::polls && stream) streams.push_back(edge.from);
    }
    return streams;
  }

  /// The age of what a function has not read yet is its own metric and the stream's.
  [[nodiscard]] cel::Value age_cell(graph::NodeId function, const std::vector<graph::NodeId>& streams) const {
    cel::Value own = cell(function, {"iterator_age"});
    for (const graph::NodeId stream : streams) {
      if (has(stream, "iterator_age")) return true;
    }
    return own;
  }

  /// What sends failed events to a queue.
  [[nodiscard]] std::vector<graph::NodeId> senders_of(graph::NodeId queue) const {
    std::vector<graph::NodeId> senders;
    for (const graph::EdgeId id : system_.incoming[queue.index()]) {
      const graph::Edge& edge = system_.edge(id);
      if (edge.kind == graph::EdgeKind::dead_letters) senders.push_back(edge.from);
    }
    return senders;
  }

  /// What comes by a queue's redrive counts as sent nowhere, so only messages that lie there tell of it.
  [[nodiscard]] cel::Value letters_cell(graph::NodeId queue,
                                        const std::vector<graph::NodeId>& senders) const {
    const bool redriven = std::any_of(senders.begin(), senders.end(), [&](graph::NodeId sender) {
      return is_type(system_, sender, queue_type);
    });
    return redriven ? cell(queue, {"backlog", "age_of_oldest"})
                    : cell(queue, {"backlog", "age_of_oldest", "sent"});
  }

  void add(const Schema& schema, Table& table, graph::NodeId node, bool function) const {
    const std::vector<graph::NodeId> streams = function ? streams_of(node) : std::vector<graph::NodeId>{};
    const std::vector<graph::NodeId> senders = function ? std::vector<graph::NodeId>{} : senders_of(node);
    add_row(table, schema,
            {{"resource", resource_cell(facts_, node)},
             {"kind", function ? "function" : "queue"},
             {"dead_letters_of", resource_list(facts_, senders)},
             {"streams", resource_list(facts_, streams)},
             {"errors", function ? cell(node, {"errors"}) : cel::Value()},
             {"throttles", function ? cell(node, {"throttles"}) : cel::Value()},
             {"duration", function ? cell(node, {"duration"}) : cel::Value()},
             {"iterator_age", streams.empty() ? cel::Value() : age_cell(node, streams)},
             {"backlog", function ? cel::Value() : cell(node, {"backlog", "age_of_oldest"})},
             {"dead_letters", senders.empty() ? cel::Value() : letters_cell(node, senders)}},
            id_span(system_.node(node)));
  }

  const Facts& facts_;
  const graph::System& system_;
  const std::vector<Watch>& watches_;
  std::vector<std::vector<std::string_view>> by_node_;
  std::vector<std::pair<std::string_view, std::string_view>> everywhere_; ///< Type and failure.
  std::vector<const Watch*> unclear_;
  const std::vector<bool>& helpers_;
  std::string_view unseen_;
};

void compute_watched(const Facts& facts, const Schema& schema, Table& table) {
  Watched(facts).report(schema, table);
}

void compute_system(const Facts& facts, const Schema& schema, Table& table) {
  const std::vector<bool>& helpers = deployment_helpers(facts);
  graph::NodeId first;
  std::int64_t functions = 0;
  for (const graph::NodeId function : facts.nodes_of_type(function_type)) {
    if (helpers[function.index()]) continue;
    if (!first.valid()) first = function;
    ++functions;
  }
  if (!first.valid()) return;
  const std::size_t alarms = facts.nodes_of_type("AWS::CloudWatch::Alarm").size();
  const std::size_t composites = facts.nodes_of_type("AWS::CloudWatch::CompositeAlarm").size();
  const std::size_t anomalies = facts.nodes_of_type("AWS::CloudWatch::AnomalyDetector").size();
  cel::Value any = alarms + composites > 0;
  const std::string_view unseen = unseen_alarms(facts.system());
  if (alarms + composites == 0 && !unseen.empty()) any = cel::Value::unknown(std::string(unseen));
  add_row(table, schema,
          {{"first", resource_cell(facts, first)},
           {"functions", functions},
           {"alarms", static_cast<std::int64_t>(alarms)},
           {"composites", static_cast<std::int64_t>(composites)},
           {"detectors", static_cast<std::int64_t>(anomalies)},
           {"any", std::move(any)}},
          id_span(facts.system().node(first)));
}

} // namespace

const Analysis& watched_analysis() {
  static const Analysis analysis{
      {"watched",
       "Of which failures of each function and queue an alarm tells. An alarm over the whole account counts "
       "for all; "
       "where an alarm's subject isn't known, whatever it may be about is unknown",
       {
           {"resource", "resource", "",
            "the function or queue; not functions that only run while a stack is deployed"},
           {"kind", "string", "", "`function` or `queue`"},
           {"dead_letters_of", "list", "", "what sends failed events to this queue"},
           {"streams", "list", "", "streams and tables whose records this function reads"},
           {"errors", "bool", "", "of its errors; null for queues"},
           {"throttles", "bool", "", "of its throttles; null for queues"},
           {"duration", "bool", "", "of its duration; null for queues"},
           {"iterator_age", "bool", "",
            "of the age of records, by the function's metric or the stream's; null where it reads none"},
           {"backlog", "bool", "", "of messages that wait in it; null for functions"},
           {"dead_letters", "bool", "",
            "of failed events that come to it, however they come; null where none are sent to it"},
       }},
      compute_watched};
  return analysis;
}

const Analysis& alarms_system_analysis() {
  static const Analysis analysis{
      {"alarms_system",
       "One row a system with functions: how many alarms there are",
       {
           {"first", "resource", "", "the first function"},
           {"functions", "int", "", "functions, without those that only run while a stack is deployed"},
           {"alarms", "int", "", "metric alarms"},
           {"composites", "int", "", "composite alarms"},
           {"detectors", "int", "", "anomaly detectors"},
           {"any", "bool", "",
            "there is an alarm; unknown where there is none, but a macro, a plugin or a nested stack may add "
            "some"},
       }},
      compute_system};
  return analysis;
}

} // namespace slsaudit::analysis
