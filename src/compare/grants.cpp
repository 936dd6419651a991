// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"
#include "compare/traits.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::compare {
namespace {

/// What every function gets by its platform's own policies tells nothing.
bool is_basic(const analysis::Row& row) {
  const std::string service = text_of(row, "service");
  if (service != "logs" && service != "xray") return false;
  const cel::Value basis = row.field("basis");
  if (basis.list() == nullptr) return false;
  return std::ranges::all_of(*basis.list(), [](const cel::Value& one) {
    const std::string text = one.display();
    return text == "aws_managed" || text == "generated";
  });
}

struct Verb {
  std::string_view access;
  std::string_view words;
};
/// As the table has them, the least grave first: keys begin with the place here, so that they are told so.
constexpr std::array<Verb, 5> verbs{{{"list", "list"},
                                     {"read", "read"},
                                     {"tagging", "tag"},
                                     {"write", "write"},
                                     {"permissions", "change the permissions of"}}};

std::string target_of(const analysis::Row& row) {
  const std::string label = text_of(row, "label");
  if (text_of(row, "scope") != "unknown") return label;
  return "something of " + analysis::quoted(text_of(row, "service")) + " that isn't known";
}

/// "AWS::DynamoDB::Table" → "dynamodb".
std::string service_of_type(std::string_view type) {
  const std::size_t begin = type.find("::");
  if (begin == std::string_view::npos) return {};
  return text::lower(type.substr(begin + 2, type.find("::", begin + 2) - begin - 2));
}

/// A wide grant names no store, but gives those of the system too: ", `Orders` and `Photos` among them".
std::string stores_in(const SideFacts& side, const analysis::Row& row) {
  if (!is_true(row, "wide")) return {};
  const std::string service = text_of(row, "service");
  cel::List stores;
  for (const analysis::Row& store : side.facts.table("stores")->rows) {
    const cel::Value cell = store.field("store");
    const graph::NodeId node = side.facts.node_of(cell.object());
    const std::string of = service_of_type(side.facts.system().node(node).type);
    if (service.empty() || of == service) stores.push_back(cell);
  }
  return stores.empty() ? std::string() : ", " + listed(stores) + " among them";
}

void add_one(const SideFacts& side, const analysis::Row& row, Traits& traits) {
  const std::string principal = id_of(side, row, "principal");
  const cel::Value holders = row.field("holders");
  const bool held = holders.list() != nullptr && !holders.list()->empty();
  const std::string who = held ? list_of(row, "holders") : analysis::quoted(principal);
  const std::string access = text_of(row, "access");
  const std::string target = target_of(row);
  Trait trait;
  trait.topic = Topic::grant;
  trait.subject = principal;
  const auto verb = std::ranges::find(verbs, access, &Verb::access);
  trait.key = principal + '\n' + text_of(row, "scope") + '\n' + target + '\n' + text_of(row, "service") +
              '\n' + std::to_string(verb - verbs.begin()) + access;
  trait.path = path_of(side, row, "principal");
  const std::string narrowed = is_true(row, "narrowed") ? ", under a condition that narrows it" : "";
  trait.gained = who + " may {} " + target + stores_in(side, row) + narrowed;
  trait.lost = who + " may no longer {} " + target;
  trait.verb = verb == verbs.end() ? access : std::string(verb->words);
  // A policy may do too much or too little for its function: only what is wide is surely worse.
  trait.effect = is_true(row, "wide") ? Effect::worse : Effect::neither;
  trait.measures.push_back({"narrowed by a condition", "", figure_of(row, "narrowed"), Better::more});
  trait.measures.push_back({"different actions", "", figure_of(row, "action_count"), Better::less, "all"});
  trait.span = row.span();
  traits.push_back(std::move(trait));
}

} // namespace

void add_grants(const SideFacts& side, Traits& traits) {
  for (const analysis::Row& row : side.facts.table("grants")->rows) {
    if (!is_basic(row)) add_one(side, row, traits);
  }
}

} // namespace slsaudit::compare
