// SPDX-License-Identifier: Apache-2.0
#include "audit/pipeline.hpp"

#include "audit/stacks.hpp"
#include "rules/engine.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace slsaudit::audit {

std::vector<graph::System> build_systems(std::vector<LoadedTemplate> templates, std::size_t count,
                                         text::Arena& arena) {
  std::vector<std::vector<dialect::Template>> members(count);
  std::vector<std::size_t> places(templates.size()); // of each template, its index in its system
  for (std::size_t i = 0; i < templates.size(); ++i) {
    LoadedTemplate& loaded = templates[i];
    auto& system = members[loaded.system];
    places[i] = system.size();
    system.push_back(std::move(loaded.evaluated));
    if (!loaded.parent) continue;
    const std::size_t parent = places[*loaded.parent];
    system.back().nesting = dialect::Nesting{parent, loaded.stack, passed_by(system[parent], loaded.stack)};
  }
  std::vector<graph::System> systems;
  for (auto& member : members) {
    if (!member.empty()) systems.push_back(graph::build(std::move(member), arena));
  }
  return systems;
}

Audited audit(const Request& request, const text::FileSystem& files, text::SourceMap& sources,
              text::Arena& arena) {
  Loaded loaded = load(request.input, files, sources, arena);

  Audited audited;
  Result& result = audited.result;
  result.sources = &sources;
  result.rules = request.rules;
  result.errors = std::move(loaded.errors);
  result.failures = std::move(loaded.failures);
  result.notes = std::move(loaded.notes);
  result.statistics.templates = loaded.templates.size();
  for (const LoadedTemplate& loaded_template : loaded.templates) {
    result.statistics.resources += loaded_template.evaluated.resources.size();
  }

  audited.systems = build_systems(std::move(loaded.templates), loaded.systems, arena);
  for (const graph::System& system : audited.systems) {
    const analysis::Facts facts(system, request.settings);
    auto findings = rules::run(request.rules, facts, sources, result.rule_failures);
    std::ranges::move(findings, std::back_inserter(result.findings));
  }
  std::ranges::stable_sort(result.findings, rules::before);
  return audited;
}

} // namespace slsaudit::audit
