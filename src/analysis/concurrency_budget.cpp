// SPDX-License-Identifier: Apache-2.0
// Table "concurrency_budget": what is left of the account's concurrency for functions without a reservation.
#include "analysis/analyses.hpp"
#include "analysis/concurrency.hpp"
#include "analysis/measure.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

struct Term {
  graph::NodeId function;
  value::Value value;
  std::int64_t amount = 0;
  std::string text;
};

/// What is taken from the pool for sure. Terms that aren't known, and those of resources that may not be
/// made, are left out: the sum is a lower bound.
struct Sum {
  std::vector<Term> terms;
  std::int64_t total = 0;
  bool complete = true;
  const value::Origin* assumption = nullptr;

  void add(graph::NodeId function, const graph::Node& holder, const value::Value& value,
           std::string_view what) {
    if (value.is_absent() || value.is(value::Kind::null)) return;
    const auto known = value.as_integer();
    if (!known || !holder.resource->condition.empty()) {
      complete = false;
      return;
    }
    if (*known <= 0) return; // Zero switches a function off and takes nothing.
    if (assumption == nullptr) assumption = value.assumption();
    total = added(total, *known);
    terms.push_back({function, value, *known,
                     quoted(shown_name(holder)) + " " + std::string(what) + " " + std::to_string(*known)});
  }
};

Sum reservations(const Facts& facts) {
  Sum sum;
  for (const graph::NodeId node : facts.nodes_of_type(function_type)) {
    const graph::Node& function = facts.system().node(node);
    sum.add(node, function, property(function, "ReservedConcurrentExecutions"), "reserves");
  }
  return sum;
}

/// Provisioned concurrency of a function with a reservation is taken out of the reservation, not out of the
/// pool.
Sum provisions(const Facts& facts) {
  Sum sum;
  for (const Provisioned& item : provisioned_concurrency(facts)) {
    const bool reserved =
        item.function.valid() &&
        property(facts.system().node(item.function), "ReservedConcurrentExecutions").is_present();
    if (reserved) continue;
    if (!item.function.valid()) {
      sum.complete = false;
      continue;
    }
    sum.add(item.function, facts.system().node(item.holder), item.value, "provisions");
  }
  return sum;
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  if (facts.nodes_of_type(function_type).empty()) return;
  const Sum reserved = reservations(facts);
  const Sum provisioned = provisions(facts);
  const std::int64_t limit = facts.settings().account_concurrency;
  const std::int64_t taken = added(reserved.total, provisioned.total);
  const value::Origin* assumption =
      reserved.assumption != nullptr ? reserved.assumption : provisioned.assumption;

  std::vector<Term> terms = reserved.terms;
  terms.insert(terms.end(), provisioned.terms.begin(), provisioned.terms.end());
  std::stable_sort(terms.begin(), terms.end(),
                   [](const Term& a, const Term& b) { return a.amount > b.amount; });
  std::vector<Step> steps;
  for (const Term& term : terms) steps.push_back({term.value.span(), term.text});
  steps.push_back({{},
                   "the account's limit " + std::to_string(limit) + " less " + std::to_string(taken) +
                       " leaves " + std::to_string(limit - taken)});

  const TotalNeed need = total_need(facts, Demands(facts));
  const graph::NodeId largest =
      terms.empty() ? facts.nodes_of_type(function_type).front() : terms.front().function;
  const text::Span place = terms.empty() ? id_span(facts.system().node(largest)) : terms.front().value.span();
  add_row(table, schema,
          {{"largest", terms.empty() ? cel::Value() : cel::Value(terms.front().amount).at(place)},
           {"function", resource_cell(facts, largest)},
           {"limit", limit},
           {"reserved", cel::Value(reserved.total).assuming(assumption)},
           {"provisioned", cel::Value(provisioned.total).assuming(assumption)},
           {"taken", cel::Value(taken).assuming(assumption)},
           {"unreserved", cel::Value(limit - taken).assuming(assumption)},
           {"terms", static_cast<std::int64_t>(terms.size())},
           {"complete", reserved.complete && provisioned.complete},
           {"demand", need.all},
           {"demand_kind", need.profile ? "profile" : "bound"},
           {"demand_complete", need.complete},
           {"pool_demand", need.unreserved},
           {"unbounded", static_cast<std::int64_t>(need.unbounded.size())}},
          place, std::move(steps));
}

} // namespace

const Analysis& concurrency_budget_analysis() {
  static const Analysis analysis{
      {"concurrency_budget",
       "One row a system: what reservations leave of the account's concurrency; the proof is the sum, term "
       "by term",
       {
           {"largest", "int", "executions",
            "the largest term, at the place where it is written; null when none"},
           {"function", "resource", "", "the function that the largest term is for"},
           {"limit", "int", "executions", "the account's concurrency (1000 unless configured)"},
           {"reserved", "int", "executions", "sum of reserved concurrency, as far as known"},
           {"provisioned", "int", "executions",
            "sum of provisioned concurrency outside reservations, as far as known"},
           {"taken", "int", "executions", "reserved + provisioned: at least this much is taken"},
           {"unreserved", "int", "executions",
            "limit - taken: at most this much is left for all other functions"},
           {"terms", "int", "", "how many settings add to the sum"},
           {"complete", "bool", "", "whether every term is known"},
           {"demand", "double", "executions",
            "what all functions need at once; see the table `concurrency_demand`, whose proof is this sum"},
           {"demand_kind", "string", "", "`profile` or `bound`"},
           {"demand_complete", "bool", "", "whether every function has a term in it"},
           {"pool_demand", "double", "executions",
            "the part of functions without a reservation, to be met from `unreserved`"},
           {"unbounded", "int", "", "how many functions only the account bounds"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
