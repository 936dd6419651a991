// SPDX-License-Identifier: Apache-2.0
// Table "roles": each execution role and who runs with it. The proof of a row: what each holder uses, as far
// as the graph knows it from elsewhere than the role's own grants.
#include "analysis/grants.hpp"
#include "analysis/open_routes.hpp"
#include "analysis/permissions.hpp"
#include "analysis/reach.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::analysis {
namespace {

bool uses(const graph::Edge& edge) {
  switch (edge.kind) {
  case graph::EdgeKind::sends:
  case graph::EdgeKind::reads:
  case graph::EdgeKind::writes:
  case graph::EdgeKind::invokes:
    return true;
  default:
    return false;
  }
}

/// Evidence that ties the target to this holder alone: a grant of the shared role says nothing of one holder.
const graph::Evidence* own_evidence(const graph::Edge& edge) {
  const auto found = std::find_if(edge.evidence.begin(), edge.evidence.end(),
                                  [](const graph::Evidence& e) { return e.basis != graph::Basis::granted; });
  return found == edge.evidence.end() ? nullptr : &*found;
}

struct Needs {
  std::set<graph::NodeId> targets;
  std::vector<Step> steps;
};

Needs needs_of(const graph::System& system, graph::NodeId holder) {
  Needs needs;
  const auto add = [&](graph::NodeId target, const graph::Evidence& evidence) {
    if (!needs.targets.insert(target).second) return;
    needs.steps.push_back({evidence.span, quoted(shown_name(system.node(holder))) + " uses " +
                                              quoted(shown_name(system.node(target))) + ": " +
                                              evidence.text});
  };
  for (const graph::EdgeId id : system.outgoing[holder.index()]) {
    const graph::Edge& edge = system.edge(id);
    if (!uses(edge)) continue;
    if (const graph::Evidence* evidence = own_evidence(edge)) add(edge.to, *evidence);
  }
  for (const graph::EdgeId id : system.incoming[holder.index()]) {
    const graph::Edge& edge = system.edge(id);
    if (edge.kind == graph::EdgeKind::polls && !edge.evidence.empty()) add(edge.from, edge.evidence.front());
  }
  if (needs.targets.empty()) {
    needs.steps.push_back(
        {id_span(system.node(holder)),
         quoted(shown_name(system.node(holder))) + " names no resource that it needs the role for"});
  }
  return needs;
}

std::vector<graph::NodeId> granted_targets(const graph::System& system,
                                           const std::vector<graph::NodeId>& holders) {
  std::set<graph::NodeId> targets;
  for (const graph::NodeId holder : holders) {
    for (const graph::EdgeId id : system.outgoing[holder.index()]) {
      const graph::Edge& edge = system.edge(id);
      const bool granted =
          std::any_of(edge.evidence.begin(), edge.evidence.end(),
                      [](const graph::Evidence& e) { return e.basis == graph::Basis::granted; });
      const bool reaches = uses(edge) || edge.kind == graph::EdgeKind::dead_letters;
      if (reaches && granted) targets.insert(edge.to);
    }
  }
  return {targets.begin(), targets.end()};
}

struct Grants {
  std::int64_t statements = 0;
  int worst = -1;   ///< Beyond what every function needs.
  text::Span place; ///< The first statement that goes beyond; else the role.
};

/// By node, of roles.
std::vector<Grants> all_grants(const Facts& facts) {
  const auto& expansions = facts.shared<Expansions>();
  std::vector<Grants> all(facts.system().nodes.size());
  for (const graph::Statement& statement : facts.system().statements) {
    if (!statement.role.valid() || !statement.allow) continue;
    Grants& grants = all[statement.role.index()];
    ++grants.statements;
    const int beyond = gravity_beyond_basics(expansions, statement);
    if (beyond >= 0 && !grants.place.valid()) grants.place = statement.span;
    grants.worst = std::max(grants.worst, beyond);
  }
  return all;
}

/// What only functions are known to use that ask their callers for credentials: the open ones hold it as
/// well.
std::vector<graph::NodeId> needed_behind(const graph::System& system,
                                         const std::vector<graph::NodeId>& holders) {
  std::set<graph::NodeId> by_open;
  std::set<graph::NodeId> by_closed;
  for (const graph::NodeId holder : holders) {
    const Needs needs = needs_of(system, holder);
    (is_open(system, holder) ? by_open : by_closed).insert(needs.targets.begin(), needs.targets.end());
  }
  std::vector<graph::NodeId> result;
  std::set_difference(by_closed.begin(), by_closed.end(), by_open.begin(), by_open.end(),
                      std::back_inserter(result));
  return result;
}

/// Of all that its policies allow, sorted; what a Deny takes away counts too.
std::vector<std::string> allowed_services(const Principal& principal) {
  std::set<std::string> services;
  for (const Right& right : principal.rights) {
    if (!right.allow) continue;
    for (const std::string& action : right.actions) services.insert(text::lower(service_of_action(action)));
  }
  return {services.begin(), services.end()};
}

void add(const Facts& facts, const Schema& schema, Table& table, graph::NodeId role,
         const std::vector<graph::NodeId>& holders, const std::vector<Exposure>& exposures, Grants grants) {
  const graph::System& system = facts.system();
  std::vector<Step> steps;
  std::set<graph::NodeId> needed;
  bool differ = false;
  std::set<graph::NodeId> first;
  for (const graph::NodeId holder : holders) {
    Needs needs = needs_of(system, holder);
    if (holder == holders.front()) first = needs.targets;
    differ = differ || needs.targets != first;
    needed.insert(needs.targets.begin(), needs.targets.end());
    steps.insert(steps.end(), needs.steps.begin(), needs.steps.end());
  }
  std::vector<graph::NodeId> exposed;
  std::copy_if(holders.begin(), holders.end(), std::back_inserter(exposed),
               [&](graph::NodeId holder) { return exposures[holder.index()].reached; });
  std::vector<graph::NodeId> open;
  std::copy_if(holders.begin(), holders.end(), std::back_inserter(open),
               [&](graph::NodeId holder) { return is_open(system, holder); });
  if (!grants.place.valid()) grants.place = id_span(system.node(role));
  const graph::Node& node = system.node(role);
  const bool generated = node.resource != nullptr && node.resource->author.generated;
  const auto out_of_sight = cel::Value::unknown("no template here declares " + quoted(shown_name(node)));
  const Principal* principal = facts.shared<Permissions>().of(role);
  add_row(table, schema,
          {{"role", resource_cell(facts, role)},
           {"functions", resource_list(facts, holders)},
           {"count", static_cast<std::int64_t>(holders.size())},
           {"shared", holders.size() > 1},
           {"generated", generated},
           {"statements", node.resource != nullptr ? cel::Value(grants.statements) : out_of_sight},
           {"access", node.resource != nullptr ? access_cell(grants.worst) : out_of_sight},
           {"services", principal != nullptr ? string_list(allowed_services(*principal)) : out_of_sight},
           {"complete", principal != nullptr && principal->unknown.empty()},
           {"grants_at", cel::Value(quoted(shown_name(system.node(role)))).at(grants.place)},
           {"any_open", !open.empty()},
           {"open_functions", resource_list(facts, open)},
           {"any_public", !exposed.empty()},
           {"public_functions", resource_list(facts, exposed)},
           {"needed", resource_list(facts, {needed.begin(), needed.end()})},
           {"needed_behind", resource_list(facts, needed_behind(system, holders))},
           {"granted", resource_list(facts, granted_targets(system, holders))},
           {"needs_differ", differ}},
          id_span(node), std::move(steps));
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const graph::System& system = facts.system();
  std::map<graph::NodeId, std::vector<graph::NodeId>> holders;
  for (const graph::Edge& edge : system.edges) {
    const bool by_function =
        edge.kind == graph::EdgeKind::assumes && is_type(system, edge.from, function_type);
    if (by_function) holders[edge.to].push_back(edge.from);
  }
  const std::vector<Exposure>& exposures = exposure_of(facts);
  const std::vector<Grants> grants = all_grants(facts);
  for (auto& [role, functions] : holders) {
    std::sort(functions.begin(), functions.end());
    functions.erase(std::unique(functions.begin(), functions.end()), functions.end());
    add(facts, schema, table, role, functions, exposures, grants[role.index()]);
  }
}

} // namespace

