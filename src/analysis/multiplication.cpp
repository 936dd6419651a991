// SPDX-License-Identifier: Apache-2.0
#include "analysis/multiplication.hpp"

#include "analysis/analyses.hpp"
#include "analysis/event_source.hpp"
#include "analysis/measure.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <cmath>

namespace slsaudit::analysis {
namespace {

using graph::Category;
using graph::Mechanism;

/// The largest batch of any mapping, where the platform's facts don't say.
constexpr double largest_batch = 10'000;

/// Iterations that Maps without MaxConcurrency run at once.
struct Iterations {
  double inline_map = 40;
  double distributed = 10'000;
};

std::string text_of(double number) {
  return std::to_string(whole(number));
}

/// A Map runs the state in it once for each item, or for each batch of them.
Multiplication of_map(const graph::Iteration& map, const Iterations& iterations) {
  Multiplication result{.most = unbounded,
                        .at_once = map.distributed ? iterations.distributed : iterations.inline_map,
                        .why = {}};
  const bool batched = map.batch.declared();
  if (map.items.known() && (!batched || map.batch.known())) {
    const double size = batched ? std::max<double>(1, static_cast<double>(map.batch.number())) : 1;
    result.least = result.most = std::ceil(static_cast<double>(map.items.number()) / size);
    result.why = text_of(result.most) + " iterations of Map " + quoted(map.name);
  } else {
    result.why = "the items of Map " + quoted(map.name);
  }
  const graph::Quantity& limit = map.concurrency;
  const bool limited = limit.declared() && !limit.may_be_unset && !limit.may_be_other && limit.least > 0;
  if (limited) result.at_once = static_cast<double>(*limit.most);
  result.at_once = std::min(result.at_once, result.most);
  return result;
}

void append(std::string& text, const std::string& more) {
  if (!more.empty()) text += (text.empty() ? "" : ", ") + more;
}

/// Maps within Maps.
Multiplication of_state(const graph::Delivery& delivery, const Iterations& iterations) {
  Multiplication result;
  for (const graph::Iteration& map : delivery.maps) {
    const Multiplication one = of_map(map, iterations);
    result.least *= one.least;
    result.most *= one.most;
    result.at_once *= one.at_once;
    append(result.why, one.why);
  }
  return result;
}

/// Several states that call the same function may all run, or one of them.
Multiplication of_states(const std::vector<graph::Delivery>& deliveries, const Iterations& iterations) {
  Multiplication result{.least = unbounded, .most = 0, .at_once = 0, .why = {}};
  for (const graph::Delivery& delivery : deliveries) {
    const Multiplication one = of_state(delivery, iterations);
    result.least = std::min(result.least, one.least);
    result.most += one.most;
    result.at_once += one.at_once;
    append(result.why, one.why);
  }
  if (deliveries.size() > 1) append(result.why, text_of(static_cast<double>(deliveries.size())) + " states");
  return result;
}

double limit_of(const graph::Quantity& quantity) {
  const bool always = quantity.declared() && !quantity.may_be_unset && !quantity.may_be_other;
  return always && quantity.most ? static_cast<double>(*quantity.most) : unbounded;
}

/// A delivery stream's batches are known by size and time only.
Multiplication gathered() {
  return {.least = 0, .why = "gathered into batches by size and time"};
}

/// A batch makes one invocation of many events.
Multiplication of_poller(const Facts& facts, const graph::Edge& edge, const graph::Delivery& delivery) {
  Multiplication result;
  if (delivery.mechanism == Mechanism::buffer) return gathered();
  const knowledge::EventSource* source = event_source_of(facts, edge);
  const graph::Quantity& batch = delivery.batch_size;
  double size = source == nullptr ? largest_batch : static_cast<double>(source->default_batch);
  if (batch.declared()) {
    const double most = source == nullptr ? largest_batch : static_cast<double>(source->max_batch);
    size = batch.known() ? static_cast<double>(batch.number()) : most;
  }
  if (size > 1) {
    result.least = 1 / size;
    result.why = (batch.declared() ? !batch.known() : source == nullptr)
                     ? "a batch of unknown size"
                     : "a batch of at most " + text_of(size);
  }
  const double per_shard = delivery.per_shard.declared() ? limit_of(delivery.per_shard) : 1;
  result.cap = std::min(limit_of(delivery.concurrency), limit_of(delivery.shards) * per_shard);
  return result;
}

/// What code makes of one event is anybody's guess, but for those that come in through an API.
Multiplication of_call(const graph::System& system, graph::EdgeId edge) {
  const Category caller = graph::category_of(system.node(system.edge(edge).from).type);
  if (caller != Category::function && caller != Category::task) return {};
  return {.most = unbounded, .at_once = unbounded, .why = "as often as the code does"};
}

Iterations iterations_of(const Facts& facts) {
  const Iterations known;
  return {quota_of(facts, "stepfunctions/inline-map-concurrency", known.inline_map),
          quota_of(facts, "stepfunctions/distributed-map-concurrency", known.distributed)};
}

/// Several declarations of one hop: two subscriptions of one queue to one topic.
Multiplication of_copies(const graph::Edge& edge) {
  const auto copies = static_cast<double>(std::max<std::size_t>(1, edge.settings.items().size()));
  Multiplication result{.most = copies, .at_once = copies, .why = {}};
  if (copies > 1) result.why = "declared " + text_of(copies) + " times";
  return result;
}

} // namespace

Multiplication multiplication_of(const Facts& facts, const graph::Deliveries& deliveries, graph::EdgeId id) {
  const graph::System& system = facts.system();
  const graph::Edge& edge = system.edge(id);
  const graph::Delivery delivery = deliveries.of(id);
  if (edge.kind == graph::EdgeKind::polls) return of_poller(facts, edge, delivery);
  switch (delivery.mechanism) {
  case Mechanism::state:
    return of_states(deliveries.each(id), iterations_of(facts));
  case Mechanism::call:
    return of_call(system, id);
  case Mechanism::rule_target:
  case Mechanism::subscription:
  case Mechanism::notification:
    return of_copies(edge);
  case Mechanism::buffer:
    return gathered();
  default:
    return {};
  }
}

} // namespace slsaudit::analysis
