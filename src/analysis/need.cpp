// SPDX-License-Identifier: Apache-2.0
// Demands as tables and reports tell them: one function's, and all together.
#include "analysis/analyses.hpp"
#include "analysis/concurrency.hpp"
#include "analysis/functions.hpp"
#include "analysis/platform.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <map>

namespace slsaudit::analysis {
namespace {

std::string_view kind_of(const Facts& facts, const Demand& demand) {
  if (facts.settings().load.given() && demand.load > 0) return "profile";
  switch (demand.bound.kind) {
  case Bound::Kind::none:
    return "none";
  case Bound::Kind::open:
    return "unbounded";
  default:
    return "bound";
  }
}

std::string formula(const Demand& demand) {
  std::string text = shown(demand.rate) + "/s × " + shown(demand.duration_ms) + " ms";
  if (!demand.duration_given) text += " (assumed)";
  if (demand.burst > 0) text += " + burst " + shown(demand.burst);
  return text + " = " + shown(demand.load);
}

std::optional<double> reservation(const graph::System& system, graph::NodeId function) {
  const value::Value reserved = property(system.node(function), "ReservedConcurrentExecutions");
  return reserved.is_present() ? reserved.as_number() : std::nullopt;
}

/// What one source lets in at once counts once, however many functions share it: an API's requests go to one
/// of its routes.
class Total {
public:
  Total(const Facts& facts, const Demands& demands) : facts_(facts), demands_(demands) {}

  TotalNeed run() {
    total_.profile = facts_.settings().load.given();
    for (const Demand& demand : demands_.all()) {
      if (pool_of(facts_.system(), demand.function) == "edge") continue;
      const std::string_view kind = kind_of(facts_, demand);
      if (kind == "none") continue;
      if (kind == "profile") {
        add_profile(demand);
      } else if (!total_.profile) {
        add_bounds(demand);
      } else {
        total_.complete = false;
      }
    }
    for (auto& [source, shared] : shared_) add(std::move(shared));
    std::stable_sort(total_.terms.begin(), total_.terms.end(),
                     [](const auto& a, const auto& b) { return a.amount > b.amount; });
    return std::move(total_);
  }

private:
  void add(TotalNeed::Term term) {
    total_.all += term.amount;
    if (term.declared) total_.declared += term.amount;
    if (!reservation(facts_.system(), term.function)) total_.unreserved += term.amount;
    total_.terms.push_back(std::move(term));
  }

  [[nodiscard]] std::string name(graph::NodeId function) const {
    return quoted(shown_name(facts_.system().node(function)));
  }

  void add_profile(const Demand& demand) {
    const double held = reservation(facts_.system(), demand.function).value_or(demand.load);
    std::string text = name(demand.function) + ": " + formula(demand);
    if (held < demand.load) text += ", held at " + shown(held) + " by its reservation";
    add({demand.function,
         std::min(held, demand.load),
         true,
         {id_span(facts_.system().node(demand.function)), std::move(text)}});
  }

  void add_bounds(const Demand& demand) {
    if (const auto held = reservation(facts_.system(), demand.function)) {
      const bool less = demand.bound.kind == Bound::Kind::known && demand.bound.value < *held;
      const double amount = less ? demand.bound.value : *held;
      add({demand.function,
           amount,
           true,
           {id_span(facts_.system().node(demand.function)),
            name(demand.function) + (less ? ": " + demand.bound.reason : " reserves " + shown(*held))}});
      return;
    }
    if (demand.bound.kind == Bound::Kind::open) total_.unbounded.push_back(demand.function);
    for (const Bound& bound : demands_.bounds_of(demand.function)) {
      if (bound.kind != Bound::Kind::known) {
        total_.complete = false;
        continue;
      }
      TotalNeed::Term term{demand.function,
                           bound.value,
                           bound.declared,
                           {bound.span, name(demand.function) + ": " + bound.reason}};
      const graph::NodeId source =
          bound.edge.valid() ? facts_.system().edge(bound.edge).from : graph::NodeId{};
      const bool shares =
          source.valid() && graph::category_of(facts_.system().node(source).type) == graph::Category::api;
      if (!shares) {
        add(std::move(term));
        continue;
      }
      // The first counts whatever it lets in: an API that is shut off lets nothing in.
      const auto [shared, is_first] = shared_.try_emplace(source, term);
      if (!is_first && shared->second.amount < term.amount) shared->second = std::move(term);
    }
  }

  const Facts& facts_;
  const Demands& demands_;
  TotalNeed total_;
  std::map<graph::NodeId, TotalNeed::Term> shared_;
};

} // namespace

std::string_view pool_of(const graph::System& system, graph::NodeId function) {
  if (runs_elsewhere(system, function)) return "edge";
  const bool reserved = property(system.node(function), "ReservedConcurrentExecutions").is_present();
  return reserved ? "reserved" : "unreserved";
}

Need need_of(const Facts& facts, const Demands& demands, const Demand& demand) {
  Need need{kind_of(facts, demand), {}, {}};
  if (need.kind == "profile") {
    need.executions = demand.load;
    need.steps = demands.traffic().steps_to(demand.function);
    need.steps.push_back({id_span(facts.system().node(demand.function)), formula(demand)});
    return need;
  }
  for (const Bound& bound : demands.bounds_of(demand.function))
    need.steps.push_back({bound.span, bound.reason});
  if (demand.bound.kind == Bound::Kind::unknown) {
    need.executions = cel::Value::unknown(demand.bound.reason);
  } else if (demand.bound.kind == Bound::Kind::known) {
    need.executions = demand.bound.value;
  }
  return need;
}

TotalNeed total_need(const Facts& facts, const Demands& demands) {
  return Total(facts, demands).run();
}

} // namespace slsaudit::analysis
