// SPDX-License-Identifier: Apache-2.0
// Table "denial_of_wallet": what anyone may make cost.
#include "analysis/analyses.hpp"
#include "analysis/costs.hpp"
#include "analysis/platform.hpp"
#include "analysis/schedule.hpp"
#include "analysis/trigger_bounds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace slsaudit::analysis {
namespace {

struct Attack {
  double rate = 0;
  std::string_view rate_kind; ///< See the table.
  std::string why;
};

/// What anyone may do to public entries.
class Attacks {
public:
  explicit Attacks(const Facts& facts)
      : facts_(facts), weights_(facts.shared<PublicWeights>()), durations_(durations_of(facts)),
        traffic_(weights_, {}), starts_(most_starts()) {}

  /// The most that gets through one entry: its own throttle, else the account's; and no more than the
  /// account's concurrency works off.
  [[nodiscard]] Attack on(const Row& entry, graph::NodeId node) const {
    Attack attack;
    const knowledge::Quota* account = platform(facts_).quota("apigateway/account-rate");
    if (const auto own = number(entry.field("limit"))) {
      attack = {*own, "own", "its own limit lets " + shown(*own) + "/s through"};
    } else if (account != nullptr) {
      attack = {account->value, "account",
                "it has no throttle, so the account's " + shown(account->value) + "/s hold"};
    }
    const double each = instances_for_one(node);
    const auto concurrency = static_cast<double>(facts_.settings().account_concurrency);
    if (attack.rate * each <= concurrency) return attack;
    attack.rate = concurrency / each;
    attack.rate_kind = "concurrency";
    attack.why +=
        "; the account's " + shown(concurrency) + " executions work off " + shown(attack.rate) + "/s";
    return attack;
  }

  /// Functions that nobody waits for get the account's executions that those leave which answer; where less
  /// is asked and all of them run, it may cost more, and `attack` is that then.
  [[nodiscard]] std::vector<CostLine> costs(graph::NodeId node, Attack& attack) {
    std::vector<CostLine> lines = costs(node, attack.rate, starts_);
    const auto most = static_cast<double>(facts_.settings().account_concurrency);
    const double answering = attack.rate * instances_for_one(node);
    std::map<graph::NodeId, double> late = late_invocations(node);
    double busy = 0;
    for (const auto& [function, invocations] : late) busy += invocations * seconds_of(function);
    if (busy == 0 || answering + busy <= most) return lines;
    Starts starts = starts_;
    const double part = std::max(0.0, most - answering) / busy;
    std::erase_if(starts, [&](const auto& start) { return late.contains(start.first); });
    for (const auto& [function, invocations] : late) starts.emplace_back(function, invocations * part);
    lines = costs(node, attack.rate, starts);
    const double fewer = attack.rate * most / (answering + busy);
    std::vector<CostLine> others = costs(node, fewer, starts_);
    if (sum(others) <= sum(lines)) return lines;
    attack.rate = fewer;
    attack.rate_kind = "concurrency";
    attack.why += "; with all that they start, " + shown(fewer) + "/s take up the account's " + shown(most) +
                  " executions";
    return others;
  }

private:
  using Starts = std::vector<std::pair<graph::NodeId, double>>;

  /// What the account refuses to start of a workflow, and what a reservation or the settings of its mappings
  /// hold back from a function, and what a table refuses to take, costs nothing: a load that is taken off
  /// where it would come in. What is taken off one changes what gets to others behind it: a round each.
  [[nodiscard]] std::vector<CostLine> costs(graph::NodeId node, double rate, const Starts& starts) {
    std::vector<double> taken(starts.size());
    load(node, rate, starts, taken);
    constexpr int most_rounds = 8;
    for (int round = 0; round < most_rounds; ++round) {
      bool changed = false;
      for (std::size_t i = 0; i < starts.size(); ++i) {
        const auto& [started, most] = starts[i];
        const Through& through = traffic_.at(started);
        const double come =
            (is_type(facts_.system(), started, function_type) ? through.invocations : through.events) +
            taken[i];
        const double off = std::max(0.0, come - most);
        constexpr double least = 1e-6;
        if (std::abs(off - taken[i]) < least) continue;
        taken[i] = off;
        changed = true;
      }
      if (!changed) break;
      load(node, rate, starts, taken);
    }
    std::vector<CostLine> lines = costs_of_load(facts_, traffic_, false);
    for (CostLine& line : lines) hold_to_table(line);
    std::erase_if(lines, [](const CostLine& line) { return line.usd() <= 0; });
    return lines;
  }

  [[nodiscard]] double seconds_of(graph::NodeId function) const {
    return durations_[function.index()].milliseconds / 1000;
  }

