// SPDX-License-Identifier: Apache-2.0
// Table "stores": where data gathers, and how it gets out.
#include "analysis/analyses.hpp"
#include "analysis/objects.hpp"
#include "knowledge/portability.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

/// A property that is a way out: present (and not false) means there is one.
struct Exit {
  std::string_view type;
  std::string_view path;
  std::string_view name;
};
constexpr std::array exits{
    Exit{"AWS::DynamoDB::Table", "StreamSpecification", "stream"},
    Exit{"AWS::DynamoDB::Table", "KinesisStreamSpecification", "Kinesis stream"},
    Exit{"AWS::DynamoDB::Table", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
         "point-in-time recovery (export to S3)"},
    Exit{"AWS::DynamoDB::GlobalTable", "StreamSpecification", "stream"},
    Exit{"AWS::S3::Bucket", "ReplicationConfiguration", "replication"},
    Exit{"AWS::S3::Bucket", "VersioningConfiguration.Status", "versioning"},
    Exit{"AWS::Neptune::DBCluster", "EnableCloudwatchLogsExports", "log exports"},
    Exit{"AWS::Neptune::DBCluster", "BackupRetentionPeriod", "backups"},
    Exit{"AWS::DocDB::DBCluster", "BackupRetentionPeriod", "backups"},
    Exit{"AWS::RDS::DBInstance", "BackupRetentionPeriod", "backups"},
    Exit{"AWS::RDS::DBCluster", "BackupRetentionPeriod", "backups"},
    Exit{"AWS::ElastiCache::ReplicationGroup", "SnapshotRetentionLimit", "snapshots"},
    Exit{"AWS::Redshift::Cluster", "AutomatedSnapshotRetentionPeriod", "snapshots"},
    Exit{"AWS::Timestream::Table", "MagneticStoreWriteProperties.MagneticStoreRejectedDataLocation",
         "rejected data location"},
};

bool is_off(const value::Value& value) {
  return value.as_boolean() == false || value.as_integer() == 0 || value.as_string() == "Suspended";
}

struct Exits {
  std::vector<std::string> names;
  bool unknown = false;
};

Exits exits_of(const Facts& facts, graph::NodeId node) {
  const graph::System& system = facts.system();
  const graph::Node& store = system.node(node);
  Exits result;
  for (const Exit& exit : exits) {
    if (exit.type != store.type) continue;
    const value::Value value = property(store, exit.path);
    if (!value.is_present() || is_off(value)) continue;
    const bool undecided =
        value.is_unknown() || value.is(value::Kind::conditional) || value.is(value::Kind::symbolic);
    if (undecided) {
      result.unknown = true;
    } else {
      result.names.emplace_back(exit.name);
    }
  }
  for (const graph::NodeId selection : facts.nodes_of_type("AWS::Backup::BackupSelection")) {
    const graph::Node& backup = system.node(selection);
    const value::Value resources = property(backup, "BackupSelection.Resources");
    // A selection by tags may or may not select this store.
    if (!resources.is_list()) result.unknown = true;
    for (const value::Value& item : resources.items()) {
      if (mentions(system, backup.template_index, item, node)) result.names.emplace_back("backup plan");
      if (item.as_string() == "*") result.names.emplace_back("backup plan");
    }
  }
  for (const graph::EdgeId id : system.outgoing[node.index()]) {
    if (system.edge(id).kind == graph::EdgeKind::streams) result.names.emplace_back("change feed");
  }
  std::sort(result.names.begin(), result.names.end());
  result.names.erase(std::unique(result.names.begin(), result.names.end()), result.names.end());
  return result;
}

cel::Value has_exit(const Exits& found) {
  if (!found.names.empty()) return true;
  return found.unknown ? cel::Value::unknown("a setting that lets data out is not known") : cel::Value(false);
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const graph::System& system = facts.system();
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const graph::NodeId node(i);
    if (system.node(node).resource == nullptr) continue;
    const auto known = knowledge::portability_of(system.node(node).type);
    if (!known || !known->gathers_data) continue;
    const Exits found = exits_of(facts, node);
    add_row(table, schema,
            {{"store", resource_cell(facts, node)},
             {"service", known->service},
             {"lock_in", known->lock_in},
             {"proprietary", known->lock_in >= 50},
             {"open_export", known->has_export},
             {"exits", string_list(found.names)},
             {"has_exit", has_exit(found)},
             {"alternatives", known->alternatives}},
            id_span(system.node(node)));
  }
}

} // namespace

const Analysis& store_analysis() {
  static const Analysis analysis{
      {"stores",
       "Where data gathers, and how it gets out",
       {
           {"store", "resource", "", "the store"},
           {"service", "string", "", "`DynamoDB`, `S3` …"},
           {"lock_in", "int", "points", "0 (an open standard) to 100 (nothing else speaks it)"},
           {"proprietary", "bool", "", "lock_in is 50 or more"},
           {"open_export", "bool", "", "the service has means of its own to export to an open format"},
           {"exits", "list", "", "what is configured that lets data out: stream, backups, replication …"},
           {"has_exit", "bool", "", "whether there is any"},
           {"alternatives", "string", "", "what could replace the service"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
