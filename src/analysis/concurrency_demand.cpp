// SPDX-License-Identifier: Apache-2.0
// Table "concurrency_demand": what all functions need at once, against what the account has.
#include "analysis/analyses.hpp"
#include "analysis/concurrency.hpp"
#include "analysis/platform.hpp"

namespace slsaudit::analysis {
namespace {

void compute(const Facts& facts, const Schema& schema, Table& table) {
  if (facts.nodes_of_type(function_type).empty()) return;
  const Demands& demands = facts.shared<Demands>();
  const TotalNeed total = total_need(facts, demands);
  const auto limit = static_cast<double>(facts.settings().account_concurrency);
  std::vector<Step> steps;
  for (const TotalNeed::Term& term : total.terms) steps.push_back(term.step);
  for (const graph::NodeId node : total.unbounded) {
    const Demand& demand = *demands.of(node);
    steps.push_back({demand.bound.span, quoted(shown_name(facts.system().node(node))) + ": " +
                                            demand.bound.reason + ", so only the account bounds it"});
  }
  steps.push_back({{},
                   "together " + shown(total.all) + (total.complete ? "" : " at least") +
                       "; the account's limit is " + shown(limit)});
  const graph::NodeId largest = !total.terms.empty()       ? total.terms.front().function
                                : !total.unbounded.empty() ? total.unbounded.front()
                                                           : facts.nodes_of_type(function_type).front();
  text::Span place = id_span(facts.system().node(largest));
  if (!total.terms.empty() && total.terms.front().step.span.valid()) place = total.terms.front().step.span;
  add_row(table, schema,
          {{"function", resource_cell(facts, largest)},
           {"largest", total.terms.empty() ? cel::Value() : cel::Value(total.terms.front().amount).at(place)},
           {"kind", total.profile ? "profile" : "bound"},
           {"demand", total.all},
           {"declared", total.declared},
           {"unreserved", total.unreserved},
           {"complete", total.complete},
           {"unbounded", resource_list(facts, total.unbounded)},
           {"terms", static_cast<std::int64_t>(total.terms.size())},
           {"limit", facts.settings().account_concurrency},
           {"share", total.all / limit}},
          place, std::move(steps));
}

} // namespace

const Analysis& concurrency_demand_analysis() {
  static const Analysis analysis{
      {"concurrency_demand",
       "One row a system: the concurrency that all functions may need at once; the proof is the sum, term by "
       "term",
       {
           {"function", "resource", "", "the one with the largest term"},
           {"largest", "double", "executions",
            "that term, at the place that causes it; null when there is none"},
           {"kind", "string", "",
            "`profile` (the load profile's rate × duration + burst) or `bound` (the most that triggers "
            "allow)"},
           {"demand", "double", "executions",
            "the sum; what a reservation holds back doesn't count, and an API's requests count once for all "
            "its "
            "functions; a lower bound unless `complete`"},
           {"declared", "double", "executions",
            "the part of it that rests on what the author or the profile wrote: throttles, maxima, shards, "
            "reservations; the rest are defaults of the platform"},
           {"unreserved", "double", "executions", "the part of functions without a reservation"},
           {"complete", "bool", "", "every function that something starts has a term"},
           {"unbounded", "list", "", "functions that only the account bounds: they have no term"},
           {"terms", "int", "", "how many terms the sum has"},
           {"limit", "int", "executions", "the account's concurrency (1000 unless configured)"},
           {"share", "double", "", "demand / limit"},
       }},
      compute,
      12};
  return analysis;
}

} // namespace slsaudit::analysis
