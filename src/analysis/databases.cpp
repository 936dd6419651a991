// SPDX-License-Identifier: Apache-2.0
#include "analysis/databases.hpp"

#include "analysis/analyses.hpp"
#include "analysis/platform.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace slsaudit::analysis {
namespace {

/// Where resources of a type say what limits them.
struct Shape {
  std::string_view type;
  std::string_view engine;          ///< A fixed one; else `Engine` says it.
  std::string_view class_property;  ///< Empty: the members of the cluster have it.
  std::string_view parameter_group; ///< Property that names it; empty where it sets no maximum.
};
constexpr std::array shapes{
    Shape{"AWS::RDS::DBInstance", "", "DBInstanceClass", "DBParameterGroupName"},
    Shape{"AWS::RDS::DBCluster", "", "", "DBClusterParameterGroupName"},
    Shape{"AWS::DocDB::DBCluster", "docdb", "", ""},
    Shape{"AWS::ElastiCache::CacheCluster", "", "CacheNodeType", ""},
    Shape{"AWS::ElastiCache::ReplicationGroup", "", "CacheNodeType", ""},
    Shape{"AWS::MemoryDB::Cluster", "redis", "NodeType", ""},
};

/// Instances that belong to a cluster.
constexpr std::array<std::string_view, 2> member_types{"AWS::RDS::DBInstance", "AWS::DocDB::DBInstance"};

class Reader {
public:
  explicit Reader(const Facts& facts) : facts_(facts), system_(facts.system()) {}

  std::vector<Database> run() {
    std::vector<Database> databases;
    for (const Shape& shape : shapes) {
      for (const graph::NodeId node : facts_.nodes_of_type(shape.type)) {
        if (property(system_.node(node), "DBClusterIdentifier").is_present()) continue; // A cluster's member.
        databases.push_back(read(shape, node));
      }
    }
    std::sort(databases.begin(), databases.end(),
              [](const Database& a, const Database& b) { return a.node < b.node; });
    return databases;
  }

private:
  Database read(const Shape& shape, graph::NodeId node) {
    Database database{.node = node, .limit_span = id_span(system_.node(node))};
    database.engine = engine_of(shape, node);
    find_class(shape, database);
    find_limit(shape, database);
    find_clients(database);
    return database;
  }

  [[nodiscard]] std::string engine_of(const Shape& shape, graph::NodeId node) const {
    if (!shape.engine.empty()) return std::string(shape.engine);
    const value::Value engine = property(system_.node(node), "Engine");
    if (engine.is_absent() && shape.type == "AWS::ElastiCache::ReplicationGroup") return "redis";
    std::string name = text::lower(engine.as_string().value_or(""));
    if (name == "aurora") return "aurora-mysql";
    return name;
  }

  void find_class(const Shape& shape, Database& database) const {
    const graph::Node& node = system_.node(database.node);
    const value::Value serverless = property(node, "ServerlessV2ScalingConfiguration.MaxCapacity");
    if (serverless.is_present()) {
      database.limit_span = serverless.span();
      database.assumption = serverless.assumption();
      if (const auto most = serverless.as_number()) {
        const bool docdb = database.engine == "docdb";
        database.engine += "-serverless";
        database.class_name = (docdb ? "dcu-" : "acu-") + shown(*most);
      }
      return;
    }
    const std::vector<value::Value> classes = shape.class_property.empty()
                                                  ? member_classes(database.node)
                                                  : std::vector{property(node, shape.class_property)};
    for (const value::Value& value : classes) {
      if (!value.is_present()) continue;
      database.limit_span = value.span();
      database.assumption = value.assumption();
      database.class_name = value.as_string().value_or("");
    }
  }

