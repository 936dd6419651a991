// SPDX-License-Identifier: Apache-2.0
// Table "functions": each Lambda function in its setting.
#include "analysis/analyses.hpp"
#include "analysis/reach.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

graph::NodeId first_target(const graph::System& system, graph::NodeId from, graph::EdgeKind kind) {
  for (const graph::EdgeId id : system.outgoing[from.index()]) {
    if (system.edge(id).kind == kind) return system.edge(id).to;
  }
  return {};
}

bool started_asynchronously(const graph::System& system, graph::NodeId function) {
  const auto& edges = system.incoming[function.index()];
  return std::any_of(edges.begin(), edges.end(), [&](graph::EdgeId id) {
    const graph::Edge& edge = system.edge(id);
    return carries_event(edge) && edge.mode == graph::Mode::asynchronous;
  });
}

cel::Value traced(const cel::Value& mode) {
  if (mode.is_null()) return false;
  if (mode.string() == nullptr) return cel::Value::unknown("the tracing mode is not known");
  return cel::Value(*mode.string() == "Active").assuming(mode.assumption());
}

struct LogGroup {
  cel::Value resource;
  cel::Value retention;
};

LogGroup log_group_of(const Facts& facts, graph::NodeId function) {
  const graph::NodeId group = first_target(facts.system(), function, graph::EdgeKind::logs);
  if (!group.valid()) return {cel::Value(), cel::Value().at(id_span(facts.system().node(function)))};
  return {resource_cell(facts, group), property_cell(facts, group, "RetentionInDays")};
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const graph::System& system = facts.system();
  const std::vector<Exposure> exposures = exposure_of(system);
  for (const graph::NodeId node : facts.nodes_of_type(function_type)) {
    const Exposure& exposure = exposures[node.index()];
    const cel::Value tracing = property_cell(facts, node, "TracingConfig.Mode");
    const LogGroup log_group = log_group_of(facts, node);
    const cel::Object* object = facts.object(node);
    add_row(table, schema,
            {{"function", resource_cell(facts, node)},
             {"public", exposure.reached},
             {"user_facing", exposure.waits},
             {"entries", resource_list(facts, exposure.entries)},
             {"asynchronous", started_asynchronously(system, node)},
             {"role", resource_cell(facts, first_target(system, node, graph::EdgeKind::assumes))},
             {"log_group", log_group.resource},
             {"retention_days", log_group.retention},
             {"tracing", tracing},
             {"traced", traced(tracing)},
             {"timeout", object->field("timeout")},
             {"memory", object->field("memory")},
             {"runtime", property_cell(facts, node, "Runtime")}},
            object->span());
  }
}

} // namespace

const Analysis& function_analysis() {
  static const Analysis analysis{
      {"functions",
       "Each Lambda function: who reaches it, how it is started, where its logs and traces go",
       {
           {"function", "resource", "", "the function"},
           {"public", "bool", "",
            "a request from the internet gets to it with no queue, stream, topic or bus between"},
           {"user_facing", "bool", "", "public, and the caller waits for it"},
           {"entries", "list", "", "the resources behind the internet that lead to it"},
           {"asynchronous", "bool", "",
            "something invokes it asynchronously: bucket, topic, rule, schedule, function"},
           {"role", "resource", "", "its execution role; null when not known"},
           {"log_group", "resource", "", "its declared log group; null when none is declared"},
           {"retention_days", "int", "days", "of that group; null when kept forever or not declared"},
           {"tracing", "string", "", "TracingConfig.Mode; null when not set"},
           {"traced", "bool", "", "tracing is Active"},
           {"timeout", "int", "s", "Timeout, or the platform's 3"},
           {"memory", "int", "MB", "MemorySize, or the platform's 128"},
           {"runtime", "string", "", "null for container images"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
