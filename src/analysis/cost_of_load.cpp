// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"
#include "analysis/cost_model.hpp"
#include "analysis/platform.hpp"
#include "analysis/reach.hpp"
#include "analysis/schedule.hpp"
#include "analysis/shared_uses.hpp"
#include "graph/service_events.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

namespace slsaudit::analysis {
namespace {

constexpr double kb_per_gb = 1024.0 * 1024;
constexpr double mb_per_gb = 1024;
constexpr double logged_kb = 1;  ///< By one invocation: a function that writes a few lines.
constexpr double sampled = 0.05; ///< Of requests, by X-Ray's default rule.

class LoadCosts;

/// Which resources are metered, by what; and how many states workflows have.
struct Meters {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  explicit Meters(const Facts& facts);

  std::vector<std::size_t> by_node; ///< Into LoadCosts::measures.
  std::vector<double> states;       ///< By node.
};

class LoadCosts {
public:
  LoadCosts(const Facts& facts, const Traffic& traffic, bool explains)
      : facts_(facts), system_(facts.system()), traffic_(traffic), durations_(durations_of(facts)),
        meters_(facts.shared<Meters>()), explains_(explains) {}

  std::vector<CostLine> run() {
    find_done();
    for (const graph::NodeId node : metered()) {
      const std::size_t first = lines_.size();
      (this->*measures[meters_.by_node[node.index()]].measure)(node);
      std::stable_sort(lines_.begin() + static_cast<std::ptrdiff_t>(first), lines_.end(),
                       [](const CostLine& a, const CostLine& b) {
                         return std::string_view(a.dimension) < std::string_view(b.dimension);
                       });
    }
    return std::move(lines_);
  }

private:
  friend struct Meters;

  struct Measure {
    std::string_view type;
    void (LoadCosts::*measure)(graph::NodeId node);
  };
  static const std::array<Measure, 16> measures;

  /// What load gets to, and the stores that are asked by it; ascending.
  [[nodiscard]] std::vector<graph::NodeId> metered() const {
    std::vector<graph::NodeId> nodes = traffic_.loaded();
    for (const graph::NodeId node : traffic_.loaded()) {
      for (const graph::EdgeId id : system_.outgoing[node.index()]) {
        const graph::Edge& edge = system_.edge(id);
        if (edge.kind == graph::EdgeKind::reads || edge.kind == graph::EdgeKind::writes)
          nodes.push_back(edge.to);
      }
    }
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    std::erase_if(nodes, [&](graph::NodeId node) { return meters_.by_node[node.index()] == Meters::none; });
    return nodes;
  }

  template <class Why>
  void add(graph::NodeId node, std::string_view dimension, std::string_view price, double a_second, Why why) {
    if (a_second <= 0) return;
    const knowledge::Price* row = platform(facts_).price(price);
    if (row == nullptr) return;
    const text::Span own = id_span(system_.node(node));
    lines_.push_back({node, std::string(dimension), row, a_second * seconds_per_month,
                      explains_ ? why() : std::string(), own});
  }

  [[nodiscard]] double events(graph::NodeId node) const { return traffic_.at(node).events; }
  [[nodiscard]] static std::string a_second(double rate) { return shown(rate) + "/s"; }
  /// Kilobytes of one event.
  [[nodiscard]] double payload(graph::NodeId node) const {
    const Through& through = traffic_.at(node);
    return through.events > 0 ? through.kilobytes / through.events : 0;
  }
  /// How many units of so many kilobytes one event takes.
  [[nodiscard]] double units(graph::NodeId node, double unit_kb) const {
    return std::max(1.0, std::ceil(payload(node) / unit_kb));
  }
  [[nodiscard]] std::string sized(graph::NodeId node, double unit_kb) const {
    const double each = units(node, unit_kb);
    return each > 1 ? " × " + shown(each) + " units of " + shown(unit_kb) + " KB" : std::string();
  }

  // --- Compute ---

