// SPDX-License-Identifier: Apache-2.0
#include "audit/pipeline.hpp"

#include "rules/engine.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace slsaudit::audit {

std::vector<graph::System> build_systems(std::vector<LoadedTemplate> templates, std::size_t count,
                                         text::Arena& arena) {
  std::vector<std::vector<dialect::Template>> members(count);
  for (LoadedTemplate& loaded : templates) members[loaded.system].push_back(std::move(loaded.evaluated));
  std::vector<graph::System> systems;
  for (auto& member : members) {
    if (!member.empty()) systems.push_back(graph::build(std::move(member), arena));
  }
  return systems;
}

Result audit(const Request& request, const text::FileSystem& files, text::SourceMap& sources,
             text::Arena& arena) {
  Loaded loaded = load(request.input, files, sources, arena);

  Result result;
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