  /// What comes a second, under the last load, to functions whose end the entry's caller doesn't wait for; to
  /// none that have executions of their own.
  [[nodiscard]] std::map<graph::NodeId, double> late_invocations(graph::NodeId entry) const {
    std::map<graph::NodeId, double> found;
    for (const graph::NodeId function : traffic_.loaded()) {
      if (!is_type(facts_.system(), function, function_type)) continue;
      const double invocations = traffic_.at(function).invocations;
      const bool reserved =
          property(facts_.system().node(function), "ReservedConcurrentExecutions").is_present();
      if (invocations > 0 && function != entry && !reserved) found[function] = invocations;
    }
    for (const graph::EdgeId id : facts_.system().outgoing[entry.index()]) {
      const graph::Edge& edge = facts_.system().edge(id);
      if (edge.mode == graph::Mode::synchronous) found.erase(edge.to);
    }
    return found;
  }

  void load(graph::NodeId node, double rate, const Starts& starts, const std::vector<double>& taken) {
    std::vector<Source> sources{Source{.node = node, .rate = rate}};
    for (std::size_t i = 0; i < taken.size(); ++i) {
      if (taken[i] > 0) sources.push_back(Source{.node = starts[i].first, .rate = -taken[i]});
    }
    traffic_.change(sources);
  }

  [[nodiscard]] Starts most_starts() const {
    Starts starts = most_of_workflows();
    for (const graph::NodeId function : facts_.nodes_of_type(function_type)) {
      const auto reserved =
          property(facts_.system().node(function), "ReservedConcurrentExecutions").as_number();
      const double seconds = seconds_of(function);
      const Bound bound = facts_.shared<TriggerBounds>().total_of(function);
      double at_once = reserved.value_or(std::numeric_limits<double>::infinity());
      if (bound.kind == Bound::Kind::known && bound.declared) at_once = std::min(at_once, bound.value);
      if (std::isfinite(at_once) && seconds > 0) starts.emplace_back(function, at_once / seconds);
    }
    add_written(starts);
    add_queued(starts);
    return starts;
  }

  /// Tables take no more writes, and tell of no more in their streams, than the units that they are given.
  void add_written(Starts& starts) const {
    const bool scaled = !facts_.nodes_of_type("AWS::ApplicationAutoScaling::ScalableTarget").empty();
    for (const graph::NodeId table : facts_.nodes_of_type("AWS::DynamoDB::Table")) {
      const graph::Node& node = facts_.system().node(table);
      const auto units = property(node, "ProvisionedThroughput.WriteCapacityUnits").as_number();
      const value::Value mode = property(node, "BillingMode");
      if (mode.as_string() == "PAY_PER_REQUEST") {
        const double most = most_units(node, "MaxWriteRequestUnits", "dynamodb/table-write-units");
        if (std::isfinite(most)) starts.emplace_back(table, most / std::ceil(default_payload_kb));
      } else if (!scaled && units && (mode.is_absent() || mode.as_string() == "PROVISIONED")) {
        starts.emplace_back(table, *units);
      }
    }
  }

  /// Units a second that a table which is paid by request takes: what it says itself, else the account's.
  [[nodiscard]] double most_units(const graph::Node& table, std::string_view own,
                                  std::string_view quota) const {
    const knowledge::Quota* row = platform(facts_).quota(quota);
    const double most = row != nullptr ? row->value : std::numeric_limits<double>::infinity();
    const auto said = property(table, "OnDemandThroughput." + std::string(own)).as_number();
    return said && *said > 0 ? std::min(*said, most) : most;
  }

  /// What a table refuses to take costs nothing. Each of its indexes takes as much as the table.
  void hold_to_table(CostLine& line) const {
    const bool writes = line.price->id == "dynamodb/on-demand-write";
    if (!writes && line.price->id != "dynamodb/on-demand-read") return;
    const graph::Node& table = facts_.system().node(line.node);
    const double each = writes ? most_units(table, "MaxWriteRequestUnits", "dynamodb/table-write-units")
                               : most_units(table, "MaxReadRequestUnits", "dynamodb/table-read-units");
    const auto indexes = static_cast<double>(property(table, "GlobalSecondaryIndexes").items().size());
    const double most = each * (writes ? 1 + indexes : 1);
    if (line.quantity <= most * seconds_per_month) return;
    line.quantity = most * seconds_per_month;
    line.why = ", for the " + shown(most) + " units a second that it takes" +
               (writes && indexes > 0 ? " with its indexes" : "");
  }

  /// A FIFO queue takes so many calls a second, unless its throughput is by message group.
  void add_queued(Starts& starts) const {
    const knowledge::Quota* most = platform(facts_).quota("sqs/fifo-calls");
    if (most == nullptr) return;
    for (const graph::NodeId queue : facts_.nodes_of_type("AWS::SQS::Queue")) {
      const graph::Node& node = facts_.system().node(queue);
      const value::Value by = property(node, "FifoThroughputLimit");
      const bool plain = by.is_absent() || by.as_string() == "perQueue";
      if (plain && property(node, "FifoQueue").as_boolean() == true) starts.emplace_back(queue, most->value);
    }
  }