  void function(graph::NodeId node) {
    const double rate = traffic_.at(node).invocations;
    if (rate <= 0) return;
    const Duration& duration = durations_[node.index()];
    const bool edge = pool_is_edge(node);
    const auto memory = number(facts_.object(node)->field("memory"));
    const bool arm = first_architecture(node) == "arm64";
    add(node, "requests", edge ? "lambda/edge-requests" : "lambda/requests", rate,
        [&] { return a_second(rate); });
    const double seconds = rate * duration.milliseconds / 1000;
    const auto time = [&] {
      return a_second(rate) + " × " + shown(duration.milliseconds) + " ms" +
             (duration.given ? "" : " (assumed)");
    };
    if (memory) {
      add(node, "duration",
          edge  ? "lambda/edge-duration"
          : arm ? "lambda/duration-arm"
                : "lambda/duration-x86",
          seconds * *memory / mb_per_gb, [&] { return time() + " × " + shown(*memory) + " MB"; });
    }
    const auto disk = property(system_.node(node), "EphemeralStorage.Size").as_number();
    constexpr double free_disk = 512;
    if (disk && *disk > free_disk) {
      add(node, "ephemeral storage", "lambda/ephemeral-storage", seconds * (*disk - free_disk) / mb_per_gb,
          [&] { return time() + " × " + shown(*disk - free_disk) + " MB beyond 512"; });
    }
    add(node, "logs", "logs/ingest", rate * logged_kb / kb_per_gb,
        [&] { return a_second(rate) + " × " + shown(logged_kb) + " KB (assumed)"; });
    if (property(system_.node(node), "TracingConfig.Mode").as_string() == "Active") {
      add(node, "traces", "xray/recorded", rate * sampled,
          [&] { return a_second(rate) + " × 5 % that the default rule samples"; });
    }
  }

  [[nodiscard]] bool pool_is_edge(graph::NodeId node) const {
    const Row* row = facts_.row_about("functions", node);
    const cel::Value edge = row != nullptr ? row->field("edge") : cel::Value();
    return edge.boolean() != nullptr && *edge.boolean();
  }
  [[nodiscard]] std::string_view first_architecture(graph::NodeId node) const {
    const auto items = property(system_.node(node), "Architectures").items();
    return items.empty() ? std::string_view() : items.front().as_string().value_or("");
  }
  void workflow(graph::NodeId node) {
    const double starts = events(node);
    if (property(system_.node(node), "StateMachineType").as_string() == "EXPRESS") {
      add(node, "requests", "stepfunctions/express-requests", starts, [&] { return a_second(starts); });
      return;
    }
    if (starts <= 0) return;
    const double states = meters_.states[node.index()];
    add(node, "transitions", "stepfunctions/transitions", starts * (states + 1),
        [&] { return a_second(starts) + " × " + shown(states) + " states, each once, and the start"; });
  }

  // --- Ways in ---

  void rest_api(graph::NodeId node) {
    add(node, "requests", "apigateway/rest-requests", events(node), [&] { return a_second(events(node)); });
    answers(node);
  }
  void http_api(graph::NodeId node) {
    const bool websocket = property(system_.node(node), "ProtocolType").as_string() == "WEBSOCKET";
    constexpr double http_unit = 512;
    constexpr double message_unit = 32;
    const double unit = websocket ? message_unit : http_unit;
    add(node, websocket ? "messages" : "requests",
        websocket ? "apigateway/websocket-messages" : "apigateway/http-requests",
        events(node) * units(node, unit), [&] { return a_second(events(node)) + sized(node, unit); });
    answers(node);
  }
  void graphql(graph::NodeId node) {
    constexpr double unit = 5;
    add(node, "requests", "appsync/operations", events(node) * units(node, unit),
        [&] { return a_second(events(node)) + sized(node, unit); });
    answers(node);
  }
  void answers(graph::NodeId node) {
    add(node, "transfer", "transfer/internet-out", traffic_.at(node).kilobytes / kb_per_gb, [&] {
      return a_second(events(node)) + " × " + shown(payload(node)) +
             " KB, answers as large as requests (assumed)";
    });
  }
  void schedule(graph::NodeId node) {
    add(node, "invocations", "scheduler/invocations", events(node), [&] { return a_second(events(node)); });
  }

  // --- Messages ---

