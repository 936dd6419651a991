// SPDX-License-Identifier: Apache-2.0
// Table "ownership": which service has each store, and which ones use it.
#include "analysis/analyses.hpp"
#include "analysis/services.hpp"
#include "analysis/stores.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::analysis {
namespace {

struct Use {
  std::set<graph::NodeId> who;
  std::set<std::size_t> services;
};

void note(Use& use, const Services& services, graph::NodeId who) {
  use.who.insert(who);
  if (const auto service = services.of(who)) use.services.insert(*service);
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const graph::System& system = facts.system();
  const Services services(system);
  for (const graph::NodeId store : stores_of(facts)) {
    Use writers;
    Use readers;
    std::vector<Step> steps;
    for (const graph::EdgeId id : system.incoming[store.index()]) {
      const graph::Edge& edge = system.edge(id);
      const bool writes = edge.kind == graph::EdgeKind::writes;
      if (!writes && edge.kind != graph::EdgeKind::reads) continue;
      note(writes ? writers : readers, services, edge.from);
      if (!writes) continue;
      const graph::Evidence& evidence = edge.evidence.front();
      const auto service = services.of(edge.from);
      steps.push_back({evidence.span, quoted(shown_name(system.node(edge.from))) +
                                          (service ? " of " + services.name(*service) : std::string{}) +
                                          " writes: " + evidence.text});
    }
    const std::size_t owner = *services.of(store);
    std::vector<graph::NodeId> foreign;
    std::copy_if(writers.who.begin(), writers.who.end(), std::back_inserter(foreign),
                 [&](graph::NodeId who) { return services.of(who) && services.of(who) != owner; });
    add_row(table, schema,
            {{"store", resource_cell(facts, store)},
             {"owner", services.name(owner)},
             {"writers", resource_list(facts, {writers.who.begin(), writers.who.end()})},
             {"readers", resource_list(facts, {readers.who.begin(), readers.who.end()})},
             {"writing_services",
              string_list(services.names({writers.services.begin(), writers.services.end()}))},
             {"reading_services",
              string_list(services.names({readers.services.begin(), readers.services.end()}))},
             {"foreign_writers", resource_list(facts, foreign)},
             {"shared", writers.services.size() > 1}},
            id_span(system.node(store)), std::move(steps));
  }
}

} // namespace

const Analysis& ownership_analysis() {
  static const Analysis analysis{
      {"ownership",
       "Each store: which service declares it, and which ones write and read it. A service is what is "
       "deployed "
       "on its own: a template with the stacks nested in it, or a service of the Serverless Framework; the "
       "proof is who writes",
       {
           {"store", "resource", "", "the store"},
           {"owner", "string", "", "the service that declares it"},
           {"writers", "list", "", "what is known to write it, or allowed to by name"},
           {"readers", "list", "", "what is known to read it, or allowed to by name"},
           {"writing_services", "list", "", "the services of those that write"},
           {"reading_services", "list", "", "the services of those that read"},
           {"foreign_writers", "list", "", "writers of other services than the owner"},
           {"shared", "bool", "", "several services write it"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
