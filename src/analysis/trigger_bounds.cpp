// SPDX-License-Identifier: Apache-2.0
#include "analysis/trigger_bounds.hpp"

#include "analysis/analyses.hpp"
#include "analysis/api_limits.hpp"
#include "analysis/functions.hpp"
#include "analysis/platform.hpp"
#include "analysis/reach.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

using graph::EdgeKind;
using graph::Mechanism;

constexpr double ms_per_second = 1000;

std::string name_of(const graph::System& system, graph::NodeId node) {
  return quoted(shown_name(system.node(node)));
}

/// What a framework makes of a function's events has the function's name.
std::string starter_name(const graph::System& system, const graph::Edge& edge) {
  const graph::Node& from = system.node(edge.from);
  if (edge.from == edge.to || shown_name(from) != shown_name(system.node(edge.to)))
    return name_of(system, edge.from);
  return from.type == "AWS::Events::Rule" ? "an event rule" : "an event source";
}

/// A number cell of a row; nothing when null or unknown.
std::optional<double> number(const cel::Value& cell) {
  if (cell.number() != nullptr) return *cell.number();
  if (cell.integer() != nullptr) return static_cast<double>(*cell.integer());
  return std::nullopt;
}

Bound total(const std::vector<Bound>& bounds) {
  Bound sum;
  for (const Bound& bound : bounds) sum = sum_of(sum, bound);
  return sum;
}

} // namespace

TriggerBounds::TriggerBounds(const Facts& facts)
    : facts_(facts), system_(facts.system()), deliveries_(system_), entries_(system_.nodes.size()),
      totals_(system_.nodes.size()), of_(system_.nodes.size()), helpers_(deployment_helpers(facts)) {
  for (const Row& row : facts.table("entries")->rows) {
    const Row*& first = entries_[facts.node_of(row.field("entry").object()).index()];
    if (first == nullptr) first = &row;
  }
  find_totals();
  for (const graph::NodeId node : facts.nodes_of_type(function_type)) of_[node.index()] = read(node);
}

/// Callers before those whom they call; within a circle of callers nothing bounds them.
void TriggerBounds::find_totals() {
  const Components& components = event_components(facts_);
  const auto& order = components.targets_first;
  for (auto component = order.rbegin(); component != order.rend(); ++component) {
    for (const graph::NodeId node : components.members[*component]) {
      if (!is_type(system_, node, function_type)) continue;
      Bound& bound = totals_[node.index()];
      bound = total(read(node));
      if (components.members[*component].size() > 1 && bound.kind == Bound::Kind::none)
        bound.kind = Bound::Kind::open;
      const value::Value reserved = property(system_.node(node), "ReservedConcurrentExecutions");
      if (!reserved.is_present()) continue;
      const auto most = reserved.as_number();
      if (!most) {
        bound = {Bound::Kind::unknown, 0, false, "its reserved concurrency is not known",
                 reserved.span(),      {}};
      } else if (bound.kind != Bound::Kind::known || *most < bound.value) {
        bound = {Bound::Kind::known, *most, true, name_of(system_, node) + " reserves " + shown(*most),
                 reserved.span(),    {}};
      }
    }
  }
}

Bound TriggerBounds::total_of(graph::NodeId function) const {
  return total(of(function));
}

std::vector<Bound> TriggerBounds::read(graph::NodeId function) const {
  std::vector<Bound> bounds;
  for (const graph::EdgeId id : system_.incoming[function.index()]) {
    const graph::Edge& edge = system_.edge(id);
    if (!carries_event(edge) && edge.kind != EdgeKind::requests) continue;
    Bound bound = bound_over(id);
    if (bound.kind == Bound::Kind::none) continue;
    if (!bound.edge.valid()) bound.edge = id;
    bounds.push_back(std::move(bound));
  }
  if (bounds.empty() && helpers_[function.index()]) {
    bounds.push_back({Bound::Kind::known,
                      1,
                      false,
                      "deployments call it one at a time",
                      id_span(system_.node(function)),
                      {}});
  }
  return bounds;
}

