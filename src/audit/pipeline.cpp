// SPDX-License-Identifier: Apache-2.0
#include "audit/pipeline.hpp"

#include "audit/configured.hpp"
#include "audit/overrides.hpp"
#include "audit/stacks.hpp"
#include "audit/world_findings.hpp"
#include "audit/worlds.hpp"
#include "rules/engine.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
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

namespace {

/// The templates of each system, and in each one `parent` as its index there.
std::vector<std::vector<LoadedTemplate>> by_system(std::vector<LoadedTemplate> templates, std::size_t count) {
  std::vector<std::vector<LoadedTemplate>> systems(count);
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

/// What comes of one system.
struct Judged {
  graph::System system;
  std::vector<rules::Finding> findings;
  text::Problems notes;
  std::vector<std::string> rule_failures;
};

/// Judges systems, several at once.
class Judging {
public:
  Judging(const Request& request, const Overrides& overrides, parallel::Workers& workers)
      : request_(request), overrides_(overrides), workers_(workers) {}

  Judged run(std::vector<LoadedTemplate> members, text::Arena& arena) const {
    Judged judged;
    Members list;
    for (const LoadedTemplate& member : members) list.push_back(&member);
    Worlds worlds(std::move(list), request_.input.given, arena);
    std::vector<std::vector<rules::Finding>> by_world = judge_worlds(worlds, arena, judged.rule_failures);
    tell_bounds(worlds, judged.notes);
    const bool all_complete = worlds.all_complete();
    // Where there are worlds they look at the templates still.
    std::vector<LoadedTemplate> open = by_world.empty() ? std::move(members) : members;
    judged.system = std::move(build_systems(std::move(open), 1, arena).front());
    if (by_world.empty() || !all_complete) judged.findings = judge(judged.system, judged.rule_failures);
    if (!by_world.empty())
      judged.findings = merge_worlds(std::move(by_world), std::move(judged.findings), worlds);
    return judged;
  }

private:
  /// The findings of each; none where there is but one.
  std::vector<std::vector<rules::Finding>> judge_worlds(Worlds& worlds, text::Arena& arena,
                                                        std::vector<std::string>& failures) const {
    if (worlds.count() < 2) return {};
    std::vector<text::Arena*> arenas;
    for (std::size_t world = 0; world < worlds.count(); ++world) arenas.push_back(&arena.part());
    std::vector<std::vector<rules::Finding>> findings(worlds.count());
    std::vector<std::vector<std::string>> failed(worlds.count());
    std::mutex mutex; // of the worlds, which share what they evaluate
    workers_.each(worlds.count(), [&](std::size_t world) {
      std::vector<LoadedTemplate> templates;
      {
        const std::scoped_lock lock(mutex);
        templates = worlds.templates(world);
      }
      const auto systems = build_systems(std::move(templates), 1, *arenas[world]);
      if (!systems.empty()) findings[world] = judge(systems.front(), failed[world]);
    });
    for (auto& list : failed) std::ranges::move(list, std::back_inserter(failures));
    return findings;
  }

  std::vector<rules::Finding> judge(const graph::System& system, std::vector<std::string>& failures) const {
    const analysis::Facts facts(system, request_.settings);
    return overrides_.judge(facts, workers_, failures);
  }

  static void tell_bounds(const Worlds& worlds, text::Problems& notes) {
    for (std::size_t i = 0; i < worlds.members().size(); ++i) {
      const dialect::Template& source = worlds.members()[i]->evaluated;
      if (worlds.complete(i) || source.used_conditions.empty()) continue;
      notes.push_back({text::ProblemLevel::note,
                       "worlds-bounded",
                       "the conditions can come out in more ways than are looked at, which are " +
                           std::to_string(worlds.count()) + "; what holds only in others is not found",
                       source.used_conditions.begin()->second,
                       "give parameters with --param",
                       {}});
    }
  }

  const Request& request_;
  const Overrides& overrides_;
  parallel::Workers& workers_;
};

/// Each system's own, in the order of systems.
void judge_all(const Request& request, const Overrides& overrides,
               std::vector<std::vector<LoadedTemplate>> systems, text::Arena& arena,
               parallel::Workers& workers, Audited& audited) {
  const Judging judging(request, overrides, workers);
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

Audited audit(const Request& request, const text::FileSystem& files, text::SourceMap& sources,
              text::Arena& arena) {
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
  judge_all(request, overrides, by_system(std::move(loaded.templates), loaded.systems), arena, workers,
            audited);
  std::ranges::stable_sort(result.findings, rules::before);
  overrides.apply(result.findings);
  std::vector<rules::Suppression> suppressions = rules::read_suppressions(texts);
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
