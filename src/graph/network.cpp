// SPDX-License-Identifier: Apache-2.0
#include "graph/network.hpp"

#include "graph/extract.hpp"
#include "graph/spelling.hpp"

#include <algorithm>

namespace slsaudit::graph {

namespace {

struct Places {
  std::string_view type;
  std::string_view subnets; ///< A list of subnets, or the name of a group of them.
  std::string_view security_groups;
};

constexpr Places places[] = {
    {"AWS::AmazonMQ::Broker", "SubnetIds", "SecurityGroups"},
    {"AWS::CodeBuild::Project", "VpcConfig.Subnets", "VpcConfig.SecurityGroupIds"},
    {"AWS::DAX::Cluster", "SubnetGroupName", "SecurityGroupIds"},
    {"AWS::DocDB::DBCluster", "DBSubnetGroupName", "VpcSecurityGroupIds"},
    {"AWS::EC2::Instance", "SubnetId", "SecurityGroupIds"},
    {"AWS::EC2::VPCEndpoint", "SubnetIds", "SecurityGroupIds"},
    {"AWS::ECS::Service", "NetworkConfiguration.AwsvpcConfiguration.Subnets",
     "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups"},
    {"AWS::EFS::MountTarget", "SubnetId", "SecurityGroups"},
    {"AWS::ElastiCache::CacheCluster", "CacheSubnetGroupName", "VpcSecurityGroupIds"},
    {"AWS::ElastiCache::ReplicationGroup", "CacheSubnetGroupName", "SecurityGroupIds"},
    {"AWS::ElastiCache::ServerlessCache", "SubnetIds", "SecurityGroupIds"},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "Subnets", "SecurityGroups"},
    {"AWS::Elasticsearch::Domain", "VPCOptions.SubnetIds", "VPCOptions.SecurityGroupIds"},
    {"AWS::Lambda::Function", "VpcConfig.SubnetIds", "VpcConfig.SecurityGroupIds"},
    {"AWS::MSK::Cluster", "BrokerNodeGroupInfo.ClientSubnets", "BrokerNodeGroupInfo.SecurityGroups"},
    {"AWS::MemoryDB::Cluster", "SubnetGroupName", "SecurityGroupIds"},
    {"AWS::Neptune::DBCluster", "DBSubnetGroupName", "VpcSecurityGroupIds"},
    {"AWS::OpenSearchService::Domain", "VPCOptions.SubnetIds", "VPCOptions.SecurityGroupIds"},
    {"AWS::RDS::DBCluster", "DBSubnetGroupName", "VpcSecurityGroupIds"},
    {"AWS::RDS::DBInstance", "DBSubnetGroupName", "VPCSecurityGroups"},
    {"AWS::RDS::DBProxy", "VpcSubnetIds", "VpcSecurityGroupIds"},
    {"AWS::Redshift::Cluster", "ClusterSubnetGroupName", "VpcSecurityGroupIds"},
    {"AWS::RedshiftServerless::Workgroup", "SubnetIds", "SecurityGroupIds"},
};

constexpr std::string_view everywhere[] = {"0.0.0.0/0", "::/0"};
constexpr std::string_view nat_targets[] = {"NatGatewayId", "EgressOnlyInternetGatewayId", "InstanceId",
                                            "NetworkInterfaceId"};

template <class Map> const typename Map::mapped_type* find_in(const Map& map, NodeId key) {
  const auto found = key.valid() ? map.find(key) : map.end();
  return found != map.end() ? &found->second : nullptr;
}

void sort_once(std::vector<NodeId>& nodes) {
  std::ranges::sort(nodes);
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
}

/// "com.amazonaws.eu-west-1.dynamodb" → "dynamodb"
std::string service_of(const value::Value& name) {
  const auto spelling = spell(name);
  if (!spelling || spelling->opaque) return {};
  std::string_view text = spelling->text;
  for (std::size_t dot = find_outside_tokens(text, "."); dot != std::string_view::npos;
       dot = find_outside_tokens(text, ".")) {
    text.remove_prefix(dot + 1);
  }
  return has_token(text) ? std::string() : std::string(text);
}

} // namespace

Network::Network(const System& system) : system_(system) {
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    if (system.nodes[i].resource != nullptr) read(NodeId(i));
  }
  for (auto& sources : sources_) sort_once(sources.second);
}

NodeId Network::at(const Node& node, std::string_view path) const {
  return resolve(system_, node.template_index, node.resource->properties.at(path));
}

void Network::read(NodeId id) {
  const Node& node = system_.node(id);
  const value::Value& properties = node.resource->properties;
  if (node.type == "AWS::EC2::SubnetRouteTableAssociation") {
    const NodeId subnet = at(node, "SubnetId");
    if (subnet.valid()) tables_[subnet] = at(node, "RouteTableId");
  } else if (node.type == "AWS::EC2::RouteTable") {
    routes_.try_emplace(id);
  } else if (node.type == "AWS::EC2::Route") {
    read_route(node);
  } else if (node.type == "AWS::EC2::VPCEndpoint") {
    const value::Value type = properties.get("VpcEndpointType");
    const bool gateway = !type.is_present() || type.as_string() == "Gateway";
    endpoints_[at(node, "VpcId")].push_back({id, service_of(properties.get("ServiceName")), gateway});
  } else if (node.type == "AWS::EC2::SecurityGroup") {
    for (const value::Value& rule : entries(properties.get("SecurityGroupIngress")))
      read_ingress(node, id, rule);
  } else if (node.type == "AWS::EC2::SecurityGroupIngress") {
    read_ingress(node, at(node, "GroupId"), properties);
  }
}

