// SPDX-License-Identifier: Apache-2.0
// The graph while it is being built: what extractors read from and write to.
#pragma once

#include "graph/index.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace slsaudit::graph {

/// An edge as one extractor sees it; finding it twice adds evidence.
struct Link {
  EdgeKind kind = EdgeKind::refers;
  NodeId from;
  NodeId to;
  Mode mode = Mode::none;
  NodeId via = {};
  value::Value settings = {};
  value::Value filter = {};
  Basis basis = Basis::declared;
  text::Span span = {};
  std::string text = {};
};

/// A node that a value means, and the piece of the value that says so.
struct Target {
  NodeId node;
  value::Value value;
};

class Draft {
public:
  Draft(System& system, const Index& index, text::Arena& arena);

  [[nodiscard]] const Index& index() const { return index_; }
  [[nodiscard]] const System& system() const { return system_; }
  [[nodiscard]] const value::Factory& make() const { return make_; }
  [[nodiscard]] text::Arena& arena() const { return make_.arena(); }
  [[nodiscard]] const Node& node(NodeId id) const { return system_.nodes[id.index()]; }
  [[nodiscard]] Category category(NodeId id) const { return category_of(node(id).type); }
  [[nodiscard]] bool is_outside(NodeId id) const { return node(id).kind == NodeKind::outside; }

  /// Nodes that the value's alternatives mean; what the templates don't declare becomes an outside party.
  /// Unknown and absent values mean nothing.
  [[nodiscard]] std::vector<Target> targets(std::size_t template_index, const value::Value& value);
  /// The same, resources only.
  [[nodiscard]] std::vector<Target> known_targets(std::size_t template_index,
                                                  const value::Value& value) const;
  [[nodiscard]] NodeId internet(std::size_t template_index) {
    return outside(template_index, "outside::internet", "internet");
  }
  /// `local`: the same label in another template is another party.
  NodeId outside(std::size_t template_index, std::string_view type, std::string label, bool local = false);
  /// An export of no template here; invalid where a part of its name can't be known.
  NodeId imported(std::size_t template_index, std::string_view name);
  /// An output of a stack that is no template here.
  NodeId output(std::size_t template_index, const value::Part& reference);
  /// The host of a URL, or nothing for hosts that are this system's or AWS's own.
  NodeId host(std::size_t template_index, const value::Value& url);
  /// The same for a value that is nothing but a host, maybe with a port.
  NodeId bare_host(std::size_t template_index, const value::Value& name);

  void add(Link link);
  /// An edge that only says that one names the other, between two that nothing joins. After all others.
  void add_reference(NodeId from, NodeId to, text::Span span);
  void add(std::vector<Statement> statements) { system_.statements = std::move(statements); }
  [[nodiscard]] bool has(EdgeKind kind, NodeId from, NodeId to) const;
  /// Whether any edge joins the two, in either direction or with one of them as its helper.
  [[nodiscard]] bool related(NodeId left, NodeId right) const;

  /// What a load balancer's target group sends requests to.
  void add_member(NodeId group, const Target& target) { group_members_[group].push_back(target); }
  [[nodiscard]] std::vector<Target> members_of(NodeId group) const {
    const auto found = group_members_.find(group);
    return found != group_members_.end() ? found->second : std::vector<Target>{};
  }

  /// Integrations that a route leads to.
  void mark_routed(NodeId integration) { routed_.insert(integration); }
  [[nodiscard]] bool is_routed(NodeId integration) const { return routed_.contains(integration); }

  /// Compute whose definition says all that it calls: what its role allows beyond that does not happen.
  void mark_defined(NodeId compute) { defined_.insert(compute); }
  [[nodiscard]] bool is_defined(NodeId compute) const { return defined_.contains(compute); }

  /// Buckets that tell the default bus of their objects, and who listens on that bus: edges that are drawn
  /// when all of them are known.
  void add_feed(Link link) { feeds_.push_back(std::move(link)); }
  [[nodiscard]] const std::vector<Link>& feeds() const { return feeds_; }
  void add_listener(Link link) { listeners_.push_back(std::move(link)); }
  [[nodiscard]] const std::vector<Link>& listeners() const { return listeners_; }

  /// Puts nodes and edges in their final order.
  void finish();

private:
  using EdgeKey = std::tuple<NodeId, NodeId, EdgeKind, NodeId>;
  struct EdgeKeyHash {
    std::size_t operator()(const EdgeKey& key) const noexcept;
  };
  NodeId third_party(std::size_t template_index, std::string_view host);
  NodeId outside_for(std::size_t template_index, const value::Value& value);
  std::vector<NodeId> order_outside();
  [[nodiscard]] value::Value combined(const std::vector<value::Value>& values) const;
  bool leave_by_connections(Link& link);
  void absorb_grants();
  void mark_shared();

  struct Declarations {
    std::vector<value::Value> settings;
    std::vector<value::Value> filters;
    bool unfiltered = false; ///< One of them lets everything through.
  };

  System& system_;
  const Index& index_;
  value::Factory make_;
  std::set<NodeId> routed_;
  std::map<NodeId, std::vector<Target>> group_members_;
  std::set<NodeId> defined_;
  std::vector<Link> feeds_;
  std::vector<Link> listeners_;
  std::map<std::tuple<std::string, std::string, std::size_t>, NodeId> outside_;
  std::unordered_map<EdgeKey, std::size_t, EdgeKeyHash> edges_;
  std::vector<Declarations> declarations_; ///< By edge; of mere references, none.
  std::unordered_map<std::uint64_t, std::uint32_t>
      pairs_; ///< Two nodes → bits of the kinds of edges from one to the other.
};

} // namespace slsaudit::graph
