// SPDX-License-Identifier: Apache-2.0
#include "graph/extract.hpp"
#include "graph/links.hpp"
#include "graph/references.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace slsaudit::graph {

namespace {

void extract_all(Draft& draft) {
  std::vector<NodeId> last; // what only counts when nothing stronger is known
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    const NodeId id(i);
    const Extractor extractor = extractor_for(draft.index().resource(id).type);
    if (extractor == nullptr) continue;
    if (extractor == &extract_http_integration) {
      last.push_back(id);
      continue;
    }
    Site site(draft, id);
    extractor(site);
  }
  for (const NodeId id : last) {
    Site site(draft, id);
    extract_http_integration(site);
  }
}

} // namespace

System build(std::vector<dialect::Template> templates, text::Arena& arena, parallel::Workers& workers) {
  System system;
  system.templates = std::move(templates);
  system.index = std::make_shared<const Index>(system.templates);
  std::optional<Draft> made;
  const auto link = [&] {
    made.emplace(system, *system.index, arena);
    register_targets(*made);
    extract_all(*made);
    link_services(*made);
    link_permissions(*made);
  };
  std::vector<Statement> statements;
  const auto look = [&] {
    statements = collect_statements(*system.index);
    system.references = std::make_shared<const References>(*system.index);
  };
  // Those who link add to the draft, one at a time; the others look at templates and their index alone.
  workers.each(2, [&](std::size_t i) { i == 0 ? link() : look(); });
  Draft& draft = *made;
  draft.add(std::move(statements));
  link_parties(draft);
  Grants grants(draft, workers);
  grants.add_edges();
  link_mail(draft);
  link_environments(draft, grants);
  link_references(draft, *system.references);
  draft.finish();
  return system;
}

System build(std::vector<dialect::Template> templates, text::Arena& arena) {
  parallel::Workers alone;
  return build(std::move(templates), arena, alone);
}

} // namespace slsaudit::graph
