// SPDX-License-Identifier: Apache-2.0
// What requests from the internet get to with nothing that stores them on the way.
//
// Of all ways to a resource the most open counts, and of those the shortest: one search for each degree of
// openness, so a system costs as much as it has edges.
#include "analysis/analyses.hpp"
#include "analysis/exposure.hpp"
#include "analysis/flow.hpp"
#include "graph/types.hpp"
#include "knowledge/iam.hpp"

#include <algorithm>
#include <deque>

namespace slsaudit::analysis {
namespace {

bool is_front(const graph::System& system, graph::NodeId node) {
  return graph::category_of(system.node(node).type) == graph::Category::api;
}

bool is_authorizer(const graph::System& system, const graph::Edge& edge) {
  return edge.kind == graph::EdgeKind::invokes && is_front(system, edge.from);
}

/// Whether a request that came to the edge's source gets to its target at once.
bool passes(const graph::System& system, const graph::Edge& edge) {
  if (is_authorizer(system, edge)) return false;
  switch (edge.kind) {
  case graph::EdgeKind::requests: // Whom a policy or an access list lets in is told as such.
    return is_front(system, edge.to) || is_type(system, edge.to, function_type);
  case graph::EdgeKind::routes:
  case graph::EdgeKind::invokes:
    return true;
  case graph::EdgeKind::triggers:
    return edge.mode == graph::Mode::synchronous;
  case graph::EdgeKind::reads: // A distribution's origin.
    return is_front(system, edge.from);
  default:
    return false;
  }
}

Tri open_graphql(const graph::Node& api) {
  const value::Value type = property(api, "AuthenticationType");
  if (!type.as_string()) return Tri::unknown;
  return type.as_string() == "API_KEY" ? Tri::yes : Tri::no; // Clients hold the key.
}

/// What an edge asks a caller for who has come as far as its source.
Tri gate(const graph::System& system, const graph::Edge& edge) {
  const std::string& from = system.node(edge.from).type;
  if (edge.kind == graph::EdgeKind::requests) {
    if (is_type(system, edge.via, "AWS::Lambda::Url")) return open_edge(system, edge);
    if (is_type(system, edge.to, "AWS::AppSync::GraphQLApi")) return open_graphql(system.node(edge.to));
    return Tri::yes;
  }
  if (from == "AWS::ApiGateway::RestApi" || from == "AWS::ApiGatewayV2::Api")
    return edge.kind == graph::EdgeKind::routes ? open_edge(system, edge) : Tri::unknown;
  if (from == "AWS::ElasticLoadBalancingV2::LoadBalancer") return Tri::unknown; // Its rules may ask.
  return Tri::yes;
}

class Search {
public:
  explicit Search(const Facts& facts)
      : system_(facts.system()), way_(system_.nodes.size()), open_(system_.nodes.size()),
        seen_(system_.nodes.size()) {}

  void run() {
    for (const Tri level : {Tri::yes, Tri::unknown, Tri::no}) spread(level);
  }

  void report(std::vector<Exposed>& list) const {
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      const graph::NodeId node(i);
      if (seen_[i] && system_.node(node).resource != nullptr && !is_front(system_, node))
        list.push_back(exposed(node));
    }
  }

private:
  void spread(Tri level) {
    std::deque<graph::NodeId> work;
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      if (seen_[i] || system_.nodes[i].type == "outside::internet") work.emplace_back(i);
    }
    while (!work.empty()) {
      const graph::NodeId node = work.front();
      work.pop_front();
      for (const graph::EdgeId id : system_.outgoing[node.index()]) {
        const graph::Edge& edge = system_.edge(id);
        if (seen_[edge.to.index()] || !passes(system_, edge) || gate(system_, edge) < level) continue;
        seen_[edge.to.index()] = true;
        way_[edge.to.index()] = id;
        open_[edge.to.index()] = level;
        work.push_back(edge.to);
      }
    }
  }

  /// From the internet to the node.
  [[nodiscard]] std::vector<graph::EdgeId> way_to(graph::NodeId node) const {
    std::vector<graph::EdgeId> way;
    while (seen_[node.index()] && way_[node.index()].valid()) {
      way.push_back(way_[node.index()]);
      node = system_.edge(way.back()).from;
    }
    std::reverse(way.begin(), way.end());
    return way;
  }

  [[nodiscard]] Exposed exposed(graph::NodeId node) const {
    const std::vector<graph::EdgeId> way = way_to(node);
    const graph::Edge& first = system_.edge(way.front());
    const graph::Edge& last = system_.edge(way.back());
    Exposed result;
    result.resource = node;
    result.label = quoted(shown_name(system_.node(node)));
    result.who = "internet";
    result.way = is_type(system_, first.via, "AWS::Lambda::Url") ? "url" : "route";
    result.entry = first.to;
    result.open = open_[node.index()];
    result.access = access_of(last);
    result.through = through(way);
    if (faces_internet(system_, first.to) == Tri::unknown) {
      result.certain = Tri::unknown;
      result.reason = "whether the API is private is not known";
    }
    for (const graph::EdgeId id : way) {
      const graph::Evidence& evidence = system_.edge(id).evidence.front();
      result.steps.push_back({evidence.span, evidence.text});
    }
    result.span = result.steps.back().span.valid() ? result.steps.back().span : id_span(system_.node(node));
    return result;
  }

  [[nodiscard]] std::string access_of(const graph::Edge& edge) const {
    using graph::Category;
    if (edge.kind == graph::EdgeKind::reads) return "read";
    switch (graph::category_of(system_.node(edge.to).type)) {
    case Category::function:
    case Category::workflow:
    case Category::task:
      return "invoke";
    case Category::queue:
    case Category::topic:
    case Category::stream:
    case Category::bus:
      return "send";
    default:
      return integrated_access(edge);
    }
  }

  /// Of an integration with a service, by the action that it names.
  [[nodiscard]] static std::string integrated_access(const graph::Edge& edge) {
    for (const value::Value& settings : each_of(edge.settings)) {
      for (const char* path : {"Integration.Uri", "x-amazon-apigateway-integration.uri"}) {
        const std::string uri = settings.at(path).display();
        const std::size_t at = uri.find("action/");
        if (at == std::string::npos) continue;
        const auto actions = knowledge::actions_matching("dynamodb:" + uri.substr(at + 7));
        if (actions.empty()) return {};
        return actions.front().access == knowledge::Access::write ? "write" : "read";
      }
    }
    return {};
  }

  [[nodiscard]] std::string through(const std::vector<graph::EdgeId>& way) const {
    const graph::Edge& first = system_.edge(way.front());
    if (way.size() == 1)
      return first.via.valid() ? quoted(shown_name(system_.node(first.via))) : "its endpoint";
    std::string text;
    for (std::size_t i = 1; i < way.size() && i < 4; ++i)
      text += (i == 1 ? "" : " → ") + quoted(shown_name(system_.node(system_.edge(way[i]).from)));
    return way.size() > 4 ? text + " → …" : text;
  }

  const graph::System& system_;
  std::vector<graph::EdgeId> way_;
  std::vector<Tri> open_;
  std::vector<bool> seen_;
};

} // namespace

void add_requests(const Facts& facts, std::vector<Exposed>& list) {
  Search search(facts);
  search.run();
  search.report(list);
}

} // namespace slsaudit::analysis
