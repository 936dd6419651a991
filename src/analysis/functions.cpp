// SPDX-License-Identifier: Apache-2.0
// Table "functions": each Lambda function in its setting.
#include "analysis/functions.hpp"

#include "analysis/analyses.hpp"
#include "analysis/open_routes.hpp"
#include "analysis/platform.hpp"
#include "analysis/reach.hpp"
#include "analysis/tracing.hpp"

#include <algorithm>
#include <map>
#include <utility>

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

/// Who traces it in place of X-Ray; null where none shows.
cel::Value tracer_of(const graph::System& system, graph::NodeId function) {
  const std::string_view tracer = foreign_tracer(system, function);
  return tracer.empty() ? cel::Value() : cel::Value(tracer);
}

cel::Value traced(const cel::Value& mode) {
  if (mode.is_null()) return false;
  if (const bool* on = mode.boolean()) return cel::Value(*on).assuming(mode.assumption());
  if (!mode.string()) return cel::Value::unknown("the tracing mode is not known");
  return cel::Value(*mode.string() == "Active").assuming(mode.assumption());
}

struct LogGroup {
  cel::Value resource;
  cel::Value retention;
};

/// Log groups that a framework makes for functions, by template and the function's author id.
class MadeGroups {
public:
  explicit MadeGroups(const Facts& facts) : system_(facts.system()) {
    for (const graph::NodeId id : facts.nodes_of_type("AWS::Logs::LogGroup")) {
      const graph::Node& group = system_.node(id);
      if (group.resource != nullptr && group.resource->author.generated) groups_.emplace(key(group), id);
    }
  }

  /// That of a function whose name isn't known is still that function's.
  [[nodiscard]] graph::NodeId of(const graph::Node& function) const {
    if (function.resource == nullptr) return {};
    const auto found = groups_.find(key(function));
    return found != groups_.end() ? found->second : graph::NodeId();
  }

private:
  using Key = std::pair<std::size_t, std::string_view>;
  static Key key(const graph::Node& node) { return {node.template_index, node.resource->author.id}; }

  const graph::System& system_;
  std::map<Key, graph::NodeId> groups_;
};

/// The functions of each service, in each dialect, by whether they are traced; helpers and edge functions
/// left out.
class TracingPeers {
public:
  struct Cells {
    cel::Value traced = 0; ///< How many; unknown where it isn't known of one of them.
    cel::Value untraced = cel::List{};
  };

  TracingPeers(const Facts& facts, const std::vector<bool>& helpers) : system_(facts.system()) {
    for (const graph::NodeId node : facts.nodes_of_type(function_type)) {
      if (!helpers[node.index()] && !runs_elsewhere(system_, node)) add(facts, node);
    }
    for (const auto& [service, group] : groups_) {
      const cel::Value& all = group.all;
      Cells& cells = cells_[service];
      cells.traced = all.unknown() != nullptr ? all : cel::Value(group.traced).rest_on(all);
      cells.untraced = all.unknown() != nullptr ? all : cel::Value(group.untraced).rest_on(all);
    }
  }

  [[nodiscard]] Cells of(graph::NodeId function) const {
    const auto found = cells_.find(service_of(function));
    return found != cells_.end() ? found->second : Cells();
  }

private:
  using Service = std::pair<std::string_view, dialect::Dialect>;
  struct Group {
    std::int64_t traced = 0;
    cel::List untraced;
    cel::Value all; ///< Unknown where one of them is; rests on what any of them rests on.
  };

  [[nodiscard]] Service service_of(graph::NodeId node) const {
    const dialect::Template& source = system_.templates[system_.node(node).template_index];
    return {source.service, source.dialect};
  }

  void add(const Facts& facts, graph::NodeId node) {
    Group& group = groups_[service_of(node)];
    const cel::Value is_traced = traced(property_cell(facts, node, "TracingConfig.Mode"));
    if (is_traced.unknown() != nullptr) group.all = is_traced;
    group.all.rest_on(is_traced);
    if (is_traced.boolean() != nullptr && *is_traced.boolean()) ++group.traced;
    if (is_traced.boolean() != nullptr && !*is_traced.boolean())
      group.untraced.push_back(resource_cell(facts, node));
  }

  const graph::System& system_;
  std::map<Service, Group> groups_;
  std::map<Service, Cells> cells_;
};

LogGroup log_group_of(const Facts& facts, const MadeGroups& made, graph::NodeId function) {
  const graph::Node& node = facts.system().node(function);
  graph::NodeId group = first_target(facts.system(), function, graph::EdgeKind::logs);
  if (!group.valid()) group = made.of(node);
  if (group.valid()) return {resource_cell(facts, group), property_cell(facts, group, "RetentionInDays")};
  if (property(node, "LoggingConfig.LogGroup").is_present()) {
    const cel::Value elsewhere = cel::Value::unknown("its log group is declared elsewhere");
    return {elsewhere, elsewhere};
  }
  return {cel::Value(), cel::Value().at(id_span(node))};
}

cel::Value known_where(bool holds, bool surely) {
  if (!holds || surely) return holds;
  return cel::Value::unknown("whether the API in front of it is private is not known");
}

