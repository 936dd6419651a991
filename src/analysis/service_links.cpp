// SPDX-License-Identifier: Apache-2.0
// Table "service_links": what goes from one service to another.
#include "analysis/analyses.hpp"
#include "analysis/reach.hpp"
#include "analysis/services.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace slsaudit::analysis {
namespace {

struct Link {
  std::int64_t waiting = 0;
  std::int64_t others = 0;
  std::set<graph::NodeId> callers;
  std::set<graph::NodeId> targets;
  std::vector<Step> steps;
};
using Links = std::map<std::pair<std::size_t, std::size_t>, Link>;

bool is_call(const graph::Edge& edge) {
  // What is written to a store is shared data, not a call: the table "ownership" tells of it.
  return carries_event(edge) && edge.kind != graph::EdgeKind::writes;
}

Links links_of(const graph::System& system, const Services& services) {
  Links links;
  for (const graph::Edge& edge : system.edges) {
    if (!is_call(edge)) continue;
    const auto from = services.of(edge.from);
    const auto to = services.of(edge.to);
    if (!from || !to || *from == *to) continue;
    Link& link = links[{*from, *to}];
    const bool waits = edge.mode == graph::Mode::synchronous;
    ++(waits ? link.waiting : link.others);
    link.callers.insert(edge.from);
    link.targets.insert(edge.to);
    const graph::Evidence& evidence = edge.evidence.front();
    link.steps.push_back({evidence.span, quoted(shown_name(system.node(edge.from))) +
                                             (waits ? " waits for " : " hands events to ") +
                                             quoted(shown_name(system.node(edge.to))) + ": " + evidence.text});
  }
  return links;
}

/// By service, which ones its calls lead to, over any number of links.
std::vector<std::vector<bool>> closure(const Links& links, std::size_t count, bool waiting_only) {
  std::vector<std::vector<std::size_t>> next(count);
  for (const auto& [pair, link] : links) {
    if (!waiting_only || link.waiting > 0) next[pair.first].push_back(pair.second);
  }
  std::vector<std::vector<bool>> reached(count, std::vector<bool>(count));
  for (std::size_t start = 0; start < count; ++start) {
    std::vector<std::size_t> work{start};
    while (!work.empty()) {
      const std::size_t service = work.back();
      work.pop_back();
      for (const std::size_t to : next[service]) {
        if (reached[start][to]) continue;
        reached[start][to] = true;
        work.push_back(to);
      }
    }
  }
  return reached;
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const Services services(facts.system());
  Links links = links_of(facts.system(), services);
  if (links.empty()) return;
  const auto by_any = closure(links, services.count(), false);
  const auto by_waiting = closure(links, services.count(), true);
  for (auto& [pair, link] : links) {
    const bool waits_in_circle = link.waiting > 0 && by_waiting[pair.second][pair.first];
    const text::Span at = link.steps.front().span;
    add_row(table, schema,
            {{"caller", resource_cell(facts, *link.callers.begin())},
             {"from", services.name(pair.first)},
             {"to", services.name(pair.second)},
             {"synchronous", link.waiting},
             {"asynchronous", link.others},
             {"callers", resource_list(facts, {link.callers.begin(), link.callers.end()})},
             {"targets", resource_list(facts, {link.targets.begin(), link.targets.end()})},
             {"cycle", static_cast<bool>(by_any[pair.second][pair.first])},
             {"synchronous_cycle", waits_in_circle}},
            at, std::move(link.steps));
  }
}

} // namespace

const Analysis& service_link_analysis() {
  static const Analysis analysis{
      {"service_links",
       "What goes from one service to another: calls and events, stores that both use left out; the proof is "
       "each of them",
       {
           {"caller", "resource", "", "the first resource of the one that calls the other"},
           {"from", "string", "", "the service that calls"},
           {"to", "string", "", "the service that is called"},
           {"synchronous", "int", "edges", "calls whose caller waits"},
           {"asynchronous", "int", "edges", "events, messages and calls that nobody waits for"},
           {"callers", "list", "", "what calls"},
           {"targets", "list", "", "what is called"},
           {"cycle", "bool", "", "the calls of the one called lead back, over whatever services"},
           {"synchronous_cycle", "bool", "", "they do so by calls that wait alone"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
