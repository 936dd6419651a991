// SPDX-License-Identifier: Apache-2.0
// Table "failure_points": how much stops answering when one resource is lost.
//
// A request is an entry and the first call behind it. It needs whatever it surely waits for and whatever the
// callers on the way read, write or send to. Which requests need a node is spread over the graph for 64
// requests at a time, one bit each.
#include "analysis/analyses.hpp"
#include "analysis/reach.hpp"
#include "analysis/sync_flow.hpp"
#include "graph/passes.hpp"

#include <algorithm>
#include <bit>

namespace slsaudit::analysis {
namespace {

/// One for each route: those of an API's definition that lead to one function are one call.
std::vector<Request> each_request(const Facts& facts) {
  std::vector<Request> requests;
  for (const Request& request : requests_of(facts)) {
    const std::size_t count =
        request.call.valid() ? graph::declarations(facts.system().edge(request.call)) : 1;
    requests.insert(requests.end(), count, request);
  }
  return requests;
}

constexpr std::size_t requests_at_once = 64;
constexpr std::size_t examples_shown = 3;

struct Loss {
  std::int64_t requests = 0;
  std::vector<std::size_t> examples;
};

class Needs {
public:
  explicit Needs(const Facts& facts)
      : facts_(facts), system_(facts.system()), requests_(each_request(facts)),
        is_entry_(system_.nodes.size()), losses_(system_.nodes.size()) {
    for (const Request& request : requests_) is_entry_[request.entry.index()] = true;
    std::vector<bool> chained;
    for (const graph::Edge& edge : system_.edges) {
      const Wait wait = wait_over(system_, edge);
      needed_.push_back(is_needed(wait));
      chained.push_back(wait == Wait::answers);
    }
    components_ = components_of(system_, chained);
    passes_on_ = chained;
    for (std::size_t i = 0; i < requests_.size(); i += requests_at_once) spread(i);
  }

  void report(const Schema& schema, Table& table) const {
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      if (losses_[i].requests > 0) add(schema, table, graph::NodeId(i));
    }
  }

private:
  void spread(std::size_t first) {
    const std::size_t end = std::min(requests_.size(), first + requests_at_once);
    std::vector<std::uint64_t> waiting(system_.nodes.size()); // For an answer of the node.
    std::vector<std::uint64_t> needing(system_.nodes.size());
    for (std::size_t i = first; i < end; ++i) {
      const std::uint64_t bit = std::uint64_t{1} << (i - first);
      needing[requests_[i].entry.index()] |= bit;
      waiting[requests_[i].first.index()] |= bit;
    }
    const auto& order = components_.targets_first;
    for (auto part = order.rbegin(); part != order.rend(); ++part) {
      std::uint64_t all = 0;
      for (const graph::NodeId node : components_.members[*part]) all |= waiting[node.index()];
      if (all == 0) continue;
      for (const graph::NodeId node : components_.members[*part]) leave(node, all, waiting, needing);
    }
    for (std::size_t i = 0; i < needing.size(); ++i) count(losses_[i], needing[i], first);
  }

  void leave(graph::NodeId node, std::uint64_t bits, std::vector<std::uint64_t>& waiting,
             std::vector<std::uint64_t>& needing) const {
    needing[node.index()] |= bits;
    for (const graph::EdgeId id : system_.outgoing[node.index()]) {
      if (!needed_[id.index()]) continue;
      const std::size_t target = system_.edge(id).to.index();
      (passes_on_[id.index()] ? waiting : needing)[target] |= bits;
    }
  }

  static void count(Loss& loss, std::uint64_t bits, std::size_t first) {
    loss.requests += std::popcount(bits);
    while (bits != 0 && loss.examples.size() < examples_shown) {
      loss.examples.push_back(first + static_cast<std::size_t>(std::countr_zero(bits)));
      bits &= bits - 1;
    }
  }

  void add(const Schema& schema, Table& table, graph::NodeId node) const {
    const Loss& loss = losses_[node.index()];
    std::vector<Step> steps;
    for (const std::size_t i : loss.examples) {
      const Request& request = requests_[i];
      const cel::Object* object =
          request.call.valid() ? facts_.object(request.call) : facts_.object(request.entry);
      steps.push_back({object->span(), object->display() + " needs it"});
    }
    const text::Span own = id_span(system_.node(node));
    const auto all = static_cast<double>(requests_.size());
    add_row(table, schema,
            {{"resource", resource_cell(facts_, node)},
             {"requests", static_cast<std::int64_t>(requests_.size())},
             {"broken_requests", loss.requests},
             {"share", static_cast<double>(loss.requests) / all},
             {"entry", static_cast<bool>(is_entry_[node.index()])}},
            own.valid() || steps.empty() ? own : steps.front().span, std::move(steps));
  }

  const Facts& facts_;
  const graph::System& system_;
  std::vector<Request> requests_;
  std::vector<bool> is_entry_;  ///< By node.
  std::vector<bool> needed_;    ///< By edge: the caller's answer hangs on its target.
  std::vector<bool> passes_on_; ///< By edge: and on what the target needs in turn.
  Components components_;
  std::vector<Loss> losses_; ///< By node.
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Needs(facts).report(schema, table);
}

} // namespace

const Analysis& failure_point_analysis() {
  static const Analysis analysis{
      {"failure_points",
       "How much stops answering when one resource is lost; the proof is up to three requests that need it",
       {
           {"resource", "resource", "", "what is lost"},
           {"requests", "int", "", "entries that someone waits for, times the calls behind each"},
           {"broken_requests", "int", "",
            "those that need it: they wait for it, or something they wait for reads, writes or sends to it; "
            "what "
            "only may be waited for is left out"},
           {"share", "double", "", "broken_requests of requests"},
           {"entry", "bool", "", "it is an entry itself: all behind it is lost with it"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
