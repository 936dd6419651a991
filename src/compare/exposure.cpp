// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"
#include "compare/traits.hpp"

namespace slsaudit::compare {
namespace {

std::string who_words(const std::string& who) {
  if (who == "internet") return "the internet";
  return who == "guest" ? "any guest" : who;
}

void add_reach(const SideFacts& side, Traits& traits) {
  for (const analysis::Row& row : side.facts.table("exposure")->rows) {
    if (is_false(row, "certain")) continue; // something else stands in the way
    Trait trait;
    trait.topic = Topic::exposure;
    trait.subject = id_of(side, row, "resource");
    const std::string label = trait.subject.empty() ? text_of(row, "label") : analysis::quoted(trait.subject);
    const std::string who = text_of(row, "who");
    const std::string access = text_of(row, "access");
    const std::string through = text_of(row, "through");
    const std::string verb = access.empty() ? "reach" : access;
    trait.key = label + '\n' + who + '\n' + text_of(row, "way") + '\n' + access;
    trait.path = path_of(side, row, "resource");
    std::string text = who_words(who) + " can " + verb + " " + label;
    if (!through.empty()) text += " through " + through;
    trait.lost = who_words(who) + " can no longer " + verb + " " + label;
    if (is_true(row, "authenticated")) text += ", with credentials";
    if (is_false(row, "authenticated")) text += ", and no credentials are asked for";
    if (!is_true(row, "certain")) text += " (as far as is known: " + text_of(row, "reason") + ")";
    trait.gained = std::move(text);
    trait.measures.push_back({"asks for credentials", "", figure_of(row, "authenticated"), Better::more});
    trait.span = row.span();
    traits.push_back(std::move(trait));
  }
}

/// A route to a function that is reached already is no new exposure of it, but a new door.
void add_open_routes(const SideFacts& side, const analysis::Row& row, Traits& traits) {
  const cel::Value routes = row.field("open_routes");
  if (!is_true(row, "public") || routes.list() == nullptr) return;
  const std::string api = id_of(side, row, "api");
  for (const cel::Value& route : *routes.list()) {
    Trait trait;
    trait.topic = Topic::exposure;
    trait.subject = api;
    const std::string named = analysis::quoted(route.display()) + " of " + analysis::quoted(api);
    trait.key = "route\n" + named + '\n' + text_of(row, "stage");
    trait.path = path_of(side, row, "api");
    trait.gained = named + " is a new route that asks for no credentials";
    if (is_false(row, "throttled")) trait.gained += ", and nothing throttles it but the account's own limit";
    trait.lost = named + " is gone or asks for credentials now";
    trait.span = route.span().valid() ? route.span() : row.span();
    traits.push_back(std::move(trait));
  }
}

void add_api(const SideFacts& side, const analysis::Row& row, Traits& traits) {
  Trait trait;
  trait.topic = Topic::exposure;
  trait.subject = id_of(side, row, "api");
  trait.key = "api\n" + trait.subject + '\n' + text_of(row, "stage");
  trait.path = path_of(side, row, "api");
  trait.measures.push_back({"throttled", "", figure_of(row, "throttled"), Better::more});
  trait.measures.push_back({"behind a firewall", "", figure_of(row, "firewall"), Better::more});
  trait.measures.push_back({"reached from the internet", "", figure_of(row, "public"), Better::less});
  trait.span = row.span();
  traits.push_back(std::move(trait));
}

} // namespace

void add_exposure(const SideFacts& side, Traits& traits) {
  add_reach(side, traits);
  for (const analysis::Row& row : side.facts.table("apis")->rows) {
    add_open_routes(side, row, traits);
    add_api(side, row, traits);
  }
}

} // namespace slsaudit::compare
