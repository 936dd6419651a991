// SPDX-License-Identifier: Apache-2.0
#include "audit/judging.hpp"

#include "audit/parts.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace slsaudit::audit {
namespace {

bool has_conditions(const LoadedTemplate& one) {
  return !one.evaluated.used_conditions.empty();
}

Members list_of(const std::vector<LoadedTemplate>& templates) {
  Members list;
  list.reserve(templates.size());
  for (const LoadedTemplate& one : templates) list.push_back(&one);
  return list;
}

std::size_t resources_of(const std::vector<LoadedTemplate>& templates) {
  std::size_t count = 0;
  for (const LoadedTemplate& one : templates) count += one.evaluated.resources.size();
  return count;
}

} // namespace

Judged Judging::run(std::vector<LoadedTemplate> members, text::Arena& arena) const {
  Judged judged;
  const std::size_t count = members.size();
  const std::size_t resources = resources_of(members);
  bool may_vary = std::ranges::any_of(members, has_conditions);
  if (may_vary && resources > max_judged_resources / least_worlds) {
    tell_bounds(Worlds(list_of(members), resources, request_.input.given, texts_, arena), judged.notes);
    may_vary = false;
  }
  parallel::Workers alone;
  parallel::Workers& sharing = resources < parallel::few_resources ? alone : workers_;
  // Where there are worlds they look at the templates still.
  std::vector<LoadedTemplate> open = may_vary ? members : std::exchange(members, {});
  judged.system = std::move(build_systems(std::move(open), 1, arena, sharing).front());
  std::vector<Part> parts;
  if (may_vary) parts = parts_with_worlds(members, resources, judged.system, arena);
  for (const Part& part : parts) tell_bounds(*part.worlds, judged.notes);
  std::erase_if(parts, [](const Part& part) { return part.worlds->count() < 2; });
  if (parts.empty()) {
    judged.findings = judge(judged.system, judged.rule_failures);
    return judged;
  }
  const auto judge_whole = [&](std::size_t world, const rules::Wanted& wanted) {
    const auto systems = build_systems(whole(members, parts, world), 1, arena, sharing);
    return systems.empty() ? std::vector<rules::Finding>{}
                           : judge(systems.front(), judged.rule_failures, wanted);
  };
  const bool is_whole = parts.front().indexes.size() == count;
  if (is_whole) {
    judge_part(parts.front(), {}, &judged.system);
  } else {
    judged.findings = judge_whole(0, {});
    const rules::ChooseFixes choose = fixes_beyond(judged.findings);
    workers_.each(parts.size(), [&](std::size_t i) { judge_part(parts[i], choose, nullptr); });
  }
  std::vector<WorldFindings> by_part;
  for (Part& part : parts) {
    by_part.push_back(std::move(part.findings));
    std::ranges::move(part.rule_failures, std::back_inserter(judged.rule_failures));
  }
  if (is_whole) {
    judged.findings = merge_worlds(std::move(by_part.front()));
    return judged;
  }
  const auto judge_again = [&](std::size_t world, const std::set<std::string>& codes) {
    const auto none = [](const auto& findings) { return std::vector<bool>(findings.size()); };
    const auto is_meant = [&](const rules::Rule& rule) { return codes.contains(rule.code.str()); };
    return judge_whole(world, {none, is_meant});
  };
  judged.findings = merge_parts(std::move(judged.findings), std::move(by_part), judge_again);
  return judged;
}

std::vector<Judging::Part> Judging::parts_with_worlds(std::vector<LoadedTemplate>& members,
                                                      std::size_t resources, const graph::System& system,
                                                      text::Arena& arena) const {
  std::vector<std::vector<std::size_t>> indexes = {{0}};
  if (members.size() > 1) indexes = parts_of(members, system);
  const bool is_whole = indexes.size() == 1;
  std::vector<Part> parts;
  for (std::vector<std::size_t>& each : indexes) {
    if (std::ranges::none_of(each, [&](std::size_t i) { return has_conditions(members[i]); })) continue;
    Part& part = parts.emplace_back();
    part.templates = is_whole ? std::exchange(members, {}) : pick(members, each);
    part.indexes = std::move(each);
    part.worlds = std::make_unique<Worlds>(list_of(part.templates), resources, request_.input.given, texts_,
                                           arena.part());
    for (std::size_t i = 0; i <= part.worlds->count(); ++i) part.arenas.push_back(&arena.part());
  }
  return parts;
}

std::vector<LoadedTemplate> Judging::whole(const std::vector<LoadedTemplate>& members,
                                           std::vector<Part>& parts, std::size_t world) {
  // Of members that vary: what the world makes of them, if it has them.
  std::vector<std::optional<LoadedTemplate>> made(members.size());
  std::vector<bool> varies(members.size());
  for (Part& part : parts) {
    const std::size_t own = world < part.worlds->count() ? world : 0;
    std::vector<LoadedTemplate> templates = part.worlds->templates(own);
    const std::vector<std::size_t> deployed = part.worlds->deployed(own);
    for (const std::size_t index : part.indexes) varies[index] = true;
    for (std::size_t i = 0; i < deployed.size(); ++i)
      made[part.indexes[deployed[i]]] = std::move(templates[i]);
  }
  std::vector<LoadedTemplate> templates;
  std::vector<std::optional<std::size_t>> places(members.size()); // of each, in `templates`
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (varies[i] && !made[i]) continue;
    places[i] = templates.size();
    LoadedTemplate& one = templates.emplace_back(varies[i] ? *std::move(made[i]) : members[i]);
    if (members[i].parent) one.parent = places[*members[i].parent];
  }
  return templates;
}

void Judging::judge_part(Part& part, const rules::ChooseFixes& choose, const graph::System* open) const {
  Worlds& worlds = *part.worlds;
  std::vector<std::vector<rules::Finding>>& findings = part.findings.by_world;
  findings.resize(worlds.count());
  std::vector<std::vector<std::string>> failed(worlds.count() + 1);
  std::mutex mutex; // of the worlds, which share what they evaluate
  const auto judge_world = [&](std::size_t world, const rules::ChooseFixes& chosen) {
    std::vector<LoadedTemplate> templates;
    {
      const std::scoped_lock lock(mutex);
      templates = worlds.templates(world);
    }
    const auto systems = build_systems(std::move(templates), 1, *part.arenas[world]);
    if (!systems.empty()) findings[world] = judge(systems.front(), failed[world], {chosen, {}});
  };
  rules::ChooseFixes chosen = choose;
  if (!chosen) {
    judge_world(0, {});
    chosen = fixes_beyond(findings.front());
  }
  const std::size_t begin = choose ? 0 : 1;
  workers_.each(worlds.count() - begin, [&](std::size_t i) { judge_world(begin + i, chosen); });
  if (!worlds.all_complete()) {
    std::vector<graph::System> built;
    if (open == nullptr) built = build_systems(part.templates, 1, *part.arenas.back());
    part.findings.open = judge(open == nullptr ? built.front() : *open, failed.back(), {chosen, {}});
  }
  for (auto& list : failed) std::ranges::move(list, std::back_inserter(part.rule_failures));
  part.findings.worlds = &worlds;
}

std::vector<rules::Finding> Judging::judge(const graph::System& system, std::vector<std::string>& failures,
                                           const rules::Wanted& wanted) const {
  analysis::Facts facts(system, request_.settings);
  rules::Told told = overrides_.judge(facts, workers_, failures, wanted);
  facts.clear(workers_); // makes room for all findings in one list
  return rules::in_order(std::move(told));
}

void Judging::tell_bounds(const Worlds& worlds, text::Problems& notes) {
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

} // namespace slsaudit::audit
