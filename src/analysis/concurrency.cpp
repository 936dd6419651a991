// SPDX-License-Identifier: Apache-2.0
// Table "concurrency": what bounds each function.
#include "analysis/concurrency.hpp"

#include "analysis/analyses.hpp"
#include "analysis/functions.hpp"
#include "analysis/measure.hpp"
#include "analysis/objects.hpp"
#include "analysis/platform.hpp"
#include "analysis/reach.hpp"

#include <algorithm>
#include <cmath>

namespace slsaudit::analysis {

namespace {

std::vector<Provisioned> find_provisioned(const Facts& facts) {
  const graph::System& system = facts.system();
  std::vector<Provisioned> all;
  for (const std::string_view type : {"AWS::Lambda::Alias", "AWS::Lambda::Version"}) {
    for (const graph::NodeId node : facts.nodes_of_type(type)) {
      const value::Value value =
          property(system.node(node), "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions");
      if (!value.is_absent()) all.push_back({function_of(system, node), node, value});
    }
  }
  return all;
}

struct AllProvisioned {
  explicit AllProvisioned(const Facts& facts) : all(find_provisioned(facts)) {}
  std::vector<Provisioned> all;
};

} // namespace

const std::vector<Provisioned>& provisioned_concurrency(const Facts& facts) {
  return facts.shared<AllProvisioned>().all;
}

namespace {

cel::Value sum_provisioned(const std::vector<Provisioned>& all, graph::NodeId function) {
  std::int64_t total = 0;
  text::Span place;
  for (const Provisioned& item : all) {
    if (item.function != function) continue;
    const auto known = item.value.as_integer();
    if (!known) return cel::Value::unknown("provisioned concurrency is not known");
    total = added(total, *known);
    if (!place.valid()) place = item.value.span();
  }
  return cel::Value(total).at(place);
}

struct Pollers {
  bool any = false;
  bool bounded = true;
  cel::Value maximum = std::int64_t{0};
};

Pollers pollers_of(const graph::System& system, graph::NodeId function) {
  Pollers pollers;
  std::int64_t total = 0;
  for (const graph::EdgeId id : system.incoming[function.index()]) {
    const graph::Edge& edge = system.edge(id);
    if (edge.kind != graph::EdgeKind::polls) continue;
    pollers.any = true;
    const value::Value maximum = edge.settings.at("ScalingConfig.MaximumConcurrency");
    if (maximum.is_absent()) {
      pollers.bounded = false;
      continue;
    }
    const auto known = maximum.as_integer();
    if (known) total = added(total, *known);
    if (!known) pollers.maximum = cel::Value::unknown("a mapping's MaximumConcurrency is not known");
  }
  if (pollers.maximum.unknown() == nullptr) pollers.maximum = cel::Value(total);
  return pollers;
}

/// The most that can run at once, whoever holds it.
cel::Value possible(const Facts& facts, const Demand& demand, const cel::Value& reserved) {
  auto most = static_cast<double>(facts.settings().account_concurrency);
  if (reserved.unknown() != nullptr) return reserved;
  if (const std::int64_t* held = reserved.integer()) most = std::min(most, static_cast<double>(*held));
  if (demand.bound.kind == Bound::Kind::known) most = std::min(most, demand.bound.value);
  if (demand.bound.kind == Bound::Kind::unknown && reserved.is_null())
    return cel::Value::unknown(demand.bound.reason);
  return whole(std::ceil(most));
}

cel::Value allowed(const Demand& demand) {
  if (demand.bound.kind == Bound::Kind::unknown) return cel::Value::unknown(demand.bound.reason);
  if (demand.bound.kind != Bound::Kind::known) return {};
  return cel::Value(std::ceil(demand.bound.value)).at(demand.bound.span);
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const std::vector<Provisioned>& provisioned = provisioned_concurrency(facts);
  const Demands& demands = facts.shared<Demands>();
  const bool loaded = facts.settings().load.given();
  for (const graph::NodeId node : facts.nodes_of_type(function_type)) {
    const Demand& demand = *demands.of(node);
    Need need = need_of(facts, demands, demand);
    const cel::Value reserved = property_cell(facts, node, "ReservedConcurrentExecutions");
    const Pollers pollers = pollers_of(facts.system(), node);
    const cel::Object* object = facts.object(node);
    add_row(table, schema,
            {{"function", resource_cell(facts, node)},
             {"reserved", reserved},
             {"provisioned", sum_provisioned(provisioned, node)},
             {"polled", pollers.any},
             {"mapping_max", pollers.any && pollers.bounded ? pollers.maximum : cel::Value()},
             {"bounded", !reserved.is_null() || (pollers.any && pollers.bounded)},
             {"timeout", object->field("timeout")},
             {"demand", need.executions},
             {"demand_kind", need.kind},
             {"rate", loaded ? cel::Value(demand.rate) : cel::Value()},
             {"burst", loaded ? cel::Value(demand.burst) : cel::Value()},
             {"duration", demand.duration_ms},
             {"duration_given", demand.duration_given},
             {"allowed", allowed(demand)},
             {"declared", demand.bound.kind == Bound::Kind::known && demand.bound.declared},
             {"possible", possible(facts, demand, reserved)},
             {"pool", pool_of(facts.system(), node)},
             {"trigger", edge_cell(facts, demand.bound.edge)}},
            object->span(), std::move(need.steps));
  }
}

} // namespace

const Analysis& concurrency_analysis() {
  static const Analysis analysis{
      {"concurrency",
       "What bounds how many instances of each function run at once",
       {
           {"function", "resource", "", "the function"},
           {"reserved", "int", "executions", "ReservedConcurrentExecutions; null when not set"},
           {"provisioned", "int", "executions", "sum over its versions and aliases; 0 when there is none"},
           {"polled", "bool", "", "a queue or stream mapping feeds it"},
           {"mapping_max", "int", "executions",
            "sum of MaximumConcurrency where every mapping has one; else null"},
           {"bounded", "bool", "",
            "reserved concurrency is set, or every mapping that feeds it has a maximum"},
           {"timeout", "int", "s", "Timeout, or the platform's 3"},
           {"demand", "double", "executions",
            "instances that it needs at once: with a load profile rate × duration + burst, in proportion to "
            "the load; else the most that its triggers allow; unknown where they are bounded by what isn't "
            "known, null where nothing bounds them or nothing starts it"},
           {"demand_kind", "string", "", "`profile`, `bound`, `unbounded` or `none` (nothing starts it)"},
           {"rate", "double", "invocations/s",
            "of the load profile, batches being full; null without one; the proof tells how it comes "
            "together"},
           {"burst", "double", "invocations",
            "that arrive at the same moment, with no queue or stream between; null without a profile"},
           {"duration", "double", "ms",
            "of one invocation: the profile's, else 200 where someone waits and 1000 where nobody does, at "
            "most "
            "the timeout"},
           {"duration_given", "bool", "", "the profile says it"},
           {"allowed", "double", "executions",
            "the most that its triggers let run at once: a throttle × the timeout + its burst, "
            "MaximumConcurrency or the platform's most for a queue, shards × ParallelizationFactor, 1 for a "
            "schedule; null where only the account bounds it"},
           {"declared", "bool", "",
            "that bound rests on what the author wrote, not on the platform's defaults"},
           {"possible", "int", "executions",
            "the most that can run at once: `allowed`, the reservation and the account's limit together"},
           {"pool", "string", "",
            "`reserved` (its own), `unreserved` (shared with all other functions) or `edge` (CloudFront runs "
            "it)"},
           {"trigger", "edge", "", "the trigger that allows the most; null when there is none"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
