// SPDX-License-Identifier: Apache-2.0
#include "analysis/reach.hpp"

#include "analysis/analyses.hpp"
#include "analysis/open_routes.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

bool passes_on_at_once(const graph::Edge& edge) {
  switch (edge.kind) {
  case graph::EdgeKind::requests:
  case graph::EdgeKind::routes:
  case graph::EdgeKind::invokes:
    return true;
  case graph::EdgeKind::triggers:
    return edge.mode == graph::Mode::synchronous;
  default:
    return false;
  }
}

/// Marks everything behind one entry.
void spread(const graph::System& system, graph::NodeId entry, bool synchronous_only,
            std::vector<Exposure>& result) {
  const bool sure = faces_internet(system, entry) == Tri::yes;
  std::vector<bool> seen(system.nodes.size());
  std::vector<graph::NodeId> work{entry};
  seen[entry.index()] = true;
  while (!work.empty()) {
    const graph::NodeId node = work.back();
    work.pop_back();
    Exposure& exposure = result[node.index()];
    if (synchronous_only) {
      exposure.waits = true;
      exposure.surely_waits = exposure.surely_waits || sure;
    } else {
      exposure.reached = true;
      exposure.surely_reached = exposure.surely_reached || sure;
      exposure.entries.push_back(entry);
    }
    for (const graph::EdgeId id : system.outgoing[node.index()]) {
      const graph::Edge& edge = system.edge(id);
      if (!passes_on_at_once(edge) || seen[edge.to.index()]) continue;
      if (synchronous_only && edge.mode == graph::Mode::asynchronous) continue;
      seen[edge.to.index()] = true;
      work.push_back(edge.to);
    }
  }
}

/// What follows each node.
using Followers = Groups<std::size_t>;

/// Tarjan's algorithm without recursion: `next` is where each frame goes on.
class Tarjan {
public:
  explicit Tarjan(const Followers& followers)
      : followers_(followers), index_(followers.size(), unseen), low_(followers.size()),
        on_stack_(followers.size()), root_(followers.size()) {}

  void run() {
    for (std::size_t i = 0; i < followers_.size(); ++i) {
      if (index_[i] == unseen) visit(i);
    }
  }
  /// The first node that was found of each node's part.
  [[nodiscard]] const std::vector<std::size_t>& roots() const { return root_; }
  /// Those first nodes, in the order in which their parts were left: targets before sources.
  [[nodiscard]] const std::vector<std::size_t>& closed() const { return closed_; }

private:
  static constexpr std::size_t unseen = static_cast<std::size_t>(-1);
  struct Frame {
    std::size_t node;
    std::size_t next;
  };

  void open(std::size_t node) {
    index_[node] = low_[node] = counter_++;
    stack_.push_back(node);
    on_stack_[node] = true;
    frames_.push_back({node, 0});
  }

  void visit(std::size_t first) {
    open(first);
    while (!frames_.empty()) {
      const std::size_t node = frames_.back().node;
      if (frames_.back().next == followers_[node].size()) {
        close(node);
        continue;
      }
      const std::size_t target = followers_[node][frames_.back().next++];
      if (index_[target] == unseen) {
        open(target);
      } else if (on_stack_[target]) {
        low_[node] = std::min(low_[node], index_[target]);
      }
    }
  }

  void close(std::size_t node) {
    frames_.pop_back();
    if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
    if (low_[node] != index_[node]) return;
    closed_.push_back(node);
    std::size_t member = unseen;
    do {
      member = stack_.back();
      stack_.pop_back();
      on_stack_[member] = false;
      root_[member] = node;
    } while (member != node);
  }

  const Followers& followers_;
  std::vector<std::size_t> index_;
  std::vector<std::size_t> low_;
  std::vector<bool> on_stack_;
  std::vector<std::size_t> root_;
  std::vector<std::size_t> closed_;
  std::vector<std::size_t> stack_;
  std::vector<Frame> frames_;
  std::size_t counter_ = 0;
};