  /// Of a cluster's members; several that differ say nothing that holds for all.
  [[nodiscard]] std::vector<value::Value> member_classes(graph::NodeId cluster) const {
    std::vector<value::Value> classes;
    if (const value::Value own = property(system_.node(cluster), "DBClusterInstanceClass"); own.is_present())
      classes.push_back(own);
    for (const std::string_view type : member_types) {
      for (const graph::NodeId node : facts_.nodes_of_type(type)) {
        const graph::Node& member = system_.node(node);
        const value::Value name = property(member, "DBClusterIdentifier");
        if (graph::resolve(system_, member.template_index, name) == cluster)
          classes.push_back(property(member, "DBInstanceClass"));
      }
    }
    const bool differ = std::any_of(classes.begin(), classes.end(), [&](const value::Value& value) {
      return !value.equals(classes.front());
    });
    return differ ? std::vector<value::Value>{} : classes;
  }

  void find_limit(const Shape& shape, Database& database) const {
    if (find_written_limit(shape, database)) return;
    const knowledge::ConnectionLimit* best = nullptr;
    const double wanted = capacity_of(database.class_name);
    for (const knowledge::ConnectionLimit& row : platform(facts_).connection_limits()) {
      if (row.engine != database.engine) continue;
      const bool exact = row.class_name == database.class_name || row.class_name == "*";
      const double capacity = capacity_of(row.class_name);
      // Between two capacities at least what the smaller takes.
      const bool below = wanted > 0 && capacity > 0 && capacity <= wanted &&
                         (best == nullptr || capacity > capacity_of(best->class_name));
      if (exact || below) best = &row;
    }
    if (best == nullptr) {
      database.limit_reason = "how many connections " +
                              (database.class_name.empty() ? std::string("it") : database.class_name) +
                              " takes is not known";
      return;
    }
    database.limit = best->connections;
    database.source = best->origin.source;
    database.verified = best->origin.verified;
  }

  /// 16 of "acu-16"; 0 of other classes.
  static double capacity_of(std::string_view class_name) {
    if (!class_name.starts_with("acu-") && !class_name.starts_with("dcu-")) return 0;
    double capacity = 0;
    const std::string_view digits = class_name.substr(4);
    std::from_chars(digits.data(), digits.data() + digits.size(), capacity);
    return capacity;
  }

  bool find_written_limit(const Shape& shape, Database& database) const {
    if (shape.parameter_group.empty()) return false;
    const graph::Node& node = system_.node(database.node);
    const value::Value name = property(node, shape.parameter_group);
    const graph::NodeId group = graph::resolve(system_, node.template_index, name);
    if (!group.valid()) return false;
    const value::Value written = property(system_.node(group), "Parameters").get("max_connections");
    if (!written.is_present()) return false;
    database.limit_span = written.span();
    database.assumption = written.assumption();
    database.source = "max_connections of " + quoted(shown_name(system_.node(group)));
    database.verified = true;
    if (const auto most = written.as_integer()) {
      database.limit = *most;
    } else {
      database.limit_reason = "max_connections of its parameter group is a formula";
    }
    return true;
  }

  void find_clients(Database& database) const {
    database.data_api = data_api_users(database.node);
    database.direct = clients_of(database.node);
    for (const graph::NodeId proxy : proxies_of(database.node)) {
      database.has_proxy = true;
      for (Client& client : clients_of(proxy)) database.proxied.push_back(client);
    }
    // Who uses the Data API holds no connections; who shares a network with the proxy too is taken to use it.
    const auto has = [](const auto& list, graph::NodeId function, auto member) {
      return std::any_of(list.begin(), list.end(),
                         [&](const auto& item) { return member(item) == function; });
    };
    std::erase_if(database.direct, [&](const Client& client) {
      if (client.basis == "named") return false;
      const bool data = has(database.data_api, client.function, [](graph::NodeId node) { return node; });
      const bool proxied = database.has_proxy &&
                           has(database.proxied, client.function, [](const Client& c) { return c.function; });
      return data || proxied;
    });
  }

