// SPDX-License-Identifier: Apache-2.0
// What bills by the hour or the month, load or no load.
#include "analysis/analyses.hpp"
#include "analysis/concurrency.hpp"
#include "analysis/cost_model.hpp"
#include "analysis/platform.hpp"
#include "analysis/schedule.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace slsaudit::analysis {
namespace {

std::string_view text_at(const graph::Node& node, std::string_view path) {
  return property(node, path).as_string().value_or("");
}
double number_at(const graph::Node& node, std::string_view path, double otherwise) {
  const value::Value value = property(node, path);
  return value.is_present() ? value.as_number().value_or(0) : otherwise;
}
bool is_on(const graph::Node& node, std::string_view path) {
  return property(node, path).as_boolean().value_or(false);
}

/// "1 shard", "2 shards".
std::string counted(double count, std::string_view what) {
  return shown(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

class Idle {
public:
  explicit Idle(const Facts& facts) : facts_(facts), system_(facts.system()) {}

  IdleCosts run() {
    struct Meter {
      std::string_view type;
      void (Idle::*measure)(graph::NodeId id, const graph::Node& node);
    };
    constexpr Meter meters[] = {
        {"AWS::ApiGateway::Stage", &Idle::api_cache},
        {"AWS::AppSync::ApiCache", &Idle::graphql_cache},
        {"AWS::CloudWatch::Alarm", &Idle::alarm},
        {"AWS::CloudWatch::AnomalyDetector", &Idle::anomaly_detector},
        {"AWS::CloudWatch::CompositeAlarm", &Idle::composite_alarm},
        {"AWS::CloudWatch::Dashboard", &Idle::dashboard},
        {"AWS::DynamoDB::Table", &Idle::table},
        {"AWS::EC2::NatGateway", &Idle::nat},
        {"AWS::EC2::VPCEndpoint", &Idle::endpoint},
        {"AWS::ElastiCache::CacheCluster", &Idle::cache_cluster},
        {"AWS::ElastiCache::ReplicationGroup", &Idle::replication_group},
        {"AWS::ElasticLoadBalancingV2::LoadBalancer", &Idle::balancer},
        {"AWS::Elasticsearch::Domain", &Idle::elasticsearch},
        {"AWS::KMS::Key", &Idle::key},
        {"AWS::Kinesis::Stream", &Idle::stream},
        {"AWS::Kinesis::StreamConsumer", &Idle::consumer},
        {"AWS::OpenSearchServerless::CollectionGroup", &Idle::collection_group},
        {"AWS::OpenSearchService::Domain", &Idle::opensearch},
        {"AWS::RDS::DBCluster", &Idle::aurora},
        {"AWS::RDS::DBInstance", &Idle::instance},
        {"AWS::Route53::HostedZone", &Idle::zone},
        {"AWS::SecretsManager::Secret", &Idle::secret},
        {"AWS::WAFv2::WebACL", &Idle::firewall},
    };
    for (const Meter& meter : meters) {
      for (const graph::NodeId id : facts_.nodes_of_type(meter.type))
        (this->*meter.measure)(id, system_.node(id));
    }
    collections();
    provisioned();
    without_price();
    std::stable_sort(costs_.lines.begin(), costs_.lines.end(), [](const CostLine& a, const CostLine& b) {
      return std::tuple(a.node, std::string_view(a.dimension)) <
             std::tuple(b.node, std::string_view(b.dimension));
    });
    std::sort(costs_.unpriced.begin(), costs_.unpriced.end());
    costs_.unpriced.erase(std::unique(costs_.unpriced.begin(), costs_.unpriced.end()), costs_.unpriced.end());
    return std::move(costs_);
  }

private:
  /// `count` of what bills by the month, or by the hour.
  void add(graph::NodeId id, std::string_view dimension, const std::string& price, double count,
           std::string why) {
    const knowledge::Price* row = platform(facts_).price(price);
    if (row == nullptr) {
      costs_.unpriced.push_back(id);
      return;
    }
    if (count <= 0) return;
    const bool hourly = row->unit.ends_with("hour");
    const double quantity = hourly ? count * hours_per_month : count;
    if (hourly) why += " × " + shown(hours_per_month) + " h";
    costs_.lines.push_back(
        {id, std::string(dimension), row, quantity, std::move(why), id_span(system_.node(id))});
  }

  void api_cache(graph::NodeId id, const graph::Node& node) {
    if (!is_on(node, "CacheClusterEnabled")) return;
    const std::string_view size = text_at(node, "CacheClusterSize");
    add(id, "cache", "apigateway/cache-" + std::string(size.empty() ? "0.5" : size), 1, "the stage's cache");
  }
  void graphql_cache(graph::NodeId id, const graph::Node& node) {
    add(id, "cache", "appsync/cache-" + text::lower(text_at(node, "Type")), 1, "the API's cache");
  }
  void alarm(graph::NodeId id, const graph::Node& node) {
    constexpr double fast = 30;
    const value::Value metrics = property(node, "Metrics");
    const bool anomaly = text_at(node, "ThresholdMetricId").size() > 0;
    const bool high = number_at(node, "Period", 60) <= fast;
    const double count = std::max<double>(1, static_cast<double>(metrics.items().size()));
    add(id, "alarm",
        anomaly ? "cloudwatch/alarm-anomaly"
        : high  ? "cloudwatch/alarm-high-resolution"
                : "cloudwatch/alarm",
        anomaly ? 1 : count, anomaly ? "an alarm on an anomaly" : counted(count, "metric") + " watched");
  }
  void anomaly_detector(graph::NodeId id, const graph::Node&) {
    add(id, "metric", "cloudwatch/metric", 1, "an anomaly detector");
  }
  void composite_alarm(graph::NodeId id, const graph::Node&) {
    add(id, "alarm", "cloudwatch/alarm-composite", 1, "a composite alarm");
  }
  void dashboard(graph::NodeId id, const graph::Node&) {
    add(id, "dashboard", "cloudwatch/dashboard", 1, "a dashboard");
  }
  void table(graph::NodeId id, const graph::Node& node) {
    if (property(node, "BillingMode").as_string().value_or("PROVISIONED") != "PROVISIONED") return;
    for (const auto& [name, price] : {std::pair("ReadCapacityUnits", "dynamodb/provisioned-read"),
                                      std::pair("WriteCapacityUnits", "dynamodb/provisioned-write")}) {
      const std::string path = "ProvisionedThroughput." + std::string(name);
      double units = number_at(node, path, 0);
      for (const value::Value& index : property(node, "GlobalSecondaryIndexes").items())
        units += index.at(path).as_number().value_or(0);
      const bool read = std::string_view(name).starts_with("Read");
      add(id, read ? "read capacity" : "write capacity", price, units,
          shown(units) + (read ? " read" : " write") + " units, indexes included");
    }
  }
  void nat(graph::NodeId id, const graph::Node&) { add(id, "idle", "vpc/nat-gateway", 1, "the gateway"); }
  void endpoint(graph::NodeId id, const graph::Node& node) {
    if (text_at(node, "VpcEndpointType") != "Interface") return;
    const double zones = std::max<double>(1, static_cast<double>(property(node, "SubnetIds").items().size()));
    add(id, "idle", "vpc/interface-endpoint", zones, counted(zones, "subnet"));
  }
  void cache_cluster(graph::NodeId id, const graph::Node& node) {
    const double nodes = number_at(node, "NumCacheNodes", 1);
    add(id, "idle", "elasticache/" + std::string(text_at(node, "CacheNodeType")), nodes,
        counted(nodes, "node"));
  }
  void replication_group(graph::NodeId id, const graph::Node& node) {
    double nodes = number_at(node, "NumNodeGroups", 1) * (1 + number_at(node, "ReplicasPerNodeGroup", 0));
    nodes = std::max(nodes, number_at(node, "NumCacheClusters", 0));
    add(id, "idle", "elasticache/" + std::string(text_at(node, "CacheNodeType")), nodes,
        counted(nodes, "node"));
  }
  void balancer(graph::NodeId id, const graph::Node&) {
    add(id, "idle", "elb/balancer", 1, "the load balancer");
  }
  void domain(graph::NodeId id, const graph::Node& node, std::string_view settings, std::string type) {
    const double nodes = number_at(node, std::string(settings) + ".InstanceCount", 1);
    const std::size_t old = type.find(".elasticsearch");
    if (old != std::string::npos) type.replace(old, std::string::npos, ".search");
    add(id, "idle", "opensearch/" + type, nodes, counted(nodes, "instance"));
    if (is_on(node, std::string(settings) + ".DedicatedMasterEnabled")) {
      const double masters = number_at(node, std::string(settings) + ".DedicatedMasterCount", 3);
      add(id, "masters",
          "opensearch/" + std::string(text_at(node, std::string(settings) + ".DedicatedMasterType")), masters,
          counted(masters, "dedicated master"));
    }
  }
  void opensearch(graph::NodeId id, const graph::Node& node) {
    domain(id, node, "ClusterConfig", std::string(text_at(node, "ClusterConfig.InstanceType")));
  }
  void elasticsearch(graph::NodeId id, const graph::Node& node) {
    domain(id, node, "ElasticsearchClusterConfig",
           std::string(text_at(node, "ElasticsearchClusterConfig.InstanceType")));
  }
  /// Collections of an account share capacity, those of vectors among themselves; only a key of its own keeps
  /// one apart. So the dearest of each kind is what the others cost too, at least.
  void collections() {
    struct Shared {
      graph::NodeId id;
      double units = 0;
    };
    std::array<Shared, 2> kinds;
    for (const graph::NodeId id : facts_.nodes_of_type("AWS::OpenSearchServerless::Collection")) {
      const graph::Node& node = system_.node(id);
      // What a group has bills as the group says.
      if (property(node, "CollectionGroupName").is_present()) continue;
      const bool alone = text_at(node, "StandbyReplicas") == "DISABLED";
      const knowledge::Quota* least = platform(facts_).quota(alone ? "opensearch/serverless-least-units-alone"
                                                                   : "opensearch/serverless-least-units");
      const double units = least == nullptr ? 0 : least->value;
      Shared& shared = kinds[text_at(node, "Type") == "VECTORSEARCH" ? 1 : 0];
      if (units > shared.units) shared = {id, units};
    }
    for (const Shared& shared : kinds) {
      if (!shared.id.valid()) continue;
      add(shared.id, "idle", "opensearch/serverless-ocu", shared.units,
          counted(shared.units, "capacity unit") + ", the least that indexing and search take");
    }
  }
  /// A group of collections keeps what it is told to keep at least; one of the next generation that is told
  /// nothing goes down to nothing.
  /// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-scale-to-zero.html, read
  /// 2026-11
  void collection_group(graph::NodeId id, const graph::Node& node) {
    double units = 0;
    for (const std::string_view path :
         {"CapacityLimits.MinIndexingCapacityInOcu", "CapacityLimits.MinSearchCapacityInOcu"})
      units += number_at(node, path, 0);
    add(id, "idle", "opensearch/serverless-ocu", units, counted(units, "capacity unit") + " at least");
  }
  /// What bills by the hour by class, size or edition, of which there are no prices here.
  void without_price() {
    for (const knowledge::Hourly& row : platform(facts_).hourly()) {
      // Tasks bill where they run on Fargate; else what they run on does.
      const bool tasks = row.type == "AWS::ECS::Service";
      for (const graph::NodeId id : facts_.nodes_of_type(row.type)) {
        const graph::Node& node = system_.node(id);
        if (!tasks || (text_at(node, "LaunchType") == "FARGATE" && number_at(node, "DesiredCount", 1) > 0))
          costs_.unpriced.push_back(id);
      }
    }
  }
  void key(graph::NodeId id, const graph::Node&) { add(id, "key", "kms/key", 1, "the key"); }
  void stream(graph::NodeId id, const graph::Node& node) {
    if (text_at(node, "StreamModeDetails.StreamMode") == "ON_DEMAND") {
      add(id, "idle", "kinesis/on-demand-stream", 1, "the stream");
      return;
    }
    const double shards = number_at(node, "ShardCount", 1);
    add(id, "shards", "kinesis/shard", shards, counted(shards, "shard"));
    constexpr double included = 24;
    if (number_at(node, "RetentionPeriodHours", included) > included)
      add(id, "retention", "kinesis/extended-retention", shards,
          counted(shards, "shard") + " kept longer than a day");
  }
  void consumer(graph::NodeId id, const graph::Node& node) {
    const graph::NodeId source = graph::resolve(system_, node.template_index, property(node, "StreamARN"));
    const double shards = source.valid() ? number_at(system_.node(source), "ShardCount", 1) : 1;
    add(id, "fan-out", "kinesis/fan-out-shard", shards, counted(shards, "shard"));
  }
  void aurora(graph::NodeId id, const graph::Node& node) {
    const value::Value least = property(node, "ServerlessV2ScalingConfiguration.MinCapacity");
    if (!least.is_present()) return; // Its instances bill.
    const double units = least.as_number().value_or(0);
    add(id, "idle", "rds/aurora-acu", units, shown(units) + " capacity units at least");
  }
  void instance(graph::NodeId id, const graph::Node& node) {
    const std::string_view type = text_at(node, "DBInstanceClass");
    if (type == "db.serverless") return; // The cluster's capacity bills.
    const std::string engine(text_at(node, "Engine"));
    const double zones = is_on(node, "MultiAZ") ? 2 : 1;
    add(id, "idle", "rds/" + engine + "-" + std::string(type), zones,
        zones > 1 ? "the instance in two zones" : "the instance");
    const double storage = number_at(node, "AllocatedStorage", 0);
    if (!property(node, "DBClusterIdentifier").is_present())
      add(id, "storage", "rds/storage-gp3", storage * zones, shown(storage * zones) + " GB");
  }
  void zone(graph::NodeId id, const graph::Node&) { add(id, "zone", "route53/zone", 1, "the zone"); }
  void secret(graph::NodeId id, const graph::Node& node) {
    const double copies = 1 + static_cast<double>(property(node, "ReplicaRegions").items().size());
    add(id, "secrets", "secretsmanager/secret", copies, copies > 1 ? shown(copies) + " copies" : "one");
  }
  void firewall(graph::NodeId id, const graph::Node& node) {
    add(id, "access control list", "waf/acl", 1, "the list");
    const double rules = static_cast<double>(property(node, "Rules").items().size());
    add(id, "rules", "waf/rule", rules, counted(rules, "rule"));
  }

  void provisioned() {
    for (const Provisioned& item : provisioned_concurrency(facts_)) {
      const auto count = item.value.as_number();
      if (!count || !item.function.valid()) continue;
      const graph::Node& function = system_.node(item.function);
      const double memory = number_at(function, "MemorySize", 128);
      const auto architectures = property(function, "Architectures").items();
      const bool arm = !architectures.empty() && architectures.front().as_string() == "arm64";
      constexpr double mb_per_gb = 1024;
      add(item.function, "provisioned concurrency", arm ? "lambda/provisioned-arm" : "lambda/provisioned-x86",
          *count * memory / mb_per_gb * seconds_per_month,
          shown(*count) + " × " + shown(memory) + " MB all month");
    }
  }

  const Facts& facts_;
  const graph::System& system_;
  IdleCosts costs_;
};

struct SystemIdle {
  explicit SystemIdle(const Facts& facts) : costs(Idle(facts).run()) {}
  IdleCosts costs;
};

} // namespace

const IdleCosts& idle_costs(const Facts& facts) {
  return facts.shared<SystemIdle>().costs;
}

} // namespace slsaudit::analysis
