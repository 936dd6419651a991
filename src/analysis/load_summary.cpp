// SPDX-License-Identifier: Apache-2.0
#include "analysis/load_summary.hpp"

#include "analysis/analyses.hpp"
#include "analysis/concurrency.hpp"
#include "analysis/platform.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::analysis {
namespace {

std::string origin_of(const Facts& facts, const Source& source) {
  switch (source.origin) {
  case Source::Origin::given:
    return "given";
  case Source::Origin::size:
    return "size " + facts.settings().load.size;
  case Source::Origin::schedule:
    return "its schedule";
  default:
    return "no load";
  }
}

std::string held_by(const Facts& facts, const Demand& demand) {
  const value::Value reserved =
      property(facts.system().node(demand.function), "ReservedConcurrentExecutions");
  if (reserved.is_present()) return "reserves " + reserved.display();
  if (demand.bound.kind == Bound::Kind::known)
    return "at most " + shown(demand.bound.value) + " by its triggers";
  return "shares the account's";
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class Assuming {
public:
  Assuming(const Facts& facts, LoadSummary& summary) : facts_(facts), summary_(summary) {}

  void run() {
    about_profile();
    about_functions();
    summary_.assumptions.emplace_back(
        "an API's requests spread evenly over its routes, a queue's messages over its consumers, and events "
        "evenly over the different filters that select them");
    summary_.assumptions.emplace_back("a function does each thing that it is known to do once an event; "
                                      "batches are full; nothing is retried, "
                                      "and events that come back in a loop aren't counted");
    about_maps();
    about_costs();
  }

private:
  void say(std::string sentence) { summary_.assumptions.push_back(std::move(sentence)); }

  [[nodiscard]] std::string name(graph::NodeId node) const {
    return quoted(shown_name(facts_.system().node(node)));
  }

  void about_profile() {
    std::vector<std::string> sized;
    std::vector<std::string> silent;
    bool usual_payload = false;
    for (const LoadSummary::Entry& entry : summary_.entries) {
      if (entry.origin.starts_with("size")) sized.push_back(name(entry.node));
      if (entry.origin == "no load" && entry.kind != "deployment") silent.push_back(name(entry.node));
      usual_payload = usual_payload || (entry.rate > 0 && entry.payload_kb == default_payload_kb);
    }
    if (!sized.empty()) {
      const DefaultLoad usual = default_load(facts_.settings().load.size, "");
      say("size " + facts_.settings().load.size + " stands for " + joined(sized) + ": " + shown(usual.rate) +
          "/s and bursts of " + shown(usual.burst) + ", a tenth where people upload, mail or sign up");
    }
    if (!silent.empty()) say("no load comes in at " + joined(silent));
    if (usual_payload) say("a payload is " + shown(default_payload_kb) + " KB where none is given");
    for (const std::string& unknown : unmatched_names(facts_))
      say("the profile's " + quoted(unknown) + " is neither an entry nor a function of this system");
  }

  void about_functions() {
    std::vector<std::string> assumed;
    for (const LoadSummary::Function& function : summary_.functions) {
      if (!function.duration_given) assumed.push_back(name(function.node));
    }
    if (!assumed.empty()) {
      say("an invocation takes 200 ms where someone waits for it and 1 s where nobody does, at most the "
          "timeout: " +
          joined(assumed));
    }
    if (!summary_.functions.empty()) {
      say("the account runs " + shown(summary_.account) +
          " executions at once; connections are 1 an instance "
          "where none are given");
    }
  }

  void about_maps() {
    const graph::Deliveries deliveries(facts_.system());
    std::set<std::string> maps;
    for (const graph::NodeId node : facts_.nodes_of_type("AWS::StepFunctions::StateMachine")) {
      for (const graph::EdgeId id : facts_.system().outgoing[node.index()]) {
        for (const graph::Iteration& map : deliveries.of(id).maps) {
          if (!map.items.known()) maps.insert("the Map " + quoted(map.name) + " of " + name(node));
        }
      }
    }
    for (const std::string& map : maps) say(map + " has one item: how many isn't written");
  }

  void about_costs() {
    std::set<std::string> dates;
    std::size_t unverified = 0;
    for (const Costs& costs : summary_.costs) {
      for (const CostLine& line : costs.lines) {
        dates.emplace(line.price->origin.as_of);
        if (!line.price->origin.verified) ++unverified;
      }
    }
    if (dates.empty()) return;
    say("prices are list prices of us-east-1 from " + *dates.begin() + " to " + *dates.rbegin() +
        ", without free tiers, discounts and data that is kept" +
        (unverified > 0 ? "; " + std::to_string(unverified) + " of them were not checked against their source"
                        : std::string()));
    std::vector<std::string> names;
    for (const graph::NodeId node : summary_.unpriced) names.push_back(name(node));
    if (!names.empty()) say("what " + joined(names) + " cost isn't known");
  }

  const Facts& facts_;
  LoadSummary& summary_;
};

} // namespace

LoadSummary summary_of(const Facts& facts) {
  LoadSummary summary;
  const Demands demands(facts);
  for (const Source& source : demands.traffic().sources()) {
    summary.entries.push_back(
        {source.node, source.kind, origin_of(facts, source), source.rate, source.burst, source.payload_kb});
  }
  summary.limits = saturations(facts);
  for (const Demand& demand : demands.all()) {
    if (demand.load <= 0) continue;
    summary.functions.push_back({demand.function, demand.rate, demand.burst, demand.duration_ms,
                                 demand.duration_given, demand.load, held_by(facts, demand)});
  }
  std::stable_sort(summary.functions.begin(), summary.functions.end(),
                   [](const auto& a, const auto& b) { return a.demand > b.demand; });
  summary.demand = total_need(facts, demands).all;
  summary.account = static_cast<double>(facts.settings().account_concurrency);
  summary.costs = costs_of(facts);
  summary.unpriced = idle_costs(facts).unpriced;
  Assuming(facts, summary).run();
  return summary;
}

} // namespace slsaudit::analysis
