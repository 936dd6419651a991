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

class Judging {
public:
  Judging(const Request& request, const Overrides& overrides, text::Arena& arena, Audited& audited)
      : request_(request), overrides_(overrides), arena_(arena), audited_(audited) {}

  void run(std::vector<LoadedTemplate> members) {
    Members list;
    for (const LoadedTemplate& member : members) list.push_back(&member);
    Worlds worlds(std::move(list), request_.input.given, arena_);
    std::vector<std::vector<rules::Finding>> by_world;
    for (std::size_t world = 0; worlds.count() > 1 && world < worlds.count(); ++world) {
      const auto systems = build_systems(worlds.templates(world), 1, arena_);
      by_world.push_back(systems.empty() ? std::vector<rules::Finding>{} : judge(systems.front()));
    }
    tell_bounds(worlds);
    std::vector<LoadedTemplate> open = members; // the worlds look at them still
    audited_.systems.push_back(std::move(build_systems(std::move(open), 1, arena_).front()));
    std::vector<rules::Finding> findings;
    if (by_world.empty() || !worlds.all_complete()) findings = judge(audited_.systems.back());
    if (!by_world.empty()) findings = merge_worlds(std::move(by_world), std::move(findings), worlds);
    std::ranges::move(findings, std::back_inserter(audited_.result.findings));
  }

private:
  std::vector<rules::Finding> judge(const graph::System& system) {
    const analysis::Facts facts(system, request_.settings);
    return overrides_.judge(facts, audited_.result.rule_failures);
  }

  void tell_bounds(const Worlds& worlds) {
    for (std::size_t i = 0; i < worlds.members().size(); ++i) {
      const dialect::Template& source = worlds.members()[i]->evaluated;
      if (worlds.complete(i) || source.used_conditions.empty()) continue;
      audited_.result.notes.push_back(
          {text::ProblemLevel::note,
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
  text::Arena& arena_;
  Audited& audited_;
};

} // namespace

Audited audit(const Request& request, const text::FileSystem& files, text::SourceMap& sources,
              text::Arena& arena) {
  Loaded loaded = load(request.input, files, sources, arena);

  Audited audited;
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
  const Overrides overrides(configured, {request.rules, request.addable}, loaded.templates, files, sources);
  result.rules = overrides.run_anywhere();
  Judging judging(request, overrides, arena, audited);
  for (auto& members : by_system(std::move(loaded.templates), loaded.systems))
    judging.run(std::move(members));
  std::ranges::stable_sort(result.findings, rules::before);
  overrides.apply(result.findings);
  std::vector<rules::Suppression> suppressions = rules::read_suppressions(sources);
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