  void queue(graph::NodeId node) {
    constexpr double unit = 64;
    double requests = events(node) * units(node, unit);
    for (const graph::EdgeId id : system_.outgoing[node.index()]) {
      if (system_.edge(id).kind == graph::EdgeKind::polls) requests += 2 * traffic_.invocations_over(id);
    }
    const bool fifo = property(system_.node(node), "FifoQueue").as_boolean().value_or(false);
    add(node, "requests", fifo ? "sqs/fifo" : "sqs/standard", requests, [&] {
      return a_second(events(node)) + " sent" + sized(node, unit) +
             ", and a receive and a delete for each batch";
    });
  }
  void topic(graph::NodeId node) {
    constexpr double unit = 64;
    const bool fifo = property(system_.node(node), "FifoTopic").as_boolean().value_or(false);
    add(node, "requests", fifo ? "sns/fifo-publish" : "sns/publish", events(node) * units(node, unit),
        [&] { return a_second(events(node)) + sized(node, unit); });
    double http = 0;
    double mail = 0;
    // An address that is sent more is suspended.
    const knowledge::Quota* quota = platform(facts_).quota("sns/mail-rate");
    const double most = quota != nullptr ? quota->value : std::numeric_limits<double>::infinity();
    for (const graph::EdgeId id : system_.outgoing[node.index()]) {
      const auto protocol = system_.edge(id).settings.get("Protocol").as_string().value_or("");
      if (protocol == "http" || protocol == "https") http += traffic_.events_over(id);
      if (protocol == "email" || protocol == "email-json") mail += std::min(traffic_.events_over(id), most);
    }
    add(node, "deliveries by http", "sns/deliver-http", http, [&] { return a_second(http); });
    add(node, "deliveries by mail", "sns/deliver-email", mail, [&] { return a_second(mail); });
  }
  void bus(graph::NodeId node) {
    constexpr double unit = 64;
    double paid = events(node);
    for (const graph::EdgeId id : system_.incoming[node.index()]) {
      if (is_free(system_.edge(id))) paid -= traffic_.events_over(id);
    }
    add(node, "events", "eventbridge/custom-events", paid * units(node, unit),
        [&] { return a_second(paid) + sized(node, unit); });
  }
  /// What services tell the bus by themselves costs nothing, but for what they are asked to tell: of buckets.
  [[nodiscard]] bool is_free(const graph::Edge& edge) const {
    return edge.kind == graph::EdgeKind::sends && edge.settings.is_absent() &&
           !is_type(system_, edge.from, "AWS::S3::Bucket") && graph::is_told_of(system_, edge.from);
  }
  void pipe(graph::NodeId node) {
    add(node, "requests", "pipes/requests", events(node), [&] { return a_second(events(node)); });
  }
  void stream(graph::NodeId node) {
    constexpr double unit = 25;
    if (property(system_.node(node), "StreamModeDetails.StreamMode").as_string() == "ON_DEMAND") {
      add(node, "data in", "kinesis/on-demand-in", traffic_.at(node).kilobytes / kb_per_gb,
          [&] { return a_second(events(node)) + " × " + shown(payload(node)) + " KB"; });
      return;
    }
    add(node, "puts", "kinesis/put-unit", events(node) * units(node, unit),
        [&] { return a_second(events(node)) + sized(node, unit); });
  }
  void firehose(graph::NodeId node) {
    constexpr double step = 5;
    const double each = std::max(step, std::ceil(payload(node) / step) * step);
    add(node, "data in", "firehose/ingest", events(node) * each / kb_per_gb,
        [&] { return a_second(events(node)) + " × " + shown(each) + " KB, in steps of 5 KB"; });
  }

  // --- Stores ---

  /// What functions do to a store, once for each event that they handle.
  [[nodiscard]] double done_by_functions(graph::NodeId store, graph::EdgeKind kind) const {
    const auto done = done_.find({store, kind});
    return done != done_.end() ? done->second : 0;
  }

  /// Of what load gets to alone: of all that may use a store most has none.
  void find_done() {
    std::vector<graph::EdgeId> uses;
    for (const graph::NodeId node : traffic_.loaded()) {
      // A delivery stream gathers megabytes before it writes.
      if (system_.node(node).type == "AWS::KinesisFirehose::DeliveryStream") continue;
      std::ranges::copy_if(system_.outgoing[node.index()], std::back_inserter(uses), [&](graph::EdgeId id) {
        const graph::EdgeKind kind = system_.edge(id).kind;
        return kind == graph::EdgeKind::reads || kind == graph::EdgeKind::writes;
      });
    }
    // Sums depend on their order.
    std::ranges::sort(uses);
    const auto& shared = facts_.shared<SharedUses>();
    for (const graph::EdgeId id : uses) {
      const graph::Edge& edge = system_.edge(id);
      if (shared.is_of_another(edge)) continue;
      done_[{edge.to, edge.kind}] += traffic_.at(edge.from).events * traffic_.weights().share(id);
    }
  }