  /// Of each workflow the executions a second that the account starts, and whose transitions it lets through.
  [[nodiscard]] Starts most_of_workflows() const {
    const auto limit = [&](std::string_view id) {
      const knowledge::Quota* quota = platform(facts_).quota(id);
      return quota != nullptr ? quota->value : std::numeric_limits<double>::infinity();
    };
    const auto& machines = facts_.nodes_of_type("AWS::StepFunctions::StateMachine");
    if (machines.empty()) return {};
    std::map<graph::NodeId, double> transitions;
    for (const Row& row : facts_.table("states")->rows)
      ++transitions[facts_.node_of(row.field("machine").object())];
    Starts starts;
    for (const graph::NodeId machine : machines) {
      const bool express =
          property(facts_.system().node(machine), "StateMachineType").as_string() == "EXPRESS";
      const double through =
          limit("stepfunctions/transition-rate") / (1 + transitions[machine]); // 1: the start
      starts.emplace_back(machine, express ? limit("stepfunctions/start-express-rate")
                                           : std::min(limit("stepfunctions/start-standard-rate"), through));
    }
    return starts;
  }

  /// Executions that one request a second keeps busy, of the functions that its caller waits for.
  [[nodiscard]] double instances_for_one(graph::NodeId node) const {
    const graph::System& system = facts_.system();
    double instances = durations_[node.index()].milliseconds / 1000; // a function behind a URL
    for (const graph::EdgeId id : system.outgoing[node.index()]) {
      const graph::Edge& edge = system.edge(id);
      if (edge.mode == graph::Mode::synchronous && is_type(system, edge.to, function_type))
        instances += weights_.of(id) * durations_[edge.to.index()].milliseconds / 1000;
    }
    return instances;
  }

  const Facts& facts_;
  const Weights& weights_;
  const std::vector<Duration>& durations_;
  Traffic traffic_;
  Starts starts_;
};

cel::Value firewall_of(const Facts& facts, graph::NodeId node) {
  const Row* row = facts.row_about("apis", node);
  return row != nullptr ? row->field("firewall") : cel::Value(false);
}
cel::Value throttled_of(const Facts& facts, graph::NodeId node, const cel::Value& limit) {
  const Row* row = facts.row_about("apis", node);
  return row != nullptr ? row->field("throttled") : cel::Value(!limit.is_null());
}

void compute_wallet(const Facts& facts, const Schema& schema, Table& table) {
  Attacks attacks(facts);
  static constexpr std::array<std::string_view, 5> kinds{"rest", "http", "websocket", "graphql", "url"};
  for (const Row& entry : facts.table("entries")->rows) {
    const std::string kind(*entry.field("kind").string());
    const cel::Value access = entry.field("access");
    const bool open = access.string().has_value() && *access.string() == "public";
    if (!open || std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) continue;
    const graph::NodeId node = facts.node_of(entry.field("entry").object());
    Attack attack = attacks.on(entry, node);
    std::vector<CostLine> lines = attacks.costs(node, attack);
    if (lines.empty()) continue;
    sort_by_cost(lines);
    std::vector<Step> steps{{entry.span(), attack.why}};
    std::vector<graph::NodeId> resources;
    std::set<graph::NodeId> seen;
    for (const CostLine& line : lines) {
      constexpr std::size_t most_steps = 12;
      if (steps.size() < most_steps)
        steps.push_back({line.at, quoted(shown_name(facts.system().node(line.node))) + " " + line.dimension +
                                      ": " + dollars(line.usd() / hours_per_month) + " an hour" + line.why});
      if (seen.insert(line.node).second) resources.push_back(line.node);
    }
    add_row(table, schema,
            {{"entry", resource_cell(facts, node)},
             {"kind", kind},
             {"throttled", throttled_of(facts, node, entry.field("limit"))},
             {"throttle_at", entry.field("limit_at")},
             {"firewall", firewall_of(facts, node)},
             {"rate", attack.rate},
             {"rate_kind", attack.rate_kind},
             {"usd_per_hour", sum(lines) / hours_per_month},
             {"resources", resource_list(facts, resources)},
             {"hottest", resource_cell(facts, lines.front().node)}},
            entry.span(), std::move(steps));
  }
}

} // namespace

const Analysis& denial_of_wallet_analysis() {
  static const Analysis analysis{
      {"denial_of_wallet",
       "What anyone may make a public entry cost that asks some route for no credentials",
       {
           {"entry", "resource", "", "the API, or the function that has the URL"},
           {"kind", "string", "", "`rest`, `http`, `websocket`, `graphql` or `url`"},
           {"throttled", "bool", "",
            "it or a route of it sets a rate, or a usage plan where every route demands an API key"},
           {"throttle_at", "any", "", "stands at that setting, or where it would be added; for `at`"},
           {"firewall", "bool", "", "a web access control list is associated with it"},
           {"rate", "double", "requests/s", "the most that gets through"},
           {"rate_kind", "string", "",
            "what holds it there: its `own` throttle, the `account`'s, or the account's `concurrency`"},
           {"usd_per_hour", "double", "USD/hour",
            "what that rate costs, in all that it reaches; by Little's law with the durations of the table "
            "`concurrency`"},
           {"resources", "list", "", "what it is metered by, the dearest first"},
           {"hottest", "resource", "", "the first of them"},
       }},
      compute_wallet,
      5};
  return analysis;
}

} // namespace slsaudit::analysis