/// Of each node the number of its part; `targets_first` gets all numbers.
std::vector<std::size_t> numbered_parts(const Followers& followers, std::vector<std::size_t>& targets_first) {
  Tarjan search(followers);
  search.run();
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::vector<std::size_t> of(followers.size());
  std::vector<std::size_t> numbers(followers.size(), none); // By root.
  std::size_t count = 0;
  for (std::size_t i = 0; i < followers.size(); ++i) {
    std::size_t& number = numbers[search.roots()[i]];
    if (number == none) number = count++;
    of[i] = number;
  }
  for (const std::size_t root : search.closed()) targets_first.push_back(numbers[root]);
  return of;
}

std::vector<Exposure> find_exposure(const graph::System& system) {
  std::vector<Exposure> result(system.nodes.size());
  std::vector<graph::NodeId> entries;
  for (const graph::Edge& edge : system.edges) {
    if (edge.kind == graph::EdgeKind::requests && system.node(edge.from).type == "outside::internet") {
      entries.push_back(edge.to);
    }
  }
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  for (const graph::NodeId entry : entries) {
    spread(system, entry, false, result);
    spread(system, entry, true, result);
  }
  return result;
}

struct Exposures {
  explicit Exposures(const Facts& facts) : by_node(find_exposure(facts.system())) {}
  std::vector<Exposure> by_node;
};

struct EventComponents {
  explicit EventComponents(const Facts& facts) {
    std::vector<bool> follow;
    for (const graph::Edge& edge : facts.system().edges) follow.push_back(carries_event(edge));
    components = components_of(facts.system(), follow);
  }
  Components components;
};

} // namespace

const std::vector<Exposure>& exposure_of(const Facts& facts) {
  return facts.shared<Exposures>().by_node;
}

const Components& event_components(const Facts& facts) {
  return facts.shared<EventComponents>().components;
}

std::set<graph::NodeId> named_nodes(const graph::System& system, std::size_t where,
                                    const value::Value& value) {
  std::set<graph::NodeId> nodes{graph::resolve(system, where, value)};
  for (const value::Part& part : value.parts()) {
    if (names_resource(part)) nodes.insert(system.find(where, part.name));
  }
  nodes.erase(graph::NodeId{});
  return nodes;
}

bool carries_event(const graph::Edge& edge) {
  switch (edge.kind) {
  case graph::EdgeKind::triggers:
  case graph::EdgeKind::polls:
  case graph::EdgeKind::routes:
  case graph::EdgeKind::invokes:
  case graph::EdgeKind::sends:
  case graph::EdgeKind::streams:
  case graph::EdgeKind::writes:
    return true;
  default:
    return false;
  }
}

bool is_write(const graph::Edge& edge) {
  return edge.kind == graph::EdgeKind::writes || edge.kind == graph::EdgeKind::sends;
}

Parts parts_of(const std::vector<std::vector<std::size_t>>& followers) {
  std::vector<std::size_t> sources;
  std::vector<std::size_t> targets;
  for (std::size_t node = 0; node < followers.size(); ++node) {
    sources.insert(sources.end(), followers[node].size(), node);
    targets.insert(targets.end(), followers[node].begin(), followers[node].end());
  }
  Parts result;
  result.of = numbered_parts({sources, followers.size(), [&](std::size_t i) { return targets[i]; }},
                             result.targets_first);
  result.members = {result.of, result.targets_first.size()};
  return result;
}

Components components_of(const graph::System& system, const std::vector<bool>& follow) {
  std::vector<std::size_t> sources;
  std::vector<std::size_t> targets;
  for (std::size_t i = 0; i < system.edges.size(); ++i) {
    if (!follow[i]) continue;
    sources.push_back(system.edges[i].from.index());
    targets.push_back(system.edges[i].to.index());
  }
  Components result;
  result.of = numbered_parts({sources, system.nodes.size(), [&](std::size_t i) { return targets[i]; }},
                             result.targets_first);
  result.members = {result.of, result.targets_first.size()};
  return result;
}

graph::NodeId function_of(const graph::System& system, graph::NodeId version_or_alias) {
  const graph::Node& node = system.node(version_or_alias);
  const graph::NodeId target = graph::resolve(system, node.template_index, property(node, "FunctionName"));
  return is_type(system, target, function_type) ? target : graph::NodeId{};
}

} // namespace slsaudit::analysis