Bound TriggerBounds::bound_over(graph::EdgeId id) const {
  const graph::Edge& edge = system_.edge(id);
  const graph::Delivery delivery = deliveries_.of(id);
  switch (delivery.mechanism) {
  case Mechanism::event_source:
    return bound_of_mapping(facts_, id, delivery);
  case Mechanism::integration:
    return bound_of_request(id, delivery);
  case Mechanism::state:
    return bound_of_state(id, delivery);
  case Mechanism::pipe_target:
  case Mechanism::buffer:
    return {Bound::Kind::unknown,
            0,
            false,
            "how many batches of " + name_of(system_, edge.from) + " run at once is not known",
            facts_.object(id)->span(),
            id};
  case Mechanism::redrive:
  case Mechanism::none:
    return {};
  case Mechanism::call:
    return bound_of_call(id);
  default:
    break;
  }
  // CloudFront's copies of a function don't count in the region's concurrency.
  if (is_type(system_, edge.from, "AWS::CloudFront::Distribution")) return {};
  if (starts_on_schedule(edge.from))
    return {Bound::Kind::known,        1, true, starter_name(system_, edge) + " starts one at a time",
            facts_.object(id)->span(), id};
  if (looks_after(edge.from))
    return {Bound::Kind::unknown,
            0,
            false,
            "how often " + name_of(system_, edge.from) + " starts it is not known",
            facts_.object(id)->span(),
            id};
  return open_bound(id, "invokes it for every event");
}

/// Starts a function now and then, to look after something: not for each event of a flow.
bool TriggerBounds::looks_after(graph::NodeId node) const {
  return is_type(system_, node, "AWS::Config::ConfigRule") ||
         is_type(system_, node, "AWS::SecretsManager::Secret");
}

bool TriggerBounds::starts_on_schedule(graph::NodeId node) const {
  const Row* row = entries_[node.index()];
  return row != nullptr && *row->field("kind").string() == "schedule";
}

Bound TriggerBounds::open_bound(graph::EdgeId id, std::string why) const {
  return {Bound::Kind::open,         0, false, starter_name(system_, system_.edge(id)) + " " + std::move(why),
          facts_.object(id)->span(), id};
}

double TriggerBounds::timeout_of(graph::NodeId function) const {
  return number(facts_.object(function)->field("timeout")).value_or(0);
}

/// An API lets so many requests a second through, each of which takes the function's time at most.
Bound TriggerBounds::bound_of_request(graph::EdgeId id, const graph::Delivery& delivery) const {
  const graph::Edge& edge = system_.edge(id);
  const Row* entry = entries_[edge.from.index()];
  const cel::Value limit = entry != nullptr ? entry->field("limit") : cel::Value();
  const auto own = own_rate(facts_, edge);
  // What throttles an API of another stack stands there.
  const bool elsewhere = system_.node(edge.from).kind == graph::NodeKind::outside;
  if (!own && (elsewhere || limit.unknown() != nullptr))
    return {Bound::Kind::unknown,
            0,
            false,
            "the throttle of " + name_of(system_, edge.from) + " is not known",
            facts_.object(id)->span(),
            id};
  const std::optional<double> rate = own ? own->rate : number(limit);
  if (!rate) return open_bound(id, "has no throttle of its own");
  double seconds = timeout_of(edge.to);
  if (delivery.timeout.known())
    seconds = std::min(seconds, static_cast<double>(delivery.timeout.number()) / ms_per_second);
  const double burst = own ? own->burst : number(entry->field("burst")).value_or(0);
  const double most = *rate * seconds + burst;
  std::string why = name_of(system_, edge.from) + (own ? " by these methods lets " : " lets ") +
                    shown(*rate) + "/s through × " + shown(seconds) + " s" +
                    (burst > 0 ? " + burst " + shown(burst) : std::string()) + " = " + shown(most);
  return {
      Bound::Kind::known, most, true, std::move(why), own ? own->at : entry->field("limit_at").span(), id};
}