const Analysis& role_analysis() {
  static const Analysis analysis{
      {"roles",
       "Each execution role of functions and who runs with it; the row's proof is what each holder is known "
       "to use",
       {
           {"role", "resource", "", "the role"},
           {"functions", "list", "", "functions that run with it"},
           {"count", "int", "", "how many"},
           {"shared", "bool", "", "more than one"},
           {"generated", "bool", "", "the dialect made the role"},
           {"statements", "int", "", "Allow statements that it holds"},
           {"access", "string", "",
            "the worst beyond logs, traces, metrics and VPC attachment: `list` to `permissions`; "
            "null when there is nothing beyond"},
           {"services", "list", "",
            "prefixes of the actions that its policies allow, wherever they come from: `dynamodb`, `*` for "
            "all"},
           {"complete", "bool", "", "every policy of it is in sight, so that it may do no more"},
           {"grants_at", "string", "",
            "stands at the first statement that goes beyond, else at the role; for `at`"},
           {"any_open", "bool", "",
            "one of its functions is behind a route or URL that asks for no credentials (its own "
            "`functions` row says `open`)"},
           {"open_functions", "list", "", "those functions"},
           {"any_public", "bool", "",
            "one of its functions is reached from the internet with no queue between"},
           {"public_functions", "list", "", "those functions"},
           {"needed", "list", "",
            "what its functions are known to use by declarations or environment variables"},
           {"needed_behind", "list", "",
            "those of them that no open function is known to use: open ones hold them through the role "
            "alone"},
           {"granted", "list", "", "resources of the system that its statements reach"},
           {"needs_differ", "bool", "", "its functions are known to use different resources"},
       }},
      compute,
      7};
  return analysis;
}

} // namespace slsaudit::analysis
