// SPDX-License-Identifier: Apache-2.0
// Table "concurrency": what bounds each function.
#include "analysis/concurrency.hpp"

#include "analysis/analyses.hpp"
#include "analysis/objects.hpp"
#include "analysis/reach.hpp"

namespace slsaudit::analysis {

std::vector<Provisioned> provisioned_concurrency(const Facts& facts) {
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

namespace {

cel::Value sum_provisioned(const std::vector<Provisioned>& all, graph::NodeId function) {
  std::int64_t sum = 0;
  text::Span place;
  for (const Provisioned& item : all) {
    if (item.function != function) continue;
    const auto known = item.value.as_integer();
    if (!known) return cel::Value::unknown("provisioned concurrency is not known");
    sum += *known;
    if (!place.valid()) place = item.value.span();
  }
  return cel::Value(sum).at(place);
}

struct Pollers {
  bool any = false;
  bool bounded = true;
  cel::Value maximum = std::int64_t{0};
};

Pollers pollers_of(const graph::System& system, graph::NodeId function) {
  Pollers pollers;
  std::int64_t sum = 0;
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
    if (known) sum += *known;
    if (!known) pollers.maximum = cel::Value::unknown("a mapping's MaximumConcurrency is not known");
  }
  if (pollers.maximum.unknown() == nullptr) pollers.maximum = cel::Value(sum);
  return pollers;
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const std::vector<Provisioned> provisioned = provisioned_concurrency(facts);
  for (const graph::NodeId node : facts.nodes_of_type(function_type)) {
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
             {"timeout", object->field("timeout")}},
            object->span());
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
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