void Network::read_route(const Node& node) {
  const NodeId table = at(node, "RouteTableId");
  if (!table.valid()) return;
  const value::Value& properties = node.resource->properties;
  value::Value destination = properties.get("DestinationCidrBlock");
  if (!destination.is_present()) destination = properties.get("DestinationIpv6CidrBlock");
  const auto known = destination.as_string();
  Table& routes = routes_[table];
  if (!known) routes.open = routes.open || destination.is_present();
  if (!known || std::ranges::find(everywhere, *known) == std::end(everywhere)) return;
  const auto has = [&](std::string_view key) { return properties.get(key).is_present(); };
  if (has("GatewayId")) {
    // A virtual private gateway leads to somebody's own network, whose ways are not known here.
    const NodeId gateway = at(node, "GatewayId");
    const bool foreign = gateway.valid() && system_.node(gateway).type != "AWS::EC2::InternetGateway";
    routes.open = routes.open || foreign;
    if (!foreign) routes.egress = Egress::internet;
  } else if (std::ranges::any_of(nat_targets, has)) {
    routes.egress = std::max(routes.egress, Egress::nat);
  } else {
    routes.open = true; // a transit gateway, a peer, a firewall
  }
}

void Network::read_ingress(const Node& node, NodeId group, const value::Value& rule) {
  const NodeId source = resolve(system_, node.template_index, rule.get("SourceSecurityGroupId"));
  if (group.valid() && source.valid()) sources_[group].push_back(source);
}

void Network::add_all(const Node& node, const value::Value& written, std::vector<NodeId>& into,
                      bool& complete) const {
  if (written.is_unknown()) complete = false;
  for (const value::Value& one : entries(written)) {
    const NodeId found = resolve(system_, node.template_index, one);
    if (found.valid()) {
      into.push_back(found);
    } else {
      complete = false;
    }
  }
}

/// Subnets, or a group of them.
void Network::add_subnets(const Node& node, const value::Value& written, Placement& placement) const {
  std::vector<NodeId> named;
  add_all(node, written, named, placement.complete);
  for (const NodeId id : named) {
    const Node& found = system_.node(id);
    if (found.type.find("SubnetGroup") == std::string::npos) {
      placement.subnets.push_back(id);
    } else if (found.resource != nullptr) {
      add_all(found, found.resource->properties.get("SubnetIds"), placement.subnets, placement.complete);
    }
  }
}

Placement Network::placement_of(NodeId id) const {
  Placement placement;
  const Node& node = system_.node(id);
  const auto row = std::ranges::find(places, std::string_view(node.type), &Places::type);
  if (row == std::end(places) || node.resource == nullptr) return placement;
  const value::Value subnets = node.resource->properties.at(row->subnets);
  const value::Value groups = node.resource->properties.at(row->security_groups);
  placement.attached = subnets.is_present() || groups.is_present();
  add_subnets(node, subnets, placement);
  add_all(node, groups, placement.security_groups, placement.complete);
  sort_once(placement.subnets);
  sort_once(placement.security_groups);
  std::vector<NodeId> networks;
  for (const NodeId subnet : placement.subnets) networks.push_back(vpc_of_subnet(subnet));
  for (const NodeId group : placement.security_groups) networks.push_back(vpc_of_subnet(group));
  std::erase_if(networks, [](NodeId network) { return !network.valid(); });
  sort_once(networks);
  if (networks.size() == 1) placement.vpc = networks.front();
  return placement;
}

// Subnets and security groups spell it alike.
NodeId Network::vpc_of_subnet(NodeId subnet) const {
  const Node& node = system_.node(subnet);
  return node.resource != nullptr ? at(node, "VpcId") : NodeId{};
}

Egress Network::egress_of(NodeId subnet) const {
  const NodeId* table = find_in(tables_, subnet);
  // Without an association the VPC's main table holds, which no template can add routes to.
  if (table == nullptr) return vpc_of_subnet(subnet).valid() ? Egress::none : Egress::unknown;
  const Table* routes = find_in(routes_, *table);
  if (routes == nullptr || (routes->egress == Egress::none && routes->open)) return Egress::unknown;
  return routes->egress;
}

std::vector<Endpoint> Network::endpoints_of(NodeId vpc) const {
  const std::vector<Endpoint>* found = find_in(endpoints_, vpc);
  return found != nullptr ? *found : std::vector<Endpoint>{};
}

std::vector<NodeId> Network::sources_of(NodeId security_group) const {
  const std::vector<NodeId>* found = find_in(sources_, security_group);
  return found != nullptr ? *found : std::vector<NodeId>{};
}

} // namespace slsaudit::graph
