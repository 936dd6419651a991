// SPDX-License-Identifier: Apache-2.0
// Table "tables": DynamoDB tables, what they bill and what their indexes multiply.
#include "analysis/analyses.hpp"
#include "analysis/objects.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

constexpr std::string_view table_type = "AWS::DynamoDB::Table";

cel::Value billing_of(const Facts& facts, graph::NodeId node) {
  const cel::Value mode = property_cell(facts, node, "BillingMode");
  return mode.is_null() ? cel::Value("PROVISIONED").at(mode.span()) : mode;
}

bool scales_tables(const graph::Node& target) {
  const auto service = property(target, "ServiceNamespace").as_string();
  return !service || *service == "dynamodb";
}

enum class Match { no, maybe, yes };

/// Whether a scalable target's ResourceId, "table/<name>" or "table/<name>/index/<index>", means the table.
Match adjusts(const Facts& facts, const graph::Node& target, graph::NodeId node) {
  const graph::System& system = facts.system();
  const value::Value id = property(target, "ResourceId");
  if (mentions(system, target.template_index, id, node)) return Match::yes;
  const auto written = id.as_string();
  if (!written) {
    const auto& tables = facts.nodes_of_type(table_type);
    const bool other = std::any_of(tables.begin(), tables.end(), [&](graph::NodeId table) {
      return mentions(system, target.template_index, id, table);
    });
    return other ? Match::no : Match::maybe;
  }
  const value::Value name = property(system.node(node), "TableName");
  if (name.is_absent()) return Match::no; // CloudFormation makes a name up that nobody can write down
  if (!name.as_string()) return Match::maybe;
  const std::string own = "table/" + std::string(*name.as_string());
  return *written == own || written->substr(0, own.size() + 1) == own + "/" ? Match::yes : Match::no;
}

/// Plugins of the Serverless Framework that add scalable targets where nobody sees them.
bool has_scaling_plugin(const dialect::Template& source) {
  return std::any_of(source.problems.begin(), source.problems.end(), [](const text::Problem& problem) {
    return problem.name.ends_with("-plugin") && problem.message.find("autoscaling") != std::string::npos;
  });
}

cel::Value autoscaled(const Facts& facts, graph::NodeId node) {
  const graph::System& system = facts.system();
  bool maybe = false;
  for (const graph::NodeId id : facts.nodes_of_type("AWS::ApplicationAutoScaling::ScalableTarget")) {
    const graph::Node& target = system.node(id);
    if (!scales_tables(target)) continue;
    const Match match = adjusts(facts, target, node);
    if (match == Match::yes) return true;
    maybe = maybe || match == Match::maybe;
  }
  if (maybe) return cel::Value::unknown("what a scalable target adjusts is not known");
  if (has_scaling_plugin(system.templates[system.node(node).template_index]))
    return cel::Value::unknown("a plugin may adjust the capacity");
  return false;
}

struct Indexes {
  std::int64_t count = 0;
  cel::List projecting_all; ///< Names, each at its ProjectionType.
  bool complete = true;
  value::Value first_all; ///< The ProjectionType of the first that projects ALL.
};

Indexes indexes_of(const graph::Node& node) {
  Indexes indexes;
  for (const std::string_view list : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
    const value::Value items = property(node, list);
    if (items.is_present() && !items.is_list()) indexes.complete = false;
    for (const value::Value& index : items.items()) {
      if (!index.is_map()) {
        indexes.complete = false;
        continue;
      }
      ++indexes.count;
      const value::Value projection = index.at("Projection.ProjectionType");
      if (projection.as_string() != "ALL") {
        indexes.complete = indexes.complete && projection.as_string().has_value();
        continue;
      }
      if (indexes.first_all.is_absent()) indexes.first_all = projection;
      indexes.projecting_all.push_back(cel::Value(index.get("IndexName").display()).at(projection.span()));
    }
  }
  return indexes;
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  for (const graph::NodeId node : facts.nodes_of_type(table_type)) {
    const Indexes indexes = indexes_of(facts.system().node(node));
    const auto projecting_all = static_cast<std::int64_t>(indexes.projecting_all.size());
    add_row(table, schema,
            {{"table", resource_cell(facts, node)},
             {"billing", billing_of(facts, node)},
             {"autoscaled", autoscaled(facts, node)},
             {"read_capacity", property_cell(facts, node, "ProvisionedThroughput.ReadCapacityUnits")},
             {"write_capacity", property_cell(facts, node, "ProvisionedThroughput.WriteCapacityUnits")},
             {"indexes", indexes.count},
             {"indexes_complete", indexes.complete},
             {"all_indexes", indexes.projecting_all},
             {"all_index_count", projecting_all},
             {"all_at", indexes.first_all.is_absent() ? cel::Value() : cel::Value(indexes.first_all)},
             {"stream", property_cell(facts, node, "StreamSpecification.StreamViewType")},
             {"recovery",
              property_cell(facts, node, "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled")},
             {"class", property_cell(facts, node, "TableClass")}},
            id_span(facts.system().node(node)));
  }
}

} // namespace

const Analysis& table_analysis() {
  static const Analysis analysis{
      {"tables",
       "DynamoDB tables: billing, capacity and what their indexes multiply",
       {
           {"table", "resource", "", "the table"},
           {"billing", "string", "", "`PROVISIONED` (also when nothing is written) or `PAY_PER_REQUEST`"},
           {"autoscaled", "bool", "", "a scalable target of the system adjusts its capacity"},
           {"read_capacity", "int", "units", "ProvisionedThroughput.ReadCapacityUnits; null when not set"},
           {"write_capacity", "int", "units", "ProvisionedThroughput.WriteCapacityUnits; null when not set"},
           {"indexes", "int", "", "secondary indexes that are known"},
           {"indexes_complete", "bool", "", "whether every index and its projection is known"},
           {"all_indexes", "list", "", "names of the indexes that project ALL, each at its ProjectionType"},
           {"all_index_count", "int", "", "how many: each write is paid this many times more"},
           {"all_at", "string", "", "the first ProjectionType ALL, for `at`; null when there is none"},
           {"stream", "string", "", "StreamViewType; null when there is no stream"},
           {"recovery", "bool", "", "point-in-time recovery as written; null when not set"},
           {"class", "string", "", "TableClass; null when not set"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
