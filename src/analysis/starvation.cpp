// SPDX-License-Identifier: Apache-2.0
// Table "starvation": background work that may take the concurrency which functions that people wait for
// share with it.
#include "analysis/analyses.hpp"
#include "analysis/concurrency.hpp"
#include "analysis/functions.hpp"
#include "analysis/platform.hpp"
#include "analysis/reach.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// Reserved concurrency that isn't known may be there.
bool shares_pool(const graph::System& system, graph::NodeId function) {
  return pool_of(system, function) == "unreserved";
}

bool has_provisioned(const std::vector<Provisioned>& provisioned, graph::NodeId function) {
  return std::any_of(provisioned.begin(), provisioned.end(),
                     [&](const Provisioned& item) { return item.function == function; });
}

/// What the account leaves once all reservations are taken.
double pool_size(const Facts& facts) {
  const Table* budget = facts.table("concurrency_budget");
  if (budget->rows.empty()) return static_cast<double>(facts.settings().account_concurrency);
  return static_cast<double>(*budget->rows.front().field("unreserved").integer());
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const graph::System& system = facts.system();
  const std::vector<Exposure> exposures = exposure_of(system);
  const std::vector<bool> helpers = deployment_helpers(facts);
  const std::vector<Provisioned> provisioned = provisioned_concurrency(facts);
  std::vector<graph::NodeId> waited_for;
  for (const graph::NodeId node : facts.nodes_of_type(function_type)) {
    if (exposures[node.index()].waits && shares_pool(system, node) && !has_provisioned(provisioned, node))
      waited_for.push_back(node);
  }
  if (waited_for.empty()) return;
  const Demands demands(facts);
  const double pool = pool_size(facts);
  const cel::Value users = resource_list(facts, waited_for);
  for (const Demand& demand : demands.all()) {
    const graph::NodeId node = demand.function;
    if (exposures[node.index()].waits || helpers[node.index()] || !shares_pool(system, node)) continue;
    const bool fills = demand.bound.kind == Bound::Kind::known && demand.bound.value >= pool;
    if (demand.bound.kind != Bound::Kind::open && !fills) continue;
    const std::string name = quoted(shown_name(system.node(node)));
    std::vector<Step> steps{
        {demand.bound.span, demand.bound.reason},
        {id_span(system.node(node)), name + " reserves no concurrency"},
        {id_span(system.node(waited_for.front())), quoted(shown_name(system.node(waited_for.front()))) +
                                                       " reserves none either, and someone waits for it"},
        {{}, "both share what the account leaves unreserved: " + shown(pool)}};
    add_row(table, schema,
            {{"background", resource_cell(facts, node)},
             {"users", users},
             {"user", resource_cell(facts, waited_for.front())},
             {"user_count", static_cast<std::int64_t>(waited_for.size())},
             {"allowed", fills ? cel::Value(demand.bound.value) : cel::Value()},
             {"pool", pool},
             {"trigger", edge_cell(facts, demand.bound.edge)},
             {"mode", demand.bound.edge.valid() ? cel::Value(graph::name(system.edge(demand.bound.edge).mode))
                                                : cel::Value()},
             {"reason", demand.bound.reason}},
            facts.object(node)->span(), std::move(steps));
  }
}

} // namespace

const Analysis& starvation_analysis() {
  static const Analysis analysis{
      {"starvation",
       "Background functions that may take the whole pool which functions that people wait for share with "
       "them",
       {
           {"background", "resource", "",
            "nobody waits for it, it has no reservation, and its triggers allow the whole pool or more"},
           {"users", "list", "",
            "functions that a caller outside waits for, with neither reserved nor provisioned concurrency"},
           {"user", "resource", "", "the first of them"},
           {"user_count", "int", "", "how many"},
           {"allowed", "double", "executions",
            "what the background function's triggers allow; null where only the account bounds them"},
           {"pool", "double", "executions", "what reservations leave of the account's concurrency"},
           {"trigger", "edge", "", "the trigger that allows the most"},
           {"mode", "string", "", "how it starts it: `asynchronous`, `polled` …"},
           {"reason", "string", "", "why nothing bounds it"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
