// SPDX-License-Identifier: Apache-2.0
// Table "exposure": what those outside of the system can reach, and through what.
#include "analysis/exposure.hpp"

#include "analysis/analyses.hpp"

#include <algorithm>
#include <tuple>

namespace slsaudit::analysis {
namespace {

cel::Value tri_cell(Tri value, const std::string& reason) {
  if (value == Tri::unknown) return cel::Value::unknown(reason);
  return value == Tri::yes;
}

auto order(const Exposed& e) {
  return std::tie(e.resource, e.label, e.who, e.way, e.access, e.through, e.span);
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  std::vector<Exposed> list;
  add_requests(facts, list);
  add_policies(facts, list);
  add_settings(facts, list);
  add_guests(facts, list);
  std::stable_sort(list.begin(), list.end(),
                   [](const Exposed& a, const Exposed& b) { return order(a) < order(b); });
  for (Exposed& e : list) {
    const std::string type = e.resource.valid() ? facts.system().node(e.resource).type : std::string{};
    add_row(table, schema,
            {{"resource", resource_cell(facts, e.resource)},
             {"label", e.label},
             {"type", type.empty() ? cel::Value() : cel::Value(type)},
             {"who", e.who},
             {"way", e.way},
             {"through", e.through},
             {"entry", resource_cell(facts, e.entry)},
             {"access", e.access.empty() ? cel::Value::unknown("what the way lets one do is not known")
                                         : cel::Value(e.access)},
             {"authenticated", e.open == Tri::unknown
                                   ? cel::Value::unknown("whether it asks for credentials is not known")
                                   : cel::Value(e.open == Tri::no)},
             {"certain", tri_cell(e.certain, e.reason)},
             {"reason", e.reason.empty() ? cel::Value() : cel::Value(e.reason)}},
            e.span, std::move(e.steps));
  }
}

} // namespace

void add_guests(const Facts& facts, std::vector<Exposed>& list) {
  for (const Row& row : facts.table("grants")->rows) {
    if (row.field("kind").display() != "guest") continue;
    const cel::Value narrowed = row.field("narrowed");
    const bool* pinned = narrowed.boolean();
    Exposed result;
    result.resource = facts.node_of(row.field("target").object());
    result.label = row.field("label").display();
    result.who = "guest";
    result.way = "identity";
    result.through = row.field("principal").display();
    result.entry = facts.node_of(row.field("principal").object());
    result.access = row.field("access").display();
    result.certain = *row.field("certain").boolean() ? Tri::yes : Tri::unknown;
    if (pinned == nullptr || *pinned) result.certain = Tri::unknown;
    if (result.certain == Tri::unknown) result.reason = "a condition decides what guests may do";
    result.span = row.span();
    result.steps = row.steps();
    list.push_back(std::move(result));
  }
}

const Analysis& exposure_analysis() {
  static const Analysis analysis{
      {"exposure",
       "What the internet, other accounts and guests can reach, and through what; a row for each outsider "
       "and way, of requests the most open and shortest way only; the proof is the way, hop by hop",
       {
           {"resource", "resource", "", "what is reached; null where a grant names a whole service"},
           {"label", "string", "", "the same in words, for messages"},
           {"type", "string", "", "of the resource; null without one"},
           {"who", "string", "",
            "`internet`, `any AWS account`, `account 111122223333`, `another account` (which isn't known), "
            "`identities of …` (a provider of identities) or `guest` (of an identity pool)"},
           {"way", "string", "",
            "`route` (of an API, a distribution, a load balancer), `url`, `policy`, `trust`, `acl`, "
            "`address`, `port` (of a security group) or `identity` (a guest's role)"},
           {"through", "string", "", "what it goes through, for messages"},
           {"entry", "resource", "",
            "the first resource behind the outside; null where it is the one reached"},
           {"access", "string", "",
            "`invoke`, `send`, `connect`, `assume`, `list`, `read`, `tagging`, `write` or `permissions`"},
           {"authenticated", "bool", "", "credentials are asked for"},
           {"certain", "bool", "",
            "nothing else stands in the way; false where something does, unknown where it may"},
           {"reason", "string", "",
            "why that is not known, or what stands in the way; null where it is certain"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
