// SPDX-License-Identifier: Apache-2.0
// Table "event_logs": streams, buses and topics that several hear, and whether what went over them can be had
// again.
#include "analysis/analyses.hpp"
#include "analysis/reach.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::analysis {
namespace {

using graph::Category;
using graph::EdgeKind;

constexpr double default_stream_hours = 24;
constexpr double hours_per_day = 24;

struct Readers {
  std::set<graph::NodeId> consumers;
  std::set<graph::NodeId> archives;
  std::set<graph::NodeId> storage; ///< Buckets, groups and delivery streams that keep what comes.
};

std::string_view kind_of(const graph::Node& node) {
  if (node.type == "outside::event-bus") return "bus";
  if (node.type == "AWS::KinesisFirehose::DeliveryStream") return {};
  switch (graph::category_of(node.type)) {
  case Category::stream:
    return "stream";
  case Category::bus:
    return "bus";
  case Category::topic:
    return "topic";
  default:
    return {};
  }
}

bool keeps(const graph::System& system, graph::NodeId node) {
  const Category category = graph::category_of(system.node(node).type);
  return category == Category::bucket || category == Category::log_group ||
         is_type(system, node, "AWS::KinesisFirehose::DeliveryStream");
}

cel::Value hours_cell(const value::Value& written, double scale) {
  const auto known = written.as_number();
  if (!known) return cel::Value::unknown("the retention is not known").at(written.span());
  return cel::Value(*known * scale).at(written.span()).assuming(written.assumption());
}

class EventLogs {
public:
  explicit EventLogs(const Facts& facts) : facts_(facts), system_(facts.system()) {}

  void report(const Schema& schema, Table& table) const {
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      const std::string_view kind = kind_of(system_.nodes[i]);
      if (!kind.empty()) add(schema, table, graph::NodeId(i), kind);
    }
  }

private:
  [[nodiscard]] Readers readers_of(graph::NodeId log) const {
    Readers readers;
    for (const graph::EdgeId id : system_.outgoing[log.index()]) {
      const graph::Edge& edge = system_.edge(id);
      if (!carries_event(edge) && edge.kind != EdgeKind::logs) continue;
      if (is_type(system_, edge.to, "AWS::Events::Archive")) {
        readers.archives.insert(edge.to);
      } else if (is_type(system_, edge.to, "AWS::Events::Rule")) {
        add_targets(edge.to, readers);
      } else {
        add_reader(edge.to, readers);
      }
    }
    return readers;
  }

  /// What a rule's targets hear of a bus.
  void add_targets(graph::NodeId rule, Readers& readers) const {
    for (const graph::EdgeId id : system_.outgoing[rule.index()]) {
      const graph::Edge& edge = system_.edge(id);
      if (carries_event(edge) || edge.kind == EdgeKind::logs) add_reader(edge.to, readers);
    }
  }

  void add_reader(graph::NodeId node, Readers& readers) const {
    (keeps(system_, node) ? readers.storage : readers.consumers).insert(node);
  }

  [[nodiscard]] std::int64_t producers_of(graph::NodeId log) const {
    std::set<graph::NodeId> producers;
    for (const graph::EdgeId id : system_.incoming[log.index()]) {
      if (carries_event(system_.edge(id))) producers.insert(system_.edge(id).from);
    }
    return static_cast<std::int64_t>(producers.size());
  }

  [[nodiscard]] cel::Value retention_of(graph::NodeId log, std::string_view kind,
                                        const Readers& readers) const {
    const graph::Node& node = system_.node(log);
    if (kind == "stream") {
      const value::Value hours = property(node, "RetentionPeriodHours");
      if (hours.is_present()) return hours_cell(hours, 1);
      if (node.type != "AWS::Kinesis::Stream")
        return cel::Value::unknown("what the stream keeps is not known");
      return cel::Value(default_stream_hours).at(property_cell(facts_, log, "RetentionPeriodHours").span());
    }
    if (kind == "topic") {
      const value::Value days = property(node, "ArchivePolicy.MessageRetentionPeriod");
      return days.is_present() ? hours_cell(days, hours_per_day) : cel::Value(0.0).at(id_span(node));
    }
    if (readers.archives.empty()) return cel::Value(0.0).at(id_span(node));
    const value::Value days = property(system_.node(*readers.archives.begin()), "RetentionDays");
    return days.is_present() && days.as_integer() != 0 ? hours_cell(days, hours_per_day) : cel::Value();
  }

  static cel::Value replayable(std::string_view kind, const cel::Value& retention, const Readers& readers) {
    if (!readers.archives.empty() || !readers.storage.empty()) return true;
    const double none = kind == "stream" ? default_stream_hours : 0;
    if (retention.unknown() != nullptr) return retention;
    if (retention.number() == nullptr) return true;
    return cel::Value(*retention.number() > none).assuming(retention.assumption());
  }

  void add(const Schema& schema, Table& table, graph::NodeId log, std::string_view kind) const {
    const Readers readers = readers_of(log);
    const cel::Value retention = retention_of(log, kind, readers);
    std::vector<Step> steps;
    for (const graph::EdgeId id : system_.outgoing[log.index()]) {
      if (carries_event(system_.edge(id)))
        steps.push_back({facts_.object(id)->span(), facts_.object(id)->display()});
    }
    const text::Span own = id_span(system_.node(log));
    const auto list = [&](const std::set<graph::NodeId>& nodes) {
      return resource_list(facts_, {nodes.begin(), nodes.end()});
    };
    add_row(table, schema,
            {{"log", resource_cell(facts_, log)},
             {"kind", kind},
             {"producers", producers_of(log)},
             {"consumers", static_cast<std::int64_t>(readers.consumers.size())},
             {"readers", list(readers.consumers)},
             {"retention", retention},
             {"archives", list(readers.archives)},
             {"storage", list(readers.storage)},
             {"replayable", replayable(kind, retention, readers)}},
            own.valid() || steps.empty() ? own : steps.front().span, std::move(steps));
  }

  const Facts& facts_;
  const graph::System& system_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  EventLogs(facts).report(schema, table);
}

} // namespace

const Analysis& event_log_analysis() {
  static const Analysis analysis{
      {"event_logs",
       "Streams, buses and topics, who hears them, and whether past events can be had again; the proof is "
       "who hears "
       "them",
       {
           {"log", "resource", "", "the stream, bus or topic"},
           {"kind", "string", "", "`stream`, `bus` or `topic`"},
           {"producers", "int", "", "resources of the system that put events there"},
           {"consumers", "int", "", "what hears it, of a bus the targets of its rules; storage left out"},
           {"readers", "list", "", "these"},
           {"retention", "double", "h",
            "how long past events can be read: a stream's RetentionPeriodHours or the platform's 24, a FIFO "
            "topic's "
            "or a bus's archive, else 0; null where they are kept for good"},
           {"archives", "list", "", "EventBridge archives of it"},
           {"storage", "list", "", "delivery streams, buckets and log groups that get its events"},
           {"replayable", "bool", "",
            "there is an archive or storage, or it keeps events longer than a stream does by default"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
