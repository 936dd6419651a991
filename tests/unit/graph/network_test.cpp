// SPDX-License-Identifier: Apache-2.0
// Where resources are in their networks.
#include "graph/network.hpp"
#include "support/catch.hpp"
#include "support/graph_dump.hpp"

using namespace slsaudit;

namespace {

const std::string resources = R"(
Parameters: { Foreign: { Type: String } }
Resources:
  Vpc: { Type: AWS::EC2::VPC }
  Gateway: { Type: AWS::EC2::InternetGateway }
  Nat: { Type: AWS::EC2::NatGateway }
  Vpn: { Type: AWS::EC2::VPNGateway }
  Public: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc } }
  Private: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc } }
  Isolated: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc } }
  Alone: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc } }
  Homeward: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc } }
  PublicTable: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  PrivateTable: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  EmptyTable: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  HomeTable: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  A: { Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { SubnetId: !Ref Public, RouteTableId: !Ref PublicTable } }
  B: { Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { SubnetId: !Ref Private, RouteTableId: !Ref PrivateTable } }
  C: { Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { SubnetId: !Ref Isolated, RouteTableId: !Ref EmptyTable } }
  D: { Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { SubnetId: !Ref Homeward, RouteTableId: !Ref HomeTable } }
  Out: { Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref PublicTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway } }
  ByNat: { Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref PrivateTable, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat } }
  Peer: { Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref EmptyTable, DestinationCidrBlock: 10.9.0.0/16, VpcPeeringConnectionId: pcx-1 } }
  Home: { Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref HomeTable, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Vpn } }
  Guard: { Type: AWS::EC2::SecurityGroup, Properties: { VpcId: !Ref Vpc } }
  Inside: { Type: AWS::EC2::SecurityGroup, Properties: { VpcId: !Ref Vpc } }
  Rule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: !Ref Guard, SourceSecurityGroupId: !Ref Inside } }
  Tables: { Type: AWS::EC2::VPCEndpoint, Properties: { VpcId: !Ref Vpc, ServiceName: !Sub 'com.amazonaws.${AWS::Region}.dynamodb', VpcEndpointType: Gateway } }
  Secrets: { Type: AWS::EC2::VPCEndpoint, Properties: { VpcId: !Ref Vpc, ServiceName: com.amazonaws.eu-west-1.secretsmanager, VpcEndpointType: Interface, SubnetIds: [ !Ref Private ] } }
  Group: { Type: AWS::RDS::DBSubnetGroup, Properties: { SubnetIds: [ !Ref Private, !Ref Isolated ] } }
  Db: { Type: AWS::RDS::DBInstance, Properties: { DBSubnetGroupName: !Ref Group, VPCSecurityGroups: [ !Ref Guard ] } }
  Handler: { Type: AWS::Lambda::Function, Properties: { VpcConfig: { SubnetIds: [ !Ref Private ], SecurityGroupIds: [ !Ref Inside ] } } }
  Half: { Type: AWS::Lambda::Function, Properties: { VpcConfig: { SubnetIds: [ !Ref Private, !Ref Foreign ] } } }
  Free: { Type: AWS::Lambda::Function }
)";

std::string labels(const graph::System& system, const std::vector<graph::NodeId>& nodes) {
  std::string text;
  for (const graph::NodeId node : nodes) text += (text.empty() ? "" : " ") + system.node(node).label;
  return text;
}

} // namespace

TEST_CASE("placements in a network") {
  const auto built = test::build_system({resources});
  const graph::System& system = built->system;
  const graph::Network network(system);
  const auto place = [&](std::string_view id) { return network.placement_of(system.find(0, id)); };
  const graph::NodeId vpc = system.find(0, "Vpc");

  const graph::Placement handler = place("Handler");
  CHECK(handler.attached);
  CHECK(handler.complete);
  CHECK(handler.vpc == vpc);
  CHECK(labels(system, handler.subnets) == "Private");
  CHECK(labels(system, handler.security_groups) == "Inside");
  CHECK(labels(system, place("Db").subnets) == "Private Isolated");
  CHECK(place("Db").vpc == vpc);
  CHECK(place("Half").attached);
  CHECK_FALSE(place("Half").complete);
  CHECK(labels(system, place("Half").subnets) == "Private");
  CHECK_FALSE(place("Free").attached);
  CHECK_FALSE(place("Vpc").attached);
}

TEST_CASE("ways out of subnets") {
  const auto built = test::build_system({resources});
  const graph::System& system = built->system;
  const graph::Network network(system);
  const auto egress = [&](std::string_view id) { return network.egress_of(system.find(0, id)); };
  CHECK(egress("Public") == graph::Egress::internet);
  CHECK(egress("Private") == graph::Egress::nat);
  CHECK(egress("Isolated") == graph::Egress::none);
  CHECK(egress("Alone") == graph::Egress::none);
  CHECK(egress("Homeward") == graph::Egress::unknown);
  CHECK(network.is_private(system.find(0, "Private")));
  CHECK(network.is_private(system.find(0, "Isolated")));
  CHECK_FALSE(network.is_private(system.find(0, "Public")));
  CHECK_FALSE(network.is_private(system.find(0, "Homeward")));
}

TEST_CASE("endpoints and security groups") {
  const auto built = test::build_system({resources});
  const graph::System& system = built->system;
  const graph::Network network(system);
  const auto endpoints = network.endpoints_of(system.find(0, "Vpc"));
  REQUIRE(endpoints.size() == 2);
  CHECK(endpoints[0].service == "dynamodb");
  CHECK(endpoints[0].gateway);
  CHECK(endpoints[1].service == "secretsmanager");
  CHECK_FALSE(endpoints[1].gateway);
  CHECK(network.endpoints_of(graph::NodeId{}).empty());
  CHECK(labels(system, network.sources_of(system.find(0, "Guard"))) == "Inside");
  CHECK(network.sources_of(system.find(0, "Inside")).empty());
}
