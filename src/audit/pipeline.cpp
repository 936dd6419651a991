// SPDX-License-Identifier: Apache-2.0
#include "audit/pipeline.hpp"

#include "audit/configured.hpp"
#include "audit/judging.hpp"
#include "audit/overrides.hpp"
#include "audit/stacks.hpp"
#include "text/in_order.hpp"
#include "text/resolved_files.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

namespace slsaudit::audit {

std::vector<graph::System> build_systems(std::vector<LoadedTemplate> templates, std::size_t count,
                                         text::Arena& arena, parallel::Workers& workers) {
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
  const auto build = [&] {
    for (auto& member : members) {
      if (!member.empty()) systems.push_back(graph::build(std::move(member), arena, workers));
    }
  };
  // What they were evaluated from goes while one thread looks at what they have become.
  workers.each(2, [&](std::size_t i) { i == 0 ? build() : templates.clear(); });
  return systems;
}

std::vector<graph::System> build_systems(std::vector<LoadedTemplate> templates, std::size_t count,
                                         text::Arena& arena) {
  parallel::Workers alone;
  return build_systems(std::move(templates), count, arena, alone);
}

namespace {

/// The templates of each system, and in each one `parent` as its index there.
std::vector<std::vector<LoadedTemplate>> by_system(std::vector<LoadedTemplate> templates, std::size_t count) {
  std::vector<std::vector<LoadedTemplate>> systems(count);
  if (count == 1 && !templates.empty()) {
    systems.front() = std::move(templates);
    return systems;
  }
  std::vector<std::size_t> places(templates.size());
  for (std::size_t i = 0; i < templates.size(); ++i) {
    LoadedTemplate& loaded = templates[i];
    auto& system = systems[std::exchange(loaded.system, 0)];
    places[i] = system.size();
    if (loaded.parent) loaded.parent = places[*loaded.parent];
    system.push_back(std::move(loaded));
  }
  std::erase_if(systems, [](const auto& system) { return system.empty(); });
  return systems;
}

/// Each system's own, in the order of systems.
void judge_all(const Request& request, const Overrides& overrides,
               std::vector<std::vector<LoadedTemplate>> systems, text::Arena& arena,
               const text::SourceMap& texts, parallel::Workers& workers, Audited& audited) {
  const Judging judging(request, overrides, texts, workers);
  std::vector<text::Arena*> arenas; // one may be used by one thread at a time
  for (std::size_t i = 0; i < systems.size(); ++i) arenas.push_back(&arena.part());
  std::vector<Judged> judged(systems.size());
  std::mutex mutex;
  std::size_t done = 0;
  workers.each(systems.size(), [&](std::size_t i) {
    judged[i] = judging.run(std::move(systems[i]), *arenas[i]);
    if (!request.audited) return;
    const std::scoped_lock lock(mutex);
    request.audited(++done, systems.size());
  });
  Result& result = audited.result;
  for (Judged& each : judged) {
    audited.systems.push_back(std::move(each.system));
    if (result.findings.empty())
      result.findings = std::move(each.findings);
    else
      std::ranges::move(each.findings, std::back_inserter(result.findings));
    std::ranges::move(each.notes, std::back_inserter(result.notes));
    std::ranges::move(each.rule_failures, std::back_inserter(result.rule_failures));
  }
}

} // namespace

void compile(Request& request) {
  request.judge = std::make_shared<const rules::Judge>(
      rules_run_anywhere(request.configuration, {request.rules, request.addable}),
      &rules::builtin_expressions());
}

Audited audit(const Request& request, const text::FileSystem& given, text::SourceMap& sources,
              text::Arena& arena) {
  const text::ResolvedFiles files(given);
  parallel::Workers workers(request.jobs);
  Loaded loaded = load(request.input, files, sources, arena, workers, request.trees);

  Audited audited;
  audited.trees = std::move(loaded.trees);
  Result& result = audited.result;
  result.sources = &sources;
  result.errors = std::move(loaded.errors);
  result.failures = std::move(loaded.failures);
  result.notes = std::move(loaded.notes);
  result.statistics.templates = loaded.templates.size();
  for (const LoadedTemplate& loaded_template : loaded.templates) {
    result.statistics.resources += loaded_template.evaluated.resources.size();
  }

  const Configuration& configured = request.configuration;
  const rules::Texts texts(sources, &loaded.documents);
  const Overrides overrides(configured, {request.rules, request.addable, request.judge}, loaded.templates,
                            files, texts);
  result.rules = overrides.run_anywhere();
  judge_all(request, overrides, by_system(std::move(loaded.templates), loaded.systems), arena, sources,
            workers, audited);
  result.findings = text::in_order(std::move(result.findings), rules::before);
  overrides.apply(result.findings);
  std::vector<rules::Suppression> suppressions =
      rules::read_suppressions(sources, std::move(loaded.suppressions));
  std::ranges::move(configured_suppressions(configured, files, sources), std::back_inserter(suppressions));
  const rules::SuppressionPolicy policy{request.settings.as_of, configured.require_reason.value_or(false),
                                        configured.foreign.value_or(true)};
  rules::Sifted sifted = rules::sift(std::move(result.findings), suppressions, request.rules, request.known,
                                     policy, sources, result.rule_failures);
  result.findings = std::move(sifted.findings);
  result.suppressed = std::move(sifted.suppressed);
  std::ranges::sort(result.rule_failures);
  result.rule_failures.erase(std::unique(result.rule_failures.begin(), result.rule_failures.end()),
                             result.rule_failures.end());
  return audited;
}

} // namespace slsaudit::audit
