// SPDX-License-Identifier: Apache-2.0
// Table "stores": where data gathers, and how it gets out.
#include "analysis/stores.hpp"

#include "analysis/analyses.hpp"
#include "analysis/objects.hpp"
#include "analysis/reach.hpp"

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
constexpr std::string_view recovery = "point-in-time recovery (export to S3)";
constexpr std::array exits{
    Exit{"AWS::DynamoDB::Table", "StreamSpecification", "stream"},
    Exit{"AWS::DynamoDB::Table", "KinesisStreamSpecification", "Kinesis stream"},
    Exit{"AWS::DynamoDB::Table", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", recovery},
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
};

bool is_off(const value::Value& value) {
  return value.as_boolean() == false || value.as_integer() == 0 || value.as_string() == "Suspended";
}

struct Exits {
  std::vector<std::string> names;
  bool unknown = false;
};

/// What is known of the service when the node is a resource of it that data stays in, else null.
const knowledge::Portability* known_store(const Facts& facts, const graph::Node& node) {
  const knowledge::Portability* known = facts.knowledge().portability(node.type);
  return node.resource != nullptr && known != nullptr && known->gathers_data ? known : nullptr;
}

void add_exit(Exits& found, const value::Value& setting, std::string_view name) {
  if (!setting.is_present() || is_off(setting)) return;
  const bool undecided =
      setting.is_unknown() || setting.is(value::Kind::conditional) || setting.is(value::Kind::symbolic);
  if (undecided) {
    found.unknown = true;
  } else {
    found.names.emplace_back(name);
  }
}

/// What backup plans select: stores by name, or by tags and patterns, which may mean any store.
struct Backups {
  std::vector<graph::NodeId> stores;
  bool all = false;
  bool unknown = false;
};

Backups backups_of(const Facts& facts) {
  const graph::System& system = facts.system();
  Backups backups;
  for (const graph::NodeId selection : facts.nodes_of_type("AWS::Backup::BackupSelection")) {
    const graph::Node& node = system.node(selection);
    const value::Value resources = property(node, "BackupSelection.Resources");
    const bool by_tags = property(node, "BackupSelection.ListOfTags").is_present();
    if (!resources.is_list() || by_tags) backups.unknown = true;
    for (const value::Value& item : resources.items()) {
      const std::size_t before = backups.stores.size();
      for (const graph::NodeId named : named_nodes(system, node.template_index, item)) {
        if (known_store(facts, system.node(named)) != nullptr) backups.stores.push_back(named);
      }
      backups.all = backups.all || item.as_string() == "*";
      backups.unknown = backups.unknown || backups.stores.size() == before;
    }
  }
  return backups;
}

Exits exits_of(const Facts& facts, const Backups& backups, graph::NodeId node) {
  const graph::System& system = facts.system();
  const graph::Node& store = system.node(node);
  Exits result;
  for (const Exit& exit : exits) {
    if (exit.type == store.type) add_exit(result, property(store, exit.path), exit.name);
  }
  if (store.type == "AWS::DynamoDB::GlobalTable") {
    for (const value::Value& replica : property(store, "Replicas").items()) {
      add_exit(result, replica.at("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"), recovery);
    }
  }
  const auto& saved = backups.stores;
  if (backups.all || std::find(saved.begin(), saved.end(), node) != saved.end())
    result.names.emplace_back("backup plan");
  result.unknown = result.unknown || backups.unknown;
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
  const Backups backups = backups_of(facts);
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const graph::NodeId node(i);
    const knowledge::Portability* known = known_store(facts, system.node(node));
    if (known == nullptr) continue;
    const Exits found = exits_of(facts, backups, node);
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

bool is_store(const Facts& facts, graph::NodeId node) {
  return known_store(facts, facts.system().node(node)) != nullptr;
}

std::vector<graph::NodeId> stores_of(const Facts& facts) {
  std::vector<graph::NodeId> stores;
  for (std::size_t i = 0; i < facts.system().nodes.size(); ++i) {
    const graph::NodeId node(i);
    if (is_store(facts, node) && !facts.system().node(node).resource->author.generated)
      stores.push_back(node);
  }
  return stores;
}

const Analysis& store_analysis() {
  static const Analysis analysis{
      {"stores",
       "Where data gathers, and how it gets out",
       {
           {"store", "resource", "", "the store"},
           {"service", "string", "", "`DynamoDB`, `S3` …"},
           {"lock_in", "int", "points", "0 (an open standard) to 100 (nothing else speaks it)"},
           {"proprietary", "bool", "", "lock_in is 50 or more"},
           {"open_export", "bool", "",
            "the service exports to an open format by its own means, whatever is configured"},
           {"exits", "list", "", "what is configured that lets data out: stream, backups, replication …"},
           {"has_exit", "bool", "", "whether there is any"},
           {"alternatives", "string", "", "what could replace the service"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