cel::Value open_cell(Tri open) {
  return open == Tri::unknown ? known_where(true, false) : cel::Value(open == Tri::yes);
}

/// What is known of the function's runtime; null of container images and of runtimes without a row.
const knowledge::Runtime* runtime_of(const Facts& facts, graph::NodeId function) {
  const auto name = property(facts.system().node(function), "Runtime").as_string();
  return name ? platform(facts).runtime(*name) : nullptr;
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const graph::System& system = facts.system();
  const std::vector<Exposure>& exposures = exposure_of(facts);
  const std::vector<bool>& helpers = deployment_helpers(facts);
  const TracingSettings tracing_settings(facts, helpers);
  const MadeGroups made_groups(facts);
  const TracingPeers tracing_peers(facts, helpers);
  for (const graph::NodeId node : facts.nodes_of_type(function_type)) {
    const Exposure& exposure = exposures[node.index()];
    const cel::Value tracing = property_cell(facts, node, "TracingConfig.Mode");
    const TracingSettings::Place place = tracing_settings.place_of(node);
    const LogGroup log_group = log_group_of(facts, made_groups, node);
    const TracingPeers::Cells peers = tracing_peers.of(node);
    const cel::Object* object = facts.object(node);
    const knowledge::Runtime* runtime = runtime_of(facts, node);
    const cel::Value named = property_cell(facts, node, "Runtime");
    const graph::NodeId role = first_target(system, node, graph::EdgeKind::assumes);
    add_row(table, schema,
            {{"function", resource_cell(facts, node)},
             {"public", known_where(exposure.reached, exposure.surely_reached)},
             {"open", open_cell(open_function(system, node))},
             {"user_facing", known_where(exposure.waits, exposure.surely_waits)},
             {"entries", resource_list(facts, exposure.entries)},
             {"asynchronous", started_asynchronously(system, node)},
             {"role", resource_cell(facts, role)},
             {"log_group", log_group.resource},
             {"retention_days", log_group.retention},
             {"tracing", tracing},
             {"traced", traced(tracing)},
             {"tracer", tracer_of(system, node)},
             {"trace_right", lacking_trace_right(facts, node, role)},
             {"tracing_at", cel::Value(place.cause).at(place.span)},
             {"tracing_cause", place.cause},
             {"traced_peers", peers.traced},
             {"untraced_peers", peers.untraced},
             {"helper", static_cast<bool>(helpers[node.index()])},
             {"edge", runs_elsewhere(system, node)},
             {"timeout", object->field("timeout")},
             {"memory", object->field("memory")},
             {"runtime", named},
             {"heavy", cel::Value(runtime != nullptr && runtime->heavy).assuming(named.assumption())},
             {"snapstart", cel::Value(runtime != nullptr && runtime->snapstart)}},
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
           {"open", "bool", "",
            "a route of a public API or a URL leads to it that asks for no credentials, as far as known"},
           {"user_facing", "bool", "", "public, and the caller waits for it"},
           {"entries", "list", "", "the resources behind the internet that lead to it"},
           {"asynchronous", "bool", "",
            "something invokes it asynchronously: bucket, topic, rule, schedule, function"},
           {"role", "resource", "", "its execution role; null when not known"},
           {"log_group", "resource", "",
            "its declared log group; null when none is declared, unknown when another is named"},
           {"retention_days", "int", "days", "of that group; null when kept forever or not declared"},
           {"tracing", "string", "", "TracingConfig.Mode; null when not set"},
           {"traced", "bool", "", "tracing is Active"},
           {"tracer", "string", "",
            "whose tracer it brings along, by its layers, environment, handler, its service's plugins or its "
            "template's macros: Datadog, OpenTelemetry and the like; null where none shows"},
           {"trace_right", "string", "",
            "where its role lacks the right to send traces, without which Lambda refuses Active, how it gets "
            "it: `role` by the ManagedPolicyArns of its role, `plugin` by iamRoleStatements of the function, "
            "`elsewhere` where its role is made; null where it may, or the dialect lets it"},
           {"tracing_at", "any", "",
            "stands at Mode, or where it would best be added: the section that all functions inherit "
            "(`Globals.Function`, `provider`), else the function; for `at`"},
           {"tracing_cause", "string", "",
            "`template` where one setting would do for all functions of the template, or most of them lack "
            "it; else the function's id; for `merge-by`"},
           {"traced_peers", "int", "",
            "how many functions of the same service are traced; helpers and edge functions left out"},
           {"untraced_peers", "list", "", "the others of them"},
           {"helper", "bool", "", "only custom resources or macros use it, while a stack is deployed"},
           {"edge", "bool", "",
            "copies of it run at CloudFront's edge, or, where nothing else starts it, on Greengrass cores: "
            "they are not traced and log elsewhere"},
           {"timeout", "int", "s", "Timeout, or the platform's 3"},
           {"memory", "int", "MB", "MemorySize, or the platform's 128"},
           {"runtime", "string", "", "null for container images; how long it is kept up is in `runtimes`"},
           {"heavy", "bool", "", "its runtime starts slowly as a kind: the JVM and .NET"},
           {"snapstart", "bool", "", "its runtime can start from a snapshot"},
       }},
      compute,
      19};
  return analysis;
}

} // namespace slsaudit::analysis
