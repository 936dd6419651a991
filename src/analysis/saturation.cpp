// SPDX-License-Identifier: Apache-2.0
// Table "saturation": in which order limits are reached as the load grows.
#include "analysis/saturation.hpp"

#include "analysis/analyses.hpp"
#include "analysis/concurrency.hpp"
#include "analysis/databases.hpp"
#include "analysis/platform.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace slsaudit::analysis {
namespace {

constexpr double ms_per_second = 1000;
constexpr double bytes_per_kb = 1024;

std::optional<double> number(const cel::Value& cell) {
  if (cell.number() != nullptr) return *cell.number();
  if (cell.integer() != nullptr) return static_cast<double>(*cell.integer());
  return std::nullopt;
}

/// A load in two parts: what grows, and what schedules add whatever happens.
struct Parts {
  double growing = 0;
  double steady = 0;
  [[nodiscard]] double sum() const { return growing + steady; }
};
Parts operator*(Parts parts, double factor) {
  return {parts.growing * factor, parts.steady * factor};
}
Parts operator+(Parts a, Parts b) {
  return {a.growing + b.growing, a.steady + b.steady};
}

enum class Measure : std::uint8_t { events, kilobytes, invocations };

/// Limits that the platform sets on what gets to one resource.
struct Platform {
  std::string_view type;
  std::string_view quota;
  Measure measure;
  std::string_view what;
  std::string_view unit;
  std::string_view effect;
};
constexpr Platform platform_limits[] = {
    {"AWS::AppSync::GraphQLApi", "appsync/request-rate", Measure::events, "the API's request rate",
     "requests/s", "requests are throttled"},
    {"AWS::Events::EventBus", "eventbridge/put-events-rate", Measure::events, "the account's PutEvents rate",
     "requests/s", "senders are throttled"},
    {"AWS::KinesisFirehose::DeliveryStream", "firehose/direct-put-bytes", Measure::kilobytes,
     "the stream's throughput", "bytes/s", "senders are throttled"},
    {"AWS::SNS::Topic", "sns/publish-rate", Measure::events, "the account's publish rate", "messages/s",
     "senders are throttled"},
    {"AWS::Scheduler::Schedule", "scheduler/invocations-rate", Measure::events,
     "the account's invocation rate", "invocations/s", "invocations wait"},
    {"outside::event-bus", "eventbridge/put-events-rate", Measure::events, "the account's PutEvents rate",
     "requests/s", "senders are throttled"},
};

class Saturating {
public:
  explicit Saturating(const Facts& facts)
      : facts_(facts), system_(facts.system()), growing_(facts, part_of(facts, false)),
        steady_(facts, part_of(facts, true)), durations_(durations_of(facts)), demands_(facts, growing_) {
    for (const Source& source : growing_.sources()) entering_ += source.rate;
  }

  std::vector<Saturation> run() {
    entries();
    for (const Demand& demand : demands_.all()) function(demand);
    account();
    for (const Platform& limit : platform_limits) platform_limit(limit);
    for (const graph::NodeId node : facts_.nodes_of_type("AWS::SQS::Queue")) queue(node);
    for (const graph::NodeId node : facts_.nodes_of_type("AWS::Kinesis::Stream")) stream(node);
    for (const graph::NodeId node : facts_.nodes_of_type("AWS::DynamoDB::Table")) table(node);
    for (const graph::NodeId node : facts_.nodes_of_type("AWS::StepFunctions::StateMachine")) workflow(node);
    for (const Database& database : databases_of(facts_)) connections(database);
    std::sort(found_.begin(), found_.end(), [](const Saturation& a, const Saturation& b) {
      return std::tie(a.factor, a.node, a.what) < std::tie(b.factor, b.node, b.what);
    });
    return std::move(found_);
  }

private:
  static std::vector<Source> part_of(const Facts& facts, bool steady) {
    std::vector<Source> sources = sources_of(facts);
    std::erase_if(
        sources, [&](const Source& source) { return (source.origin == Source::Origin::schedule) != steady; });
    return sources;
  }

  [[nodiscard]] Parts measured(graph::NodeId node, Measure measure) const {
    const auto one = [&](const Traffic& traffic) {
      const Through& through = traffic.at(node);
      return measure == Measure::events      ? through.events
             : measure == Measure::kilobytes ? through.kilobytes
                                             : through.invocations;
    };
    return {one(growing_), one(steady_)};
  }

  /// Reached where it grows at all. `rate` is what is at the node now.
  void add(Saturation limit, Parts load, double rate) {
    if (load.growing <= 0 || limit.limit < 0) return;
    limit.load = load.sum();
    limit.factor = std::max(0.0, (limit.limit - load.steady) / load.growing);
    limit.rate = rate * limit.factor;
    if (!limit.at.valid() && limit.node.valid()) limit.at = id_span(system_.node(limit.node));
    found_.push_back(std::move(limit));
  }

