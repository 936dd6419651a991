// SPDX-License-Identifier: Apache-2.0
// Where in which network a resource is, as far as the templates say: VPCs, subnets, routes, endpoints,
// security groups. No flow: a function's network decides what it can reach, not what it does.
#pragma once

#include "graph/system.hpp"

#include <map>
#include <string>
#include <vector>

namespace slsaudit::graph {

/// What the properties of one resource say. Nodes are sorted, each once.
struct Placement {
  bool attached = false; ///< It says anything about a VPC.
  bool complete = true;  ///< All that it says could be resolved; false: there may be more than listed.
  NodeId vpc;            ///< Of its subnets or security groups; invalid where not known, or several.
  std::vector<NodeId> subnets;
  std::vector<NodeId> security_groups;
};

/// Where a subnet's route table sends what goes to the internet.
enum class Egress : std::uint8_t {
  unknown,  ///< The subnet, its route table, or the route's target is not declared here.
  none,     ///< Nowhere: it is isolated.
  nat,      ///< Through a NAT gateway or instance, or an egress-only gateway: private.
  internet, ///< Through an internet gateway: public.
};

struct Endpoint {
  NodeId node;
  std::string service; ///< "dynamodb", "s3", "execute-api": the end of its ServiceName; empty if not known.
  bool gateway = false;
};

class Network {
public:
  /// `system` must outlive it; its nodes and index are used, not its edges.
  explicit Network(const System& system);

  [[nodiscard]] Placement placement_of(NodeId node) const;
  [[nodiscard]] NodeId vpc_of_subnet(NodeId subnet) const;
  [[nodiscard]] Egress egress_of(NodeId subnet) const;
  /// Known to have no internet gateway as its default route.
  [[nodiscard]] bool is_private(NodeId subnet) const {
    const Egress egress = egress_of(subnet);
    return egress == Egress::none || egress == Egress::nat;
  }
  /// In the order of the templates.
  [[nodiscard]] std::vector<Endpoint> endpoints_of(NodeId vpc) const;
  /// Security groups that a group's ingress rules name as sources; itself, where it lets its members in.
  [[nodiscard]] std::vector<NodeId> sources_of(NodeId security_group) const;

private:
  struct Table {
    Egress egress = Egress::none;
    bool open = false; ///< A route's target or destination is not known.
  };
  void read(NodeId id);
  void read_route(const Node& node);
  void read_ingress(const Node& node, NodeId group, const value::Value& rule);
  [[nodiscard]] NodeId at(const Node& node, std::string_view path) const;
  void add_all(const Node& node, const value::Value& written, std::vector<NodeId>& into,
               bool& complete) const;
  void add_subnets(const Node& node, const value::Value& written, Placement& placement) const;

  const System& system_;
  std::map<NodeId, NodeId> tables_; ///< Subnet → its route table.
  std::map<NodeId, Table> routes_;  ///< Route table → where its default route leads.
  std::map<NodeId, std::vector<Endpoint>> endpoints_;
  std::map<NodeId, std::vector<NodeId>> sources_;
};

} // namespace slsaudit::graph