/// A caller that waits calls once at a time, from each of its own instances.
Bound TriggerBounds::bound_of_call(graph::EdgeId id) const {
  const graph::Edge& edge = system_.edge(id);
  const bool url = edge.kind == EdgeKind::requests && is_type(system_, edge.via, "AWS::Lambda::Url");
  if (url) return open_bound(id, "calls it by its URL");
  if (is_type(system_, edge.from, function_type) && edge.mode == graph::Mode::synchronous) {
    Bound bound = totals_[edge.from.index()];
    bound.edge = id;
    return bound;
  }
  const bool api = entries_[edge.from.index()] != nullptr && edge.mode == graph::Mode::synchronous &&
                   !is_type(system_, edge.from, function_type);
  if (api) return bound_of_request(id, deliveries_.of(id)); // an authorizer
  return open_bound(id, "may invoke it any number of times");
}

/// What is known best first.
std::vector<graph::EdgeId> TriggerBounds::starters_of(graph::NodeId workflow) const {
  std::vector<graph::EdgeId> starters;
  for (const graph::EdgeId id : system_.incoming[workflow.index()]) {
    if (carries_event(system_.edge(id))) starters.push_back(id);
  }
  const auto basis = [&](graph::EdgeId id) { return system_.edge(id).evidence.front().basis; };
  std::ranges::stable_sort(starters, {}, basis);
  return starters;
}

/// Of a workflow, and so of what its states call: a function that may start it does so when it likes; one
/// that only has its name may do something else with it.
Bound TriggerBounds::bound_of_starter(graph::EdgeId id, const graph::Edge& starter) const {
  const std::string name = name_of(system_, starter.from);
  switch (starter.evidence.front().basis) {
  case graph::Basis::declared:
    // SAM's event is the workflow's own.
    return open_bound(id, "runs once for every event " + (name == name_of(system_, starter.to)
                                                              ? std::string("that starts it")
                                                              : "of " + name));
  case graph::Basis::granted:
    return open_bound(id, "runs whenever " + name + " starts it, which it may do any number of times");
  case graph::Basis::hinted:
    break;
  }
  return {Bound::Kind::unknown,
          0,
          false,
          "whether " + name + " starts " + name_of(system_, system_.edge(id).from) + " is not known",
          facts_.object(id)->span(),
          id};
}

Bound TriggerBounds::bound_of_state(graph::EdgeId id, const graph::Delivery& delivery) const {
  const graph::NodeId workflow = system_.edge(id).from;
  double most = 1;
  for (const graph::Iteration& map : delivery.maps) {
    const knowledge::Quota* quota =
        platform(facts_).quota(map.distributed ? "stepfunctions/distributed-map-concurrency"
                                               : "stepfunctions/inline-map-concurrency");
    const bool limited = map.concurrency.known() && map.concurrency.number() > 0;
    if (!limited && !map.items.known() && (quota == nullptr || map.distributed))
      return open_bound(id, "runs a Map over any number of items");
    double width = quota != nullptr ? quota->value : 0;
    if (limited) width = static_cast<double>(map.concurrency.number());
    if (map.items.known()) width = std::min(std::max(width, 1.0), static_cast<double>(map.items.number()));
    most *= width;
  }
  const std::vector<graph::EdgeId> starters = starters_of(workflow);
  if (starters.empty())
    return {Bound::Kind::unknown,
            0,
            false,
            "nothing in sight starts " + name_of(system_, workflow) + ", so how often it runs is not known",
            facts_.object(id)->span(),
            id};
  const auto unscheduled = std::ranges::find_if(
      starters, [&](graph::EdgeId starter) { return !starts_on_schedule(system_.edge(starter).from); });
  if (unscheduled != starters.end()) return bound_of_starter(id, system_.edge(*unscheduled));
  return {Bound::Kind::known,
          most,
          true,
          name_of(system_, workflow) + " runs " + shown(most) + " at once in an execution",
          facts_.object(id)->span(),
          id};
}

} // namespace slsaudit::analysis