  /// With a limit out of knowledge, `times` as large; nothing where there is no such row.
  void add_quota(std::string_view quota, double times, Saturation limit, Parts load, double rate) {
    const knowledge::Quota* row = platform(facts_).quota(quota);
    if (row == nullptr) return;
    limit.limit = row->value * times;
    limit.quota = row->id;
    limit.verified = row->origin.verified;
    add(std::move(limit), load, rate);
  }

  void entries() {
    Parts apis;
    for (const Row& row : facts_.table("entries")->rows) {
      const graph::NodeId node = facts_.node_of(row.field("entry").object());
      const std::string kind(*row.field("kind").string());
      const bool api = kind == "rest" || kind == "http" || kind == "websocket";
      const Parts load = measured(node, Measure::events);
      if (api) apis = apis + load;
      const cel::Value unit = row.field("limit_unit");
      const auto limit = number(row.field("limit"));
      if (limit && unit.string().has_value() && *unit.string() == "requests/s") {
        add({.node = node,
             .what = "its throttle",
             .unit = "requests/s",
             .limit = *limit,
             .effect = "requests are refused with 429",
             .at = row.field("limit").span()},
            load, load.sum());
      }
      if (const auto burst = number(row.field("burst"))) {
        const Parts at_once{growing_.at(node).burst, steady_.at(node).burst};
        add({.node = node,
             .what = "its throttle's burst",
             .unit = "requests",
             .limit = *burst,
             .effect = "requests are refused with 429",
             .at = row.field("burst").span()},
            at_once, load.sum());
      }
    }
    add_quota("apigateway/account-rate", 1,
              {.what = "the account's API request rate",
               .unit = "requests/s",
               .effect = "requests are refused with 429"},
              apis, apis.sum());
  }

  [[nodiscard]] Parts executions(const Demand& demand) const {
    const double seconds = durations_[demand.function.index()].milliseconds / ms_per_second;
    Parts load = measured(demand.function, Measure::invocations) * seconds;
    return load + Parts{growing_.at(demand.function).burst, steady_.at(demand.function).burst};
  }

  void function(const Demand& demand) {
    const Parts load = executions(demand);
    const double rate = measured(demand.function, Measure::invocations).sum();
    const value::Value reserved = property(system_.node(demand.function), "ReservedConcurrentExecutions");
    if (const auto held = reserved.as_number()) {
      add({.node = demand.function,
           .what = "its reserved concurrency",
           .unit = "executions",
           .limit = *held,
           .effect = "invocations are throttled",
           .at = reserved.span()},
          load, rate);
    }
    // A poller at its maximum lets the backlog grow; a throttled entry is told at the entry.
    const bool polled =
        demand.bound.edge.valid() && system_.edge(demand.bound.edge).kind == graph::EdgeKind::polls;
    if (polled && demand.bound.kind == Bound::Kind::known) {
      add({.node = demand.function,
           .what = demand.bound.reason,
           .unit = "executions",
           .limit = demand.bound.value,
           .effect = "the backlog grows",
           .at = demand.bound.span},
          load, rate);
    }
  }

  void account() {
    Parts unreserved;
    for (const Demand& demand : demands_.all()) {
      if (pool_of(system_, demand.function) == "unreserved") unreserved = unreserved + executions(demand);
    }
    const Row* budget = facts_.table("concurrency_budget")->rows.empty()
                            ? nullptr
                            : &facts_.table("concurrency_budget")->rows.front();
    if (budget == nullptr) return;
    add({.what = "the account's unreserved concurrency",
         .unit = "executions",
         .limit = number(budget->field("unreserved")).value_or(0),
         .effect = "every function without a reservation is throttled"},
        unreserved, entering_);
  }

  void platform_limit(const Platform& limit) {
    for (const graph::NodeId node : facts_.nodes_of_type(limit.type)) {
      const double times = limit.measure == Measure::kilobytes ? 1 / bytes_per_kb : 1;
      const std::string unit(limit.measure == Measure::kilobytes ? "KB/s" : limit.unit);
      add_quota(
          limit.quota, times,
          {.node = node, .what = std::string(limit.what), .unit = unit, .effect = std::string(limit.effect)},
          measured(node, limit.measure), measured(node, Measure::events).sum());
    }
  }

  void queue(graph::NodeId node) {
    if (!property(system_.node(node), "FifoQueue").as_boolean().value_or(false)) return;
    const Parts load = measured(node, Measure::events);
    add_quota("sqs/fifo-calls", 1,
              {.node = node,
               .what = "the queue's calls",
               .unit = "calls/s",
               .effect = "senders that don't batch are throttled"},
              load, load.sum());
  }

  void stream(graph::NodeId node) {
    const value::Value count = property(system_.node(node), "ShardCount");
    const auto shards = count.as_number();
    if (!shards) return;
    const Parts records = measured(node, Measure::events);
    const std::string of_shards = " of its " + shown(*shards) + (*shards == 1 ? " shard" : " shards");
    add_quota("kinesis/shard-write-records", *shards,
              {.node = node,
               .what = "the records" + of_shards,
               .unit = "records/s",
               .effect = "senders are throttled",
               .at = count.span()},
              records, records.sum());
    add_quota("kinesis/shard-write-bytes", *shards / bytes_per_kb,
              {.node = node,
               .what = "the throughput" + of_shards,
               .unit = "KB/s",
               .effect = "senders are throttled",
               .at = count.span()},
              measured(node, Measure::kilobytes), records.sum());
  }

