// SPDX-License-Identifier: Apache-2.0
// What settings of resources themselves open: access control lists, public addresses, security groups.
#include "analysis/analyses.hpp"
#include "analysis/exposure.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace slsaudit::analysis {
namespace {

/// A setting that gives a store a public address.
struct Address {
  std::string_view type;
  std::string_view path;
  std::string_view on;     ///< The value that does so.
  std::string_view groups; ///< Property with its security groups; empty where it has none of its own.
};
constexpr std::array addresses{
    Address{"AWS::AmazonMQ::Broker", "PubliclyAccessible", "true", "SecurityGroups"},
    Address{"AWS::DMS::ReplicationInstance", "PubliclyAccessible", "true", "VpcSecurityGroupIds"},
    Address{"AWS::DocDB::DBInstance", "PubliclyAccessible", "true", ""},
    Address{"AWS::MSK::Cluster", "BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type",
            "SERVICE_PROVIDED_EIPS", "BrokerNodeGroupInfo.SecurityGroups"},
    Address{"AWS::Neptune::DBInstance", "PubliclyAccessible", "true", ""},
    Address{"AWS::RDS::DBCluster", "PubliclyAccessible", "true", "VpcSecurityGroupIds"},
    Address{"AWS::RDS::DBInstance", "PubliclyAccessible", "true", "VPCSecurityGroups"},
    Address{"AWS::Redshift::Cluster", "PubliclyAccessible", "true", "VpcSecurityGroupIds"},
    Address{"AWS::RedshiftServerless::Workgroup", "PubliclyAccessible", "true", "SecurityGroupIds"},
};

/// Ports on which stores listen.
constexpr std::array<std::int64_t, 18> store_ports{1433, 1521, 2049, 2484, 3306, 5432, 5439,  5601,  6379,
                                                   8182, 9042, 9092, 9094, 9098, 9200, 11211, 27017, 27018};

struct List {
  std::string_view setting; ///< AccessControl of a bucket.
  std::string_view who;
  std::string_view access;
};
constexpr std::array lists{
    List{"AuthenticatedRead", "any AWS account", "read"},
    List{"PublicRead", "internet", "read"},
    List{"PublicReadWrite", "internet", "write"},
};

bool is_world(const value::Value& rule) {
  return rule.get("CidrIp").as_string() == "0.0.0.0/0" || rule.get("CidrIpv6").as_string() == "::/0";
}

/// An ingress rule, inside a security group or on its own, and where it is written.
struct Ingress {
  graph::NodeId group;
  value::Value rule;
};

class OpenSettings {
public:
  OpenSettings(const Facts& facts, std::vector<Exposed>& list)
      : facts_(facts), system_(facts.system()), list_(list), ingresses_(ingresses(facts)) {}

  void read() {
    for (const graph::NodeId bucket : facts_.nodes_of_type("AWS::S3::Bucket")) read_list(bucket);
    for (const Address& address : addresses) {
      for (const graph::NodeId node : facts_.nodes_of_type(address.type)) read_address(node, address);
    }
    for (const Ingress& ingress : ingresses_) read_port(ingress);
  }

private:
  static std::vector<Ingress> ingresses(const Facts& facts) {
    const graph::System& system = facts.system();
    std::vector<Ingress> result;
    for (const graph::NodeId group : facts.nodes_of_type("AWS::EC2::SecurityGroup")) {
      const value::Value rules = property(system.node(group), "SecurityGroupIngress");
      if (rules.is_map()) result.push_back({group, rules});
      for (const value::Value& rule : rules.items()) result.push_back({group, rule});
    }
    for (const graph::NodeId id : facts.nodes_of_type("AWS::EC2::SecurityGroupIngress")) {
      const graph::Node& node = system.node(id);
      const graph::NodeId group = graph::resolve(system, node.template_index, property(node, "GroupId"));
      result.push_back(
          {is_type(system, group, "AWS::EC2::SecurityGroup") ? group : id, node.resource->properties});
    }
    return result;
  }

  Exposed base(graph::NodeId node, std::string_view who, std::string_view way, std::string through,
               text::Span span) const {
    Exposed exposed;
    exposed.resource = node;
    exposed.label = quoted(shown_name(system_.node(node)));
    exposed.who = std::string(who);
    exposed.way = std::string(way);
    exposed.through = std::move(through);
    exposed.span = span.valid() ? span : id_span(system_.node(node));
    exposed.steps.push_back({exposed.span, exposed.through});
    return exposed;
  }

