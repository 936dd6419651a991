// SPDX-License-Identifier: Apache-2.0
// Table "hubs": how much of what happens in the system goes through each node.
//
// Counted are pairs of a beginning and an end of event flow between which the node lies on some way. Sets of
// beginnings and of ends are kept as bits for each strongly connected part, so dense graphs cost no more than
// edges times ends / 64.
#include "analysis/analyses.hpp"
#include "analysis/reach.hpp"
#include "analysis/services.hpp"

#include <algorithm>
#include <bit>
#include <set>

namespace slsaudit::analysis {
namespace {

using Bits = std::vector<std::uint64_t>;

std::int64_t count(const Bits& bits) {
  std::int64_t sum = 0;
  for (const std::uint64_t word : bits) sum += std::popcount(word);
  return sum;
}

void set(Bits& bits, std::size_t index) {
  bits[index / 64] |= std::uint64_t{1} << (index % 64);
}

void merge(Bits& into, const Bits& from) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] |= from[i];
}

class Hubs {
public:
  explicit Hubs(const Facts& facts) : facts_(facts), system_(facts.system()), services_(system_) {
    for (const graph::Edge& edge : system_.edges) {
      follow_.push_back(carries_event(edge) || edge.kind == graph::EdgeKind::requests);
      if (follow_.back()) ++edges_;
    }
    components_ = components_of(system_, follow_);
    link();
    order();
    spread();
  }

  void report(const Schema& schema, Table& table) const {
    const std::int64_t pairs = all_pairs();
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      const graph::NodeId node(i);
      if (system_.node(node).resource == nullptr) continue;
      add(schema, table, node, pairs);
    }
  }

private:
  void link() {
    const std::size_t size = components_.members.size();
    next_.resize(size);
    previous_.resize(size);
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      const std::size_t from = components_.of[system_.edges[i].from.index()];
      const std::size_t to = components_.of[system_.edges[i].to.index()];
      if (!follow_[i] || from == to) continue;
      next_[from].push_back(to);
      previous_[to].push_back(from);
    }
    for (auto* lists : {&next_, &previous_}) {
      for (auto& list : *lists) {
        std::sort(list.begin(), list.end());
        list.erase(std::unique(list.begin(), list.end()), list.end());
      }
    }
  }

  /// Sources before targets.
  void order() {
    std::vector<std::size_t> waiting(next_.size());
    for (std::size_t i = 0; i < next_.size(); ++i) waiting[i] = previous_[i].size();
    for (std::size_t i = 0; i < next_.size(); ++i) {
      if (waiting[i] == 0) order_.push_back(i);
    }
    for (std::size_t done = 0; done < order_.size(); ++done) {
      for (const std::size_t to : next_[order_[done]]) {
        if (--waiting[to] == 0) order_.push_back(to);
      }
    }
  }

  void spread() {
    std::vector<std::size_t> begins;
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < next_.size(); ++i) {
      if (previous_[i].empty() && !next_[i].empty()) begins.push_back(i);
      if (next_[i].empty() && !previous_[i].empty()) ends.push_back(i);
    }
    before_.assign(next_.size(), Bits((begins.size() + 63) / 64));
    behind_.assign(next_.size(), Bits((ends.size() + 63) / 64));
    for (std::size_t i = 0; i < begins.size(); ++i) set(before_[begins[i]], i);
    for (std::size_t i = 0; i < ends.size(); ++i) set(behind_[ends[i]], i);
    for (const std::size_t part : order_) {
      for (const std::size_t from : previous_[part]) merge(before_[part], before_[from]);
    }
    for (auto part = order_.rbegin(); part != order_.rend(); ++part) {
      for (const std::size_t to : next_[*part]) merge(behind_[*part], behind_[to]);
    }
    begins_ = std::move(begins);
  }

  [[nodiscard]] std::int64_t all_pairs() const {
    std::int64_t pairs = 0;
    for (const std::size_t begin : begins_) pairs += count(behind_[begin]);
    return pairs;
  }

  void add(const Schema& schema, Table& table, graph::NodeId node, std::int64_t pairs) const {
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::set<std::size_t> services;
    const auto tally = [&](graph::EdgeId id, std::int64_t& number, bool arrives) {
      if (!follow_[id.index()]) return;
      ++number;
      const graph::Edge& edge = system_.edge(id);
      if (const auto service = services_.of(arrives ? edge.from : edge.to)) services.insert(*service);
    };
    for (const graph::EdgeId id : system_.incoming[node.index()]) tally(id, in, true);
    for (const graph::EdgeId id : system_.outgoing[node.index()]) tally(id, out, false);
    if (in == 0 || out == 0) return; // An end of flow is no hub.
    const std::size_t part = components_.of[node.index()];
    const std::int64_t through = count(before_[part]) * count(behind_[part]);
    const auto share = [](std::int64_t of, std::int64_t all) {
      return all == 0 ? 0.0 : static_cast<double>(of) / static_cast<double>(all);
    };
    add_row(table, schema,
            {{"resource", resource_cell(facts_, node)},
             {"type", system_.node(node).type},
             {"fan_in", in},
             {"fan_out", out},
             {"edges_share", share(in + out, edges_)},
             {"begins", count(before_[part])},
             {"ends", count(behind_[part])},
             {"pairs", through},
             {"pairs_share", share(through, pairs)},
             {"all_pairs", pairs},
             {"services", static_cast<std::int64_t>(services.size())}},
            id_span(system_.node(node)));
  }

  const Facts& facts_;
  const graph::System& system_;
  Services services_;
  std::vector<bool> follow_;
  std::int64_t edges_ = 0;
  Components components_;
  std::vector<std::vector<std::size_t>> next_; ///< By component.
  std::vector<std::vector<std::size_t>> previous_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> begins_;
  std::vector<Bits> before_; ///< Beginnings that lead to it.
  std::vector<Bits> behind_; ///< Ends that it leads to.
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Hubs(facts).report(schema, table);
}

} // namespace

const Analysis& hub_analysis() {
  static const Analysis analysis{
      {"hubs",
       "Each resource that events come to and go on from, and how much of the system's event flow goes "
       "through "
       "it",
       {
           {"resource", "resource", "", "the resource"},
           {"type", "string", "", "its type"},
           {"fan_in", "int", "edges", "edges by which events, requests or writes come to it"},
           {"fan_out", "int", "edges", "edges by which they go on"},
           {"edges_share", "double", "", "its edges, of all such edges of the system"},
           {"begins", "int", "nodes", "beginnings of flow (what nothing leads to) that lead to it"},
           {"ends", "int", "nodes", "ends of flow (what leads nowhere) that it leads to"},
           {"pairs", "int", "", "pairs of a beginning and an end between which it lies on some way"},
           {"pairs_share", "double", "",
            "of all pairs that are connected at all: 1 where everything goes through"},
           {"all_pairs", "int", "", "how many pairs are connected"},
           {"services", "int", "", "different services of what is next to it"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