  [[nodiscard]] Parts done_to(graph::NodeId store, graph::EdgeKind kind) const {
    Parts load;
    for (const graph::EdgeId id : system_.incoming[store.index()]) {
      const graph::Edge& edge = system_.edge(id);
      if (edge.kind == kind) load = load + measured(edge.from, Measure::events);
    }
    return load;
  }

  void table(graph::NodeId node) {
    const graph::Node& own = system_.node(node);
    const double write_units = std::ceil(default_payload_kb);
    constexpr double half = 0.5; // eventually consistent
    const Parts writes = done_to(node, graph::EdgeKind::writes) * write_units;
    const Parts reads = done_to(node, graph::EdgeKind::reads) * half;
    if (property(own, "BillingMode").as_string() == "PAY_PER_REQUEST") {
      add_quota("dynamodb/table-write-units", 1,
                {.node = node,
                 .what = "the table's write units",
                 .unit = "units/s",
                 .effect = "writes are throttled"},
                writes, writes.sum());
      return;
    }
    const auto written = [&](const char* name, const char* what, const char* effect, Parts load) {
      const value::Value units = property(own, "ProvisionedThroughput." + std::string(name));
      if (const auto limit = units.as_number()) {
        add({.node = node,
             .what = what,
             .unit = "units/s",
             .limit = *limit,
             .effect = effect,
             .at = units.span()},
            load, load.sum());
      }
    };
    written("WriteCapacityUnits", "its write capacity", "writes are throttled", writes);
    written("ReadCapacityUnits", "its read capacity", "reads are throttled", reads);
  }

  void workflow(graph::NodeId node) {
    const bool express = property(system_.node(node), "StateMachineType").as_string() == "EXPRESS";
    const Parts load = measured(node, Measure::events);
    add_quota(express ? "stepfunctions/start-express-rate" : "stepfunctions/start-standard-rate", 1,
              {.node = node,
               .what = "the account's rate of starts",
               .unit = "executions/s",
               .effect = "callers are throttled"},
              load, load.sum());
  }

  void connections(const Database& database) {
    if (!database.limit_reason.empty()) return;
    Parts load;
    for (const Client& client : database.direct) {
      double each = 1;
      for (const auto& item : facts_.settings().load.functions) {
        if (item.second.connections && is_named(system_.node(client.function), item.first))
          each = static_cast<double>(*item.second.connections);
      }
      if (const Demand* demand = demands_.of(client.function)) load = load + executions(*demand) * each;
    }
    Saturation limit{.node = database.node,
                     .what = "the connections of " + database.class_name,
                     .unit = "connections",
                     .limit = static_cast<double>(database.limit),
                     .effect = "functions can't connect",
                     .verified = database.verified,
                     .at = database.limit_span};
    add(std::move(limit), load, entering_);
  }

  const Facts& facts_;
  const graph::System& system_;
  Traffic growing_;
  Traffic steady_;
  const std::vector<Duration>& durations_;
  Demands demands_;
  double entering_ = 0;
  std::vector<Saturation> found_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  for (Saturation& limit : saturations(facts)) {
    std::string text = limit.what + ": " + shown(limit.load) + " of " + shown(limit.limit) + " " +
                       limit.unit + "; reached at " + shown(limit.factor) + " times the load (" +
                       shown(limit.rate) + "/s)";
    add_row(table, schema,
            {{"resource", resource_cell(facts, limit.node)},
             {"what", limit.what},
             {"unit", limit.unit},
             {"limit", limit.limit},
             {"load", limit.load},
             {"factor", limit.factor},
             {"rate", limit.rate},
             {"effect", limit.effect},
             {"quota", limit.quota.empty() ? cel::Value() : cel::Value(limit.quota)},
             {"verified", limit.verified}},
            limit.at, {{limit.at, std::move(text)}});
  }
}

} // namespace

std::vector<Saturation> saturations(const Facts& facts) {
  if (!facts.settings().load.given()) return {};
  return Saturating(facts).run();
}

const Analysis& saturation_analysis() {
  static const Analysis analysis{
      {"saturation",
       "With a load profile: the limits that the load reaches as it grows, the first to be reached first",
       {
           {"resource", "resource", "", "what has the limit; null of the account"},
           {"what", "string", "", "the limit: `its reserved concurrency`, `its throttle` …"},
           {"unit", "string", "", "`executions`, `requests/s` …"},
           {"limit", "double", "", "in that unit"},
           {"load", "double", "", "of the profile, in that unit"},
           {"factor", "double", "",
            "how many times the profile's load reaches it; below 1 the load is past it. What schedules add "
            "doesn't grow"},
           {"rate", "double", "events/s",
            "at the resource (at all entries together, for the account's and databases') when it is reached"},
           {"effect", "string", "", "what happens then"},
           {"quota", "string", "", "the row of knowledge it is from; null where the author wrote it"},
           {"verified", "bool", "", "that row was checked against its source"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
