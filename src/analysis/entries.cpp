// SPDX-License-Identifier: Apache-2.0
#include "analysis/entries.hpp"

#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"
#include "analysis/functions.hpp"
#include "analysis/reach.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace slsaudit::analysis {
namespace {

using graph::Category;
using graph::EdgeKind;

/// Senders to one outside party that are told apart; where there are more, some of them is heard.
constexpr std::size_t most_senders = 16;

constexpr std::pair<std::string_view, std::string_view> kinds_by_type[] = {
    {"AWS::ApiGateway::RestApi", "rest"},
    {"AWS::AppSync::GraphQLApi", "graphql"},
    {"AWS::CloudFront::Distribution", "distribution"},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "load-balancer"},
    {"AWS::IoT::TopicRule", "iot"},
    {"AWS::SES::ReceiptRule", "email"},
    {"AWS::Scheduler::Schedule", "schedule"},
};

constexpr std::pair<Category, std::string_view> kinds_by_category[] = {
    {Category::function, "function"},
    {Category::workflow, "workflow"},
    {Category::task, "task"},
    {Category::queue, "queue"},
    {Category::topic, "topic"},
    {Category::stream, "stream"},
    {Category::bus, "bus"},
    {Category::rule, "rule"},
    {Category::table, "table"},
    {Category::bucket, "bucket"},
    {Category::store, "store"},
    {Category::api, "http"},
    {Category::user_pool, "user-pool"},
    {Category::log_group, "log-group"},
};

/// A function that an API or a user pool starts which no template declares; by what joins the two.
constexpr std::pair<std::string_view, std::string_view> kinds_by_joint[] = {
    {"AWS::ApiGateway::Method", "rest"},      {"AWS::ApiGatewayV2::Integration", "http"},
    {"AWS::ApiGatewayV2::Route", "http"},     {"AWS::ElasticLoadBalancingV2::TargetGroup", "load-balancer"},
    {"Custom::CognitoUserPool", "user-pool"},
};

/// Services that start functions on somebody's behalf; all others hold conversations.
constexpr std::pair<std::string_view, std::string_view> kinds_by_principal[] = {
    {"alexa-appkit.amazon.com", "skill"},
    {"alexa-connectedhome.amazon.com", "skill"},
    {"iot.amazonaws.com", "iot"},
};

bool is_schedule(const graph::Node& node) {
  return property(node, "ScheduleExpression").is_present() || node.type == "AWS::Scheduler::Schedule" ||
         (graph::is_of_other_platform(node.type) && node.type.ends_with("::Schedule"));
}

std::string_view kind_of(const graph::Node& node) {
  for (const auto& row : kinds_by_type) {
    if (row.first == node.type) return row.second;
  }
  if (is_schedule(node)) return "schedule";
  if (property(node, "ProtocolType").as_string() == "WEBSOCKET") return "websocket";
  const Category category = graph::category_of(node.type);
  for (const auto& row : kinds_by_category) {
    if (row.first == category) return row.second;
  }
  return "service";
}

bool is_outside(const graph::System& system, graph::NodeId node) {
  return system.node(node).kind == graph::NodeKind::outside;
}

class Finder {
public:
  explicit Finder(const Facts& facts)
      : system_(facts.system()), helpers_(deployment_helpers(facts)), senders_(system_.nodes.size()),
        passages_(facts.shared<Passages>()) {
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      const graph::Edge& edge = system_.edges[i];
      if (!carries_event(edge) || is_outside(system_, edge.from) || !is_outside(system_, edge.to)) continue;
      Senders& senders = senders_[edge.to.index()];
      const bool code = is_type(system_, edge.from, function_type);
      if (code && senders.code) continue;
      senders.code = senders.code || code;
      senders.edges.emplace_back(i);
    }
  }

  std::vector<Entry> run() {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      const graph::NodeId node(i);
      if (!is_outside(system_, node)) visit(node, entries);
    }
    add_cycles(entries);
    return entries;
  }

