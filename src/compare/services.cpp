// SPDX-License-Identifier: Apache-2.0
// Availability and portability: what the services that a system is made of promise.
#include "analysis/analyses.hpp"
#include "analysis/platform.hpp"
#include "compare/traits.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace slsaudit::compare {
namespace {

std::string chain_words(const analysis::Row& row) {
  std::string text = text_of(row, "way");
  const Figure availability = figure_of(row, "availability");
  if (availability.kind == Figure::Kind::number) {
    const double minutes = std::round(figure_of(row, "minutes_a_year").number);
    text += fmt::format(", available {:.2f} % of the time at most (not for {} minutes a year)",
                        availability.number, analysis::shown(minutes));
  }
  const Figure latency = figure_of(row, "worst_latency");
  if (latency.kind == Figure::Kind::number)
    text += ", with a wait of " + analysis::shown(latency.number) + " s at worst";
  return text;
}

} // namespace

void add_availability(const SideFacts& side, Traits& traits) {
  for (const analysis::Row& row : side.facts.table("sync_chains")->rows) {
    Trait trait;
    trait.topic = Topic::availability;
    trait.subject = id_of(side, row, "entry");
    const std::string first = id_of(side, row, "first");
    trait.key = trait.subject + '\n' + first;
    trait.path = path_of(side, row, "entry");
    trait.gained = "callers wait for a new chain: " + chain_words(row);
    trait.lost = "callers no longer wait for " + text_of(row, "way");
    trait.effect = Effect::neither;
    const std::string by = "by " + analysis::quoted(first) + " ";
    trait.measures.push_back({"availability " + by + "at most", "%", figure_of(row, "availability"),
                              Better::more, "not known", 0.0005});
    trait.measures.push_back(
        {"longest wait " + by, "s", figure_of(row, "worst_latency"), Better::less, "no limit"});
    trait.measures.push_back(
        {"calls that wait for each other " + by, "", figure_of(row, "depth"), Better::less});
    for (Measure& measure : trait.measures) {
      if (measure.name.ends_with(' ')) measure.name.pop_back();
    }
    trait.span = row.span();
    traits.push_back(std::move(trait));
  }
}

void add_portability(const SideFacts& side, Traits& traits) {
  for (const analysis::Row& row : side.facts.table("portability_system")->rows) {
    Trait trait;
    trait.topic = Topic::portability;
    trait.key = "\n" + side.system;
    trait.measures.push_back({"portability score", "points of 100", figure_of(row, "score"), Better::more});
    trait.span = row.span();
    traits.push_back(std::move(trait));
  }
  std::map<std::string, const analysis::Row*> services;
  for (const analysis::Row& row : side.facts.table("portability")->rows)
    services.emplace(text_of(row, "service"), &row);
  for (const auto& [service, row] : services) {
    Trait trait;
    trait.topic = Topic::portability;
    trait.subject = id_of(side, *row, "resource");
    trait.key = service;
    trait.gained =
        analysis::quoted(service) + " is used now: its lock-in is " + text_of(*row, "lock_in") + " of 100";
    const std::string instead = text_of(*row, "alternatives");
    if (!instead.empty()) trait.gained += "; instead of it could stand " + instead;
    trait.lost = analysis::quoted(service) + " is no longer used";
    const Figure lock_in = figure_of(*row, "lock_in");
    constexpr double proprietary = 50; // as in the table "stores"
    trait.effect = lock_in.number >= proprietary ? Effect::worse : Effect::neither;
    trait.span = row->span();
    traits.push_back(std::move(trait));
  }
}

} // namespace slsaudit::compare
