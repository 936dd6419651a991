// SPDX-License-Identifier: Apache-2.0
// Fan-out, concurrency and cost: what load does.
#include "analysis/analyses.hpp"
#include "analysis/costs.hpp"
#include "analysis/platform.hpp"
#include "compare/traits.hpp"

#include <map>

namespace slsaudit::compare {
namespace {

constexpr double half_a_cent = 0.005;
constexpr double half_an_execution = 0.5;

void add_multipliers(const SideFacts& side, Traits& traits) {
  for (const analysis::Row& row : side.facts.table("fan_out")->rows) {
    Trait trait;
    trait.topic = Topic::fan_out;
    trait.subject = id_of(side, row, "source");
    trait.key = "source\n" + trait.subject;
    trait.path = path_of(side, row, "source");
    const std::string named = analysis::quoted(trait.subject);
    trait.gained = "one event at " + named + " becomes " + text_of(row, "consumers") + " deliveries";
    const bool open_ended = is_true(row, "open_ended");
    const Figure unbounded = figure_of(row, "unbounded");
    if (unbounded.number > 0)
      trait.gained +=
          ", which start " + analysis::shown(unbounded.number) + " invocations that nothing holds back";
    if (open_ended)
      trait.gained += ", and a Map over an input of unknown length invokes functions without a limit";
    trait.lost = "one event at " + named + " no longer becomes several";
    trait.effect = is_true(row, "bounded") ? Effect::neither : Effect::worse;
    trait.measures.push_back({"deliveries of one event", "", figure_of(row, "consumers"), Better::less});
    trait.measures.push_back(
        {"invocations of one event that nothing holds back", "", unbounded, Better::less});
    trait.measures.push_back(
        {"a Map of unknown length without a limit", "", figure_of(row, "open_ended"), Better::less});
    trait.span = row.span();
    traits.push_back(std::move(trait));
  }
}

void add_ways(const SideFacts& side, Traits& traits) {
  for (const analysis::Row& row : side.facts.table("paths")->rows) {
    if (!is_true(row, "complete")) return; // which of the ways are told would make the difference
    Trait trait;
    trait.topic = Topic::fan_out;
    trait.subject = id_of(side, row, "entry");
    const std::string end = id_of(side, row, "end");
    trait.key = "way\n" + trait.subject + '\n' + end;
    trait.path = path_of(side, row, "entry");
    trait.measures.push_back({"events at " + analysis::quoted(end) + " for one here, at most", "",
                              figure_of(row, "at_most"), Better::less, "no bound"});
    trait.span = row.span();
    traits.push_back(std::move(trait));
  }
}

void add_functions(const SideFacts& side, Traits& traits) {
  for (const analysis::Row& row : side.facts.table("concurrency")->rows) {
    Trait trait;
    trait.topic = Topic::concurrency;
    trait.subject = id_of(side, row, "function");
    trait.key = trait.subject;
    trait.path = path_of(side, row, "function");
    if (figure_of(row, "reserved").kind == Figure::Kind::number && text_of(row, "reserved") != "0") {
      trait.gained = analysis::quoted(trait.subject) + " is new and reserves " + text_of(row, "reserved") +
                     " executions of the account's";
      trait.lost = analysis::quoted(trait.subject) + " is gone with the " + text_of(row, "reserved") +
                   " executions that it reserved";
    } else if (text_of(row, "demand_kind") == "unbounded") {
      trait.gained =
          analysis::quoted(trait.subject) + " is new, and only the account bounds how often it runs at once";
      trait.lost = analysis::quoted(trait.subject) + ", which only the account bounded, is gone";
    }
    trait.effect = is_true(row, "bounded") ? Effect::neither : Effect::worse;
    trait.measures.push_back(
        {"reserved concurrency", "executions", figure_of(row, "reserved"), Better::neither, "not set"});
    trait.measures.push_back({"provisioned concurrency", "executions", figure_of(row, "provisioned")});
    trait.measures.push_back({"most that its event source mappings run at once", "executions",
                              figure_of(row, "mapping_max"), Better::neither, "not set"});
    trait.measures.push_back({"most that its triggers run at once", "executions", figure_of(row, "allowed"),
                              Better::less, "only the account bounds it"});
    trait.measures.push_back({"needed at once at the load", "executions", figure_of(row, "demand"),
                              Better::less, "not bounded", half_an_execution});
    trait.measures.push_back({"timeout", "s", figure_of(row, "timeout")});
    trait.span = row.span();
    traits.push_back(std::move(trait));
  }
}

void add_budget(const SideFacts& side, Traits& traits) {
  for (const analysis::Row& row : side.facts.table("concurrency_budget")->rows) {
    Trait trait;
    trait.topic = Topic::concurrency;
    trait.key = "\n" + side.system;
    trait.measures.push_back({"left of the account's concurrency by reservations", "executions",
                              figure_of(row, "unreserved"), Better::more});
    trait.measures.push_back({"needed by all functions at once", "executions", figure_of(row, "demand"),
                              Better::less, "not bounded", half_an_execution});
    trait.measures.push_back(
        {"functions that only the account bounds", "", figure_of(row, "unbounded"), Better::less});
    trait.span = row.span();
    traits.push_back(std::move(trait));
  }
}

} // namespace

void add_fan_out(const SideFacts& side, Traits& traits) {
  add_multipliers(side, traits);
  add_ways(side, traits);
}

void add_concurrency(const SideFacts& side, Traits& traits) {
  add_functions(side, traits);
  add_budget(side, traits);
}

void add_costs(const SideFacts& side, Traits& traits) {
  struct Sum {
    double usd = 0;
    text::Span span;
  };
  std::map<graph::NodeId, Sum> by_resource;
  double total = 0;
  for (const analysis::Costs& costs : analysis::costs_of(side.facts)) {
    total += costs.total;
    for (const analysis::CostLine& line : costs.lines) {
      Sum& sum = by_resource[line.node];
      sum.usd += line.usd();
      if (!sum.span.valid()) sum.span = line.at;
    }
  }
  const graph::System& system = side.facts.system();
  for (const auto& [node, sum] : by_resource) {
    if (!node.valid() || sum.usd < half_a_cent) continue;
    Trait trait;
    trait.topic = Topic::cost;
    trait.subject = analysis::shown_name(system.node(node));
    trait.key = trait.subject;
    const text::FileId file = system.templates[system.node(node).template_index].file;
    if (file.valid()) trait.path = side.sources.path(file);
    const std::string price = analysis::dollars(sum.usd) + " a month";
    trait.gained = analysis::quoted(trait.subject) + " costs " + price;
    trait.lost = analysis::quoted(trait.subject) + " no longer costs " + price;
    trait.measures.push_back({"cost", "USD/month", Figure(sum.usd), Better::less, "none", half_a_cent});
    trait.span =
        analysis::id_span(system.node(node)).valid() ? analysis::id_span(system.node(node)) : sum.span;
    traits.push_back(std::move(trait));
  }
  Trait all;
  all.topic = Topic::cost;
  all.key = "\n" + side.system;
  all.measures.push_back({"cost", "USD/month", Figure(total), Better::less, "none", half_a_cent});
  traits.push_back(std::move(all));
}

} // namespace slsaudit::compare