private:
  /// What the system sends to an outside party. What code puts is not known, so one function stands for all.
  struct Senders {
    std::vector<graph::EdgeId> edges;
    bool code = false;
  };

  /// What feeds a node.
  struct Feeds {
    bool system = false;
    bool failures = false;  ///< Dead letters.
    bool logs = false;      ///< What functions log.
    graph::EdgeId events;   ///< From outside …
    graph::EdgeId requests; ///< … or asked for from there.
  };

  /// Whether resources of the system send to an outside party what it hands on by an edge.
  [[nodiscard]] bool hands_on(graph::EdgeId out) {
    const std::vector<graph::EdgeId>& in = senders_[system_.edge(out).from.index()].edges;
    if (in.size() > most_senders) return true;
    return std::ranges::any_of(in,
                               [&](graph::EdgeId id) { return passages_.of(id, out) != Passage::blocked; });
  }

  [[nodiscard]] Feeds feeds_of(graph::NodeId node) {
    Feeds feeds;
    for (const graph::EdgeId id : system_.incoming[node.index()]) {
      const graph::Edge& edge = system_.edge(id);
      const bool outside = is_outside(system_, edge.from);
      if (edge.kind == EdgeKind::requests && outside && !feeds.requests.valid()) feeds.requests = id;
      if (edge.kind == EdgeKind::dead_letters) feeds.failures = true;
      if (edge.kind == EdgeKind::logs) feeds.logs = true;
      if (!carries_event(edge)) continue;
      if (!outside || hands_on(id)) {
        feeds.system = true;
      } else if (!feeds.events.valid()) {
        feeds.events = id;
      }
    }
    return feeds;
  }

  /// Does something when an event or a request comes, or passes it on.
  [[nodiscard]] bool acts(graph::NodeId node) const {
    const Category category = graph::category_of(system_.node(node).type);
    if (category == Category::function || category == Category::workflow) return true;
    const auto& out = system_.outgoing[node.index()];
    return std::ranges::any_of(out, [&](graph::EdgeId id) { return carries_event(system_.edge(id)); });
  }

  /// Starts on its own, or by people that the graph doesn't show, whatever else feeds it.
  [[nodiscard]] bool always_enters(graph::NodeId node) const {
    const Category category = graph::category_of(system_.node(node).type);
    return category == Category::user_pool || category == Category::log_group ||
           is_schedule(system_.node(node));
  }

  /// What feeds only itself (a queue, its dead letters and the function that puts them back; a bucket whose
  /// function writes to it) is started from outside all the same: at its sources of events.
  void add_cycles(std::vector<Entry>& entries) {
    std::vector<bool> follow;
    for (const graph::Edge& edge : system_.edges)
      follow.push_back(carries_event(edge) || edge.kind == EdgeKind::dead_letters);
    const Components components = components_of(system_, follow);
    std::vector<bool> started(components.members.size());
    for (const Entry& entry : entries) started[components.of[entry.node.index()]] = true;
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      const graph::Edge& edge = system_.edges[i];
      const std::size_t target = components.of[edge.to.index()];
      if (follow[i] && components.of[edge.from.index()] != target) started[target] = true;
    }
    for (std::size_t i = 0; i < components.members.size(); ++i) {
      if (!started[i] && components.members[i].size() > 1) add_sources(components.members[i], entries);
    }
    std::ranges::stable_sort(entries, {}, &Entry::node);
  }

  void add_sources(std::span<const graph::NodeId> cycle, std::vector<Entry>& entries) {
    const auto is_source = [&](graph::NodeId node) {
      const Category category = graph::category_of(system_.node(node).type);
      constexpr std::array sources{Category::queue, Category::topic,  Category::stream, Category::bus,
                                   Category::table, Category::bucket, Category::store,  Category::api};
      return std::ranges::find(sources, category) != sources.end() && !is_outside(system_, node);
    };
    const auto takes_failures = [&](graph::NodeId node) { return feeds_of(node).failures; };
    std::vector<graph::NodeId> found;
    std::ranges::copy_if(cycle, std::back_inserter(found),
                         [&](graph::NodeId node) { return is_source(node) && !takes_failures(node); });
    if (found.empty()) std::ranges::copy_if(cycle, std::back_inserter(found), is_source);
    if (found.empty()) {
      std::ranges::copy_if(cycle, std::back_inserter(found),
                           [&](graph::NodeId node) { return !is_outside(system_, node); });
    }
    for (const graph::NodeId node : found)
      entries.push_back({node, kind_of(system_.node(node)), {}, {}, true});
  }

  void visit(graph::NodeId node, std::vector<Entry>& entries) {
    const Feeds feeds = feeds_of(node);
    const bool is_function = is_type(system_, node, function_type);
    const bool fed = feeds.system || feeds.failures || feeds.logs;
    const auto add = [&](std::string_view kind, graph::EdgeId edge) {
      entries.push_back({node, kind, edge.valid() ? system_.edge(edge).from : graph::NodeId{}, edge, fed});
    };
    const bool is_bucket = graph::category_of(system_.node(node).type) == Category::bucket;
    const std::size_t before = entries.size();
    // Who may only read a bucket sets nothing off.
    if (feeds.requests.valid() && !is_bucket) add(requested_kind(node, feeds.requests), feeds.requests);
    if (feeds.events.valid()) add(delivered_kind(node, feeds.events), feeds.events);
    if (entries.size() > before || !acts(node)) return;
    if (always_enters(node)) {
      add(kind_of(system_.node(node)), {});
    } else if (!fed) {
      add(is_function && helpers_[node.index()] ? "deployment" : kind_of(system_.node(node)), {});
    }
  }

  [[nodiscard]] std::string_view requested_kind(graph::NodeId node, graph::EdgeId edge) const {
    if (is_type(system_, system_.edge(edge).via, "AWS::Lambda::Url")) return "url";
    if (!is_type(system_, system_.edge(edge).from, "outside::service")) return kind_of(system_.node(node));
    const value::Value principal = system_.edge(edge).settings.get("Principal");
    const auto row = std::ranges::find_if(
        kinds_by_principal, [&](const auto& one) { return principal.as_string() == one.first; });
    return row == std::end(kinds_by_principal) ? "chat" : row->second;
  }

  /// A rule on the account's bus hears of other services; anything else, of a resource that is not declared
  /// here.
  [[nodiscard]] std::string_view delivered_kind(graph::NodeId node, graph::EdgeId edge) const {
    const graph::NodeId via = system_.edge(edge).via;
    for (const auto& row : kinds_by_joint) {
      if (via.valid() && row.first == system_.node(via).type) return row.second;
    }
    const bool bus = is_type(system_, system_.edge(edge).from, "outside::event-bus");
    return bus ? kind_of(system_.node(node)) : "imported";
  }

  const graph::System& system_;
  const std::vector<bool>& helpers_;
  std::vector<Senders> senders_; ///< By node.
  const Passages& passages_;
};

struct Entries {
  explicit Entries(const Facts& facts) : all(Finder(facts).run()) {}
  std::vector<Entry> all;
};

} // namespace

const std::vector<Entry>& entries_of(const Facts& facts) {
  return facts.shared<Entries>().all;
}

std::vector<graph::NodeId> entry_nodes(const Facts& facts) {
  std::vector<graph::NodeId> nodes;
  for (const Entry& entry : entries_of(facts)) {
    if (nodes.empty() || nodes.back() != entry.node) nodes.push_back(entry.node);
  }
  return nodes;
}

bool is_waited_for(std::string_view kind) {
  constexpr std::array<std::string_view, 10> waiting{"rest",          "http", "websocket", "graphql",
                                                     "load-balancer", "url",  "user-pool", "distribution",
                                                     "skill",         "chat"};
  return std::find(waiting.begin(), waiting.end(), kind) != waiting.end();
}

} // namespace slsaudit::analysis
