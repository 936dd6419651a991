// SPDX-License-Identifier: Apache-2.0
#include "analysis/demand.hpp"

#include "analysis/analyses.hpp"
#include "analysis/reach.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// Usual times of work that someone waits for, and of work that nobody does.
constexpr double waited_for_ms = 200;
constexpr double background_ms = 1000;
constexpr double ms_per_second = 1000;

/// A number cell of a row; nothing when null or unknown.
std::optional<double> number(const cel::Value& cell) {
  if (cell.number() != nullptr) return *cell.number();
  if (cell.integer() != nullptr) return static_cast<double>(*cell.integer());
  return std::nullopt;
}

Duration duration_of(const Facts& facts, graph::NodeId function, bool someone_waits) {
  for (const auto& item : facts.settings().load.functions) {
    if (is_named(facts.system().node(function), item.first) && item.second.duration_ms)
      return {*item.second.duration_ms, true};
  }
  const double usual = someone_waits ? waited_for_ms : background_ms;
  const auto timeout = number(facts.object(function)->field("timeout"));
  return {timeout ? std::min(usual, *timeout * ms_per_second) : usual, false};
}

struct Durations {
  explicit Durations(const Facts& facts) : by_node(facts.system().nodes.size()) {
    const std::vector<Exposure>& exposures = exposure_of(facts);
    for (const graph::NodeId node : facts.nodes_of_type(function_type))
      by_node[node.index()] = duration_of(facts, node, exposures[node.index()].waits);
  }
  std::vector<Duration> by_node;
};

} // namespace

const std::vector<Duration>& durations_of(const Facts& facts) {
  return facts.shared<Durations>().by_node;
}

Demands::Demands(const Facts& facts, Traffic traffic)
    : bounds_(facts.shared<TriggerBounds>()), traffic_(std::move(traffic)) {
  const std::vector<Duration>& durations = durations_of(facts);
  for (const graph::NodeId node : facts.nodes_of_type(function_type)) {
    const Through& through = traffic_.at(node);
    const Duration& duration = durations[node.index()];
    Demand demand{node, through.invocations, through.burst, duration.milliseconds, duration.given, 0, {}};
    demand.load = through.invocations * duration.milliseconds / ms_per_second + through.burst;
    demand.bound = bounds_.total_of(node);
    demands_.push_back(std::move(demand));
  }
}

const Demand* Demands::of(graph::NodeId function) const {
  const auto found = std::lower_bound(demands_.begin(), demands_.end(), function,
                                      [](const Demand& d, graph::NodeId node) { return d.function < node; });
  return found != demands_.end() && found->function == function ? &*found : nullptr;
}

} // namespace slsaudit::analysis
