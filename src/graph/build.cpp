// SPDX-License-Identifier: Apache-2.0
#include "graph/extract.hpp"
#include "graph/links.hpp"

#include <memory>

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

System build(std::vector<dialect::Template> templates, text::Arena& arena) {
  System system;
  system.templates = std::move(templates);
  system.index = std::make_shared<const Index>(system.templates);
  Draft draft(system, *system.index, arena);
  register_targets(draft);
  extract_all(draft);
  link_services(draft);
  link_permissions(draft);
  collect_statements(draft);
  link_parties(draft);
  Grants grants(draft);
  grants.add_edges();
  link_mail(draft);
  link_environments(draft, grants);
  link_references(draft);
  draft.finish();
  return system;
}

} // namespace slsaudit::graph
