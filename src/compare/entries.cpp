// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"
#include "compare/traits.hpp"

namespace slsaudit::compare {
namespace {

std::string access_words(const std::string& access) {
  if (access == "public") return "anyone may start it";
  if (access == "authenticated") return "callers outside the account start it, with credentials";
  return "nobody outside starts it";
}

std::string limit_words(const analysis::Row& row) {
  const std::string unit = text_of(row, "limit_unit");
  if (unit.empty()) return {};
  const Figure limit = figure_of(row, "limit");
  if (limit.kind == Figure::Kind::none) return ", and no setting of its own limits it";
  if (limit.kind != Figure::Kind::number) return {};
  return ", at most " + text_of(row, "limit") + " " + unit;
}

} // namespace

void add_entries(const SideFacts& side, Traits& traits) {
  for (const analysis::Row& row : side.facts.table("entries")->rows) {
    const std::string id = id_of(side, row, "entry");
    const std::string kind = text_of(row, "kind");
    const std::string access = text_of(row, "access");
    if (id.empty() || kind == "deployment") continue; // runs while a stack is deployed, not under load
    Trait trait;
    trait.topic = Topic::entry;
    trait.key = id + '\n' + kind;
    trait.path = path_of(side, row, "entry");
    trait.subject = id;
    const std::string named = analysis::quoted(id) + " (" + kind + ")";
    trait.gained = named + " is a new entry: " + access_words(access) + limit_words(row);
    trait.lost = named + " is no entry any more";
    trait.effect = access == "public" ? Effect::worse : Effect::neither;
    trait.measures.push_back({"access", "", figure_of(row, "access")});
    trait.measures.push_back(
        {"limit of its own", text_of(row, "limit_unit"), figure_of(row, "limit"), Better::less, "none"});
    trait.measures.push_back({"starts by schedule", "events/month", figure_of(row, "schedule_per_month")});
    trait.span = row.span();
    traits.push_back(std::move(trait));
  }
}

} // namespace slsaudit::compare
