// SPDX-License-Identifier: Apache-2.0
#include "analysis/sync_flow.hpp"

#include "analysis/analyses.hpp"
#include "analysis/entries.hpp"
#include "analysis/event_source.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::analysis {
namespace {

using graph::Category;
using graph::EdgeKind;
using graph::Mode;

bool acts(Category category) {
  return category == Category::function || category == Category::workflow || category == Category::task ||
         category == Category::api;
}

/// An API starts a workflow and answers at once, unless its route asks for the synchronous call.
bool starts_and_waits(const value::Value& settings) {
  return settings.display(4096).find("StartSyncExecution") != std::string::npos;
}

Wait over_route(const graph::System& system, const graph::Edge& edge) {
  const Category target = graph::category_of(system.node(edge.to).type);
  if (hands_over(edge.settings)) return Wait::accepts;
  if (target == Category::workflow) return starts_and_waits(edge.settings) ? Wait::answers : Wait::accepts;
  return target == Category::function || target == Category::api ? Wait::answers : Wait::accepts;
}

/// What Lambda does with what a function made, or failed on: code only sends what is granted or named.
bool is_after_the_call(const graph::Edge& edge, Category caller) {
  return caller == Category::function && edge.evidence.front().basis == graph::Basis::declared;
}

} // namespace

Wait wait_over(const graph::System& system, const graph::Edge& edge) {
  if (edge.shared) return Wait::none; // Someone calls, but maybe not this one.
  const Category caller = graph::category_of(system.node(edge.from).type);
  switch (edge.kind) {
  case EdgeKind::routes:
    return over_route(system, edge);
  case EdgeKind::invokes:
    if (is_after_the_call(edge, caller)) return Wait::none;
    if (edge.mode == Mode::none) return Wait::perhaps;
    return edge.mode == Mode::synchronous ? Wait::answers : Wait::accepts;
  case EdgeKind::triggers:
    return edge.mode == Mode::synchronous ? Wait::answers : Wait::none;
  case EdgeKind::sends:
    if (is_after_the_call(edge, caller)) return Wait::none;
    [[fallthrough]];
  case EdgeKind::reads:
  case EdgeKind::writes:
    return acts(caller) ? Wait::accepts : Wait::none;
  default:
    return Wait::none;
  }
}

bool is_needed(Wait wait) {
  return wait == Wait::accepts || wait == Wait::answers;
}

bool is_chained(Wait wait) {
  return wait == Wait::perhaps || wait == Wait::answers;
}

std::vector<Request> requests_of(const Facts& facts) {
  const graph::System& system = facts.system();
  std::vector<Request> requests;
  std::set<graph::NodeId> seen;
  std::vector<graph::NodeId> work;
  for (const Entry& entry : entries_of(facts)) {
    if (!is_waited_for(entry.kind)) continue;
    // Behind a URL, or an API that is not declared here, the function is asked itself.
    if (is_type(system, entry.node, function_type)) {
      requests.push_back({entry.node, {}, entry.node});
    } else if (seen.insert(entry.node).second) {
      work.push_back(entry.node);
    }
  }
  for (std::size_t next = 0; next < work.size(); ++next) {
    for (const graph::EdgeId id : system.outgoing[work[next].index()]) {
      const graph::Edge& edge = system.edge(id);
      if (!is_chained(wait_over(system, edge))) continue;
      if (graph::category_of(system.node(edge.to).type) != Category::api) {
        requests.push_back({work[next], id, edge.to});
      } else if (seen.insert(edge.to).second) {
        work.push_back(edge.to); // Which of its routes a request takes is the API's matter.
      }
    }
  }
  std::ranges::stable_sort(requests, {}, &Request::entry);
  return requests;
}

} // namespace slsaudit::analysis