  void table(graph::NodeId node) {
    if (property(system_.node(node), "BillingMode").as_string() != "PAY_PER_REQUEST") return;
    const double writes = done_by_functions(node, graph::EdgeKind::writes);
    const double reads = done_by_functions(node, graph::EdgeKind::reads);
    const double indexes =
        static_cast<double>(property(system_.node(node), "GlobalSecondaryIndexes").items().size());
    const double write_units = std::max(1.0, std::ceil(payload_or_default(node)));
    constexpr double read_unit = 4;
    const double read_units = std::max(1.0, std::ceil(payload_or_default(node) / read_unit)) / 2;
    const auto why = [&] {
      return a_second(writes) + " × " + shown(write_units) + " units of 1 KB" +
             (indexes > 0 ? " × " + shown(1 + indexes) + " (table and indexes)" : std::string());
    };
    add(node, "writes", "dynamodb/on-demand-write", writes * write_units * (1 + indexes), why);
    add(node, "reads", "dynamodb/on-demand-read", reads * read_units,
        [&] { return a_second(reads) + " × " + shown(read_units) + " units (eventually consistent, 4 KB)"; });
  }
  [[nodiscard]] double payload_or_default(graph::NodeId node) const {
    const double own = payload(node);
    return own > 0 ? own : default_payload_kb;
  }
  void bucket(graph::NodeId node) {
    // Objects that come from outside are put too.
    double puts = done_by_functions(node, graph::EdgeKind::writes);
    for (const Source& source : traffic_.sources()) {
      if (source.node == node) puts += source.rate;
    }
    const double gets = done_by_functions(node, graph::EdgeKind::reads);
    add(node, "puts", "s3/put", puts, [&] { return a_second(puts); });
    add(node, "gets", "s3/get", gets, [&] { return a_second(gets); });
    if (tells_rules(node)) {
      add(node, "events", "eventbridge/custom-events", events(node),
          [&] { return a_second(events(node)) + " told to EventBridge"; });
    }
  }

  /// Straight to rules that name the bucket: what goes over the bus is the bus's.
  [[nodiscard]] bool tells_rules(graph::NodeId bucket) const {
    const auto& out = system_.outgoing[bucket.index()];
    const auto tells = [&](graph::EdgeKind kind, std::string_view type) {
      return std::any_of(out.begin(), out.end(), [&](graph::EdgeId id) {
        return system_.edge(id).kind == kind && is_type(system_, system_.edge(id).to, type);
      });
    };
    return property(system_.node(bucket), "NotificationConfiguration.EventBridgeConfiguration").is_map() &&
           tells(graph::EdgeKind::triggers, "AWS::Events::Rule") &&
           !tells(graph::EdgeKind::sends, "outside::event-bus");
  }

  const Facts& facts_;
  const graph::System& system_;
  const Traffic& traffic_;
  const std::vector<Duration>& durations_;
  const Meters& meters_;
  bool explains_;
  std::map<std::pair<graph::NodeId, graph::EdgeKind>, double> done_;
  std::vector<CostLine> lines_;
};

constexpr std::array<LoadCosts::Measure, 16> LoadCosts::measures{{
    {"AWS::ApiGateway::RestApi", &LoadCosts::rest_api},
    {"AWS::ApiGatewayV2::Api", &LoadCosts::http_api},
    {"AWS::AppSync::GraphQLApi", &LoadCosts::graphql},
    {"AWS::DynamoDB::Table", &LoadCosts::table},
    {"AWS::DynamoDB::GlobalTable", &LoadCosts::table},
    {"AWS::Events::EventBus", &LoadCosts::bus},
    {"outside::event-bus", &LoadCosts::bus},
    {"AWS::Kinesis::Stream", &LoadCosts::stream},
    {"AWS::KinesisFirehose::DeliveryStream", &LoadCosts::firehose},
    {"AWS::Lambda::Function", &LoadCosts::function},
    {"AWS::Pipes::Pipe", &LoadCosts::pipe},
    {"AWS::S3::Bucket", &LoadCosts::bucket},
    {"AWS::SNS::Topic", &LoadCosts::topic},
    {"AWS::SQS::Queue", &LoadCosts::queue},
    {"AWS::Scheduler::Schedule", &LoadCosts::schedule},
    {"AWS::StepFunctions::StateMachine", &LoadCosts::workflow},
}};

Meters::Meters(const Facts& facts)
    : by_node(facts.system().nodes.size(), none), states(facts.system().nodes.size()) {
  for (std::size_t i = 0; i < LoadCosts::measures.size(); ++i) {
    for (const graph::NodeId node : facts.nodes_of_type(LoadCosts::measures[i].type))
      by_node[node.index()] = i;
  }
  for (const Row& row : facts.table("states")->rows) {
    const graph::NodeId machine = facts.node_of(row.field("machine").object());
    if (machine.valid()) ++states[machine.index()];
  }
}

} // namespace

std::vector<CostLine> costs_of_load(const Facts& facts, const Traffic& traffic, bool explains) {
  return LoadCosts(facts, traffic, explains).run();
}

namespace {

std::string plural(std::string_view unit) {
  if (unit.ends_with("y")) return std::string(unit.substr(0, unit.size() - 1)) + "ies";
  return std::string(unit) + "s";
}

} // namespace

std::string explain(const CostLine& line) {
  const std::string unit = line.price->per == 1 ? std::string(line.price->unit)
                                                : shown(line.price->per) + " " + plural(line.price->unit);
  return line.why + ": " + shown(line.quantity) + " × $" + precisely(line.price->usd) + " per " + unit +
         " = " + dollars(line.usd()) + " a month";
}

} // namespace slsaudit::analysis