  [[nodiscard]] std::vector<graph::NodeId> proxies_of(graph::NodeId database) const {
    std::vector<graph::NodeId> proxies;
    for (const graph::NodeId node : facts_.nodes_of_type("AWS::RDS::DBProxyTargetGroup")) {
      const graph::Node& group = system_.node(node);
      for (const char* list : {"DBClusterIdentifiers", "DBInstanceIdentifiers"}) {
        for (const value::Value& item : property(group, list).items()) {
          if (graph::resolve(system_, group.template_index, item) != database) continue;
          const graph::NodeId proxy =
              graph::resolve(system_, group.template_index, property(group, "DBProxyName"));
          if (proxy.valid()) proxies.push_back(proxy);
        }
      }
    }
    std::sort(proxies.begin(), proxies.end());
    proxies.erase(std::unique(proxies.begin(), proxies.end()), proxies.end());
    return proxies;
  }

  /// Functions that a policy lets use the Data API of a cluster.
  [[nodiscard]] std::vector<graph::NodeId> data_api_users(graph::NodeId database) const {
    std::vector<graph::NodeId> functions;
    for (const graph::EdgeId id : system_.incoming[database.index()]) {
      const graph::Edge& edge = system_.edge(id);
      const bool granted = std::any_of(edge.evidence.begin(), edge.evidence.end(), [](const auto& evidence) {
        return evidence.basis == graph::Basis::granted;
      });
      const bool uses = edge.kind == graph::EdgeKind::reads || edge.kind == graph::EdgeKind::writes;
      if (granted && uses && is_type(system_, edge.from, function_type)) functions.push_back(edge.from);
    }
    std::sort(functions.begin(), functions.end());
    functions.erase(std::unique(functions.begin(), functions.end()), functions.end());
    return functions;
  }

  [[nodiscard]] std::vector<Client> clients_of(graph::NodeId target) const {
    std::vector<Client> clients;
    const auto add = [&](graph::NodeId function, std::string_view basis, text::Span span) {
      const bool known = std::any_of(clients.begin(), clients.end(),
                                     [&](const Client& client) { return client.function == function; });
      if (!known && is_type(system_, function, function_type)) clients.push_back({function, basis, span});
    };
    const std::vector<graph::NodeId> data_api = data_api_users(target);
    const auto by_data_api = [&](graph::NodeId function) {
      return std::binary_search(data_api.begin(), data_api.end(), function);
    };
    for (const graph::EdgeId id : system_.incoming[target.index()]) {
      const graph::Edge& edge = system_.edge(id);
      for (const graph::Evidence& evidence : edge.evidence) {
        // The Data API wants the cluster's ARN; one who has both a grant for it and the name uses it.
        // What the graph knows by security groups alone says least.
        const bool network = evidence.text.starts_with("security group");
        if (evidence.basis == graph::Basis::hinted && !by_data_api(edge.from))
          add(edge.from, network ? "network" : "named", evidence.span);
      }
    }
    for (const graph::NodeId function : readers_of_secrets(target)) {
      if (!by_data_api(function)) add(function, "secret", id_span(system_.node(function)));
    }
    std::sort(clients.begin(), clients.end(),
              [](const Client& a, const Client& b) { return a.function < b.function; });
    return clients;
  }

  /// Functions that read a secret which is attached to the database.
  [[nodiscard]] std::vector<graph::NodeId> readers_of_secrets(graph::NodeId target) const {
    std::vector<graph::NodeId> readers;
    for (const graph::NodeId node : facts_.nodes_of_type("AWS::SecretsManager::SecretTargetAttachment")) {
      const graph::Node& attachment = system_.node(node);
      const auto named = [&](const char* path) {
        return graph::resolve(system_, attachment.template_index, property(attachment, path));
      };
      const graph::NodeId secret = named("SecretId");
      if (named("TargetId") != target || !secret.valid()) continue;
      for (const graph::EdgeId id : system_.incoming[secret.index()]) {
        const graph::Edge& edge = system_.edge(id);
        if (edge.kind == graph::EdgeKind::reads) readers.push_back(edge.from);
      }
    }
    return readers;
  }

  const Facts& facts_;
  const graph::System& system_;
};

} // namespace

std::vector<Database> databases_of(const Facts& facts) {
  return Reader(facts).run();
}

} // namespace slsaudit::analysis