  void read_list(graph::NodeId bucket) {
    const graph::Node& node = system_.node(bucket);
    const value::Value setting = property(node, "AccessControl");
    const std::string_view said = setting.as_string().value_or("");
    const auto row =
        std::find_if(lists.begin(), lists.end(), [&](const List& list) { return list.setting == said; });
    const std::string_view blocked = blocked_by_bucket(node, false);
    if (row == lists.end() || blocked == "yes") return;
    Exposed exposed = base(bucket, row->who, "acl", "access control list " + quoted(said), setting.span());
    exposed.access = std::string(row->access);
    exposed.open = row->who == "internet" ? Tri::yes : Tri::no;
    if (blocked != "no") {
      exposed.certain = Tri::unknown;
      exposed.reason = blocked == "default" ? "new buckets take no public lists unless their settings say so"
                                            : "whether the bucket takes public lists is not known";
    }
    list_.push_back(std::move(exposed));
  }

  void read_address(graph::NodeId node, const Address& address) {
    const value::Value setting = property(system_.node(node), address.path);
    const auto said = setting.as_string();
    if (!said || *said != address.on) return;
    Exposed exposed = base(node, "internet", "address", "a public address", setting.span());
    exposed.access = "connect";
    exposed.open = Tri::no; // The store asks for a password.
    const Tri open = address.groups.empty()
                         ? Tri::unknown
                         : open_groups(node, property(system_.node(node), address.groups), exposed.steps);
    exposed.certain = open;
    if (open == Tri::unknown) exposed.reason = "what its security groups let in is not known";
    if (open == Tri::no) exposed.reason = "its security groups let in no address of the internet at large";
    list_.push_back(std::move(exposed));
  }

  /// Whether one of the groups lets the whole internet in.
  Tri open_groups(graph::NodeId node, const value::Value& groups, std::vector<Step>& steps) const {
    const std::size_t where = system_.node(node).template_index;
    const Strings strings = strings_of(groups);
    Tri open = strings.items.empty() || !strings.complete ? Tri::unknown : Tri::no;
    for (const value::Value& item : strings.items) {
      const graph::NodeId group = graph::resolve(system_, where, item);
      if (!is_type(system_, group, "AWS::EC2::SecurityGroup")) {
        open = either(open, Tri::unknown);
        continue;
      }
      for (const Ingress& ingress : ingresses_) {
        if (ingress.group != group) continue;
        if (is_world(ingress.rule)) {
          steps.push_back({ingress.rule.span(), "security group " + quoted(shown_name(system_.node(group))) +
                                                    " lets every address in"});
          return Tri::yes;
        }
        if (!ingress.rule.is_map()) open = either(open, Tri::unknown);
      }
    }
    return open;
  }

  void read_port(const Ingress& ingress) {
    if (!is_world(ingress.rule)) return;
    const std::string protocol(ingress.rule.get("IpProtocol").as_string().value_or(""));
    const bool all = protocol == "-1";
    const auto from = ingress.rule.get("FromPort").as_integer();
    const auto to = ingress.rule.get("ToPort").as_integer();
    if (!all && (!from || !to)) return;
    const bool listens = all || *from == -1 ||
                         std::any_of(store_ports.begin(), store_ports.end(),
                                     [&](std::int64_t port) { return *from <= port && port <= *to; });
    if (!listens) return;
    const std::string ports = all || *from == -1 ? "every port"
                              : *from == *to
                                  ? "port " + std::to_string(*from)
                                  : "ports " + std::to_string(*from) + " to " + std::to_string(*to);
    Exposed exposed = base(ingress.group, "internet", "port", ports, ingress.rule.span());
    exposed.access = "connect";
    list_.push_back(std::move(exposed));
  }

  const Facts& facts_;
  const graph::System& system_;
  std::vector<Exposed>& list_;
  std::vector<Ingress> ingresses_;
};

} // namespace

std::string_view blocked_by_bucket(const graph::Node& bucket, bool by_policy) {
  const value::Value block = property(bucket, "PublicAccessBlockConfiguration");
  if (!block.is_present()) return "default";
  if (!block.is_map()) return "unknown";
  const std::array<std::string_view, 2> settings =
      by_policy ? std::array<std::string_view, 2>{"BlockPublicPolicy", "RestrictPublicBuckets"}
                : std::array<std::string_view, 2>{"BlockPublicAcls", "IgnorePublicAcls"};
  bool unknown = false;
  for (const std::string_view setting : settings) {
    const value::Value value = block.get(setting);
    if (value.as_boolean() == true) return "yes";
    unknown = unknown || (value.is_present() && !value.as_boolean());
  }
  return unknown ? "unknown" : "no"; // What a configuration leaves out is off.
}

void add_settings(const Facts& facts, std::vector<Exposed>& list) {
  OpenSettings(facts, list).read();
}

} // namespace slsaudit::analysis
