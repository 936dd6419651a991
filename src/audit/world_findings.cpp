// SPDX-License-Identifier: Apache-2.0
#include "audit/world_findings.hpp"

#include "audit/world_names.hpp"
#include "rules/fingerprint.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace slsaudit::audit {

namespace {

using rules::Finding;

/// What makes findings of different worlds the same one: code, place and resource; the last tells apart those
/// of one world. The property's path doesn't count: what a condition leaves out of a list moves all that
/// follow. Of one that speaks for several resources it is the fingerprint: a world may lack the first of
/// them.
using Key = std::tuple<std::string, text::Span, std::string, std::size_t>;

Key key_of(const Finding& finding) {
  if (finding.gathered) return {finding.code, text::Span(), finding.fingerprint, 0};
  return {finding.code, finding.span, finding.resource, 0};
}

struct Seen {
  Finding finding;
  std::vector<bool> worlds;
  bool open = false; ///< Found where nothing is assumed.
};

class Merger {
public:
  explicit Merger(const Worlds& worlds) : worlds_(worlds) {}

  void add(std::vector<Finding> findings, std::optional<std::size_t> world) {
    std::map<Key, std::size_t> occurrences;
    for (Finding& finding : findings) {
      Key key = key_of(finding);
      std::get<3>(key) = occurrences[key]++;
      const auto [entry, is_new] = seen_.try_emplace(std::move(key));
      Seen& seen = entry->second;
      if (is_new) {
        seen.finding = std::move(finding);
        seen.worlds.resize(worlds_.count());
      } else {
        const auto severity = std::max(seen.finding.severity, finding.severity);
        // Of a list, what stands on it in each world.
        const bool fewer = finding.evidence.size() < seen.finding.evidence.size();
        if (finding.everywhere && fewer) seen.finding = std::move(finding);
        seen.finding.severity = severity;
      }
      if (world)
        seen.worlds[*world] = true;
      else
        seen.open = true;
    }
  }

  /// What holds in the first world is told as the whole system has it, of which this is a part; what is told
  /// so is no longer in `whole`.
  void settle(std::map<Key, Finding*>& whole) {
    for (auto entry = seen_.begin(); entry != seen_.end();) {
      Seen& seen = entry->second;
      const auto found = whole.find(entry->first);
      const bool in_whole = found != whole.end();
      if (seen.worlds.front() != in_whole) {
        // The rest of the system takes it away, or it is there by the rest only, and stands in that list.
        entry = seen_.erase(entry);
        continue;
      }
      if (in_whole) {
        const auto severity = std::max(seen.finding.severity, found->second->severity);
        const bool fewer =
            seen.finding.everywhere && seen.finding.evidence.size() < found->second->evidence.size();
        if (!fewer) seen.finding = std::move(*found->second);
        seen.finding.severity = severity;
        whole.erase(found);
      }
      ++entry;
    }
  }

  /// Calls back with the keys of findings that later worlds alone have, and with those worlds: they have not
  /// been looked for in the whole system.
  template <typename Each> void each_doubtful(const Each& each) const {
    for (const auto& [key, seen] : seen_) {
      const bool in_any = std::ranges::find(seen.worlds, true) != seen.worlds.end();
      if (in_any && !seen.worlds.front()) each(key, seen.worlds);
    }
  }

  void drop(const Key& key) { seen_.erase(key); }

  void finish(std::vector<Finding>& result) {
    join_lists();
    for (auto& [key, seen] : seen_) {
      const std::ptrdiff_t holds = std::ranges::count(seen.worlds, true);
      if (holds == 0 && complete(seen.finding.span.file)) continue; // its conditions contradict each other
      if (holds > 0 && seen.finding.everywhere && taken_away(seen)) continue;
      if (holds > 0 && holds < static_cast<std::ptrdiff_t>(seen.worlds.size()))
        name_worlds(worlds_, seen.worlds, seen.finding);
      result.push_back(std::move(seen.finding));
    }
  }

private:
  /// One finding on several resources stands at the first, which is another where a world lacks that one.
  /// Such a shorter list goes into the longer, which then holds in the worlds of both.
  void join_lists() {
    for (auto longer = seen_.begin(); longer != seen_.end(); ++longer) {
      for (const rules::EvidenceStep& step : longer->second.finding.evidence) {
        const Key first{longer->second.finding.code, step.span, std::string(), 0};
        for (auto shorter = seen_.lower_bound(first);
             shorter != seen_.end() && same_place(shorter->first, first);) {
          const bool joins = shorter != longer && apart(longer->second, shorter->second);
          for (std::size_t w = 0; joins && w < worlds_.count(); ++w) {
            longer->second.worlds[w] = longer->second.worlds[w] || shorter->second.worlds[w];
          }
          shorter = joins ? seen_.erase(shorter) : std::next(shorter);
        }
      }
    }
  }

  static bool same_place(const Key& left, const Key& right) {
    return std::get<0>(left) == std::get<0>(right) && std::get<1>(left) == std::get<1>(right);
  }

  /// No world has both.
  static bool apart(const Seen& left, const Seen& right) {
    for (std::size_t w = 0; w < left.worlds.size(); ++w) {
      if (left.worlds[w] && right.worlds[w]) return false;
    }
    return true;
  }

  [[nodiscard]] bool complete(text::FileId file) const {
    for (std::size_t i = 0; i < worlds_.members().size(); ++i) {
      if (worlds_.members()[i]->evaluated.file == file) return worlds_.complete(i);
    }
    return worlds_.all_complete();
  }

  /// Whether a world has the resource and not the finding.
  [[nodiscard]] bool taken_away(const Seen& seen) const {
    for (std::size_t world = 0; world < seen.worlds.size(); ++world) {
      if (!seen.worlds[world] && is_made(seen.finding, world)) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_made(const Finding& finding, std::size_t world) const {
    for (std::size_t i = 0; i < worlds_.members().size(); ++i) {
      if (worlds_.members()[i]->evaluated.file != finding.template_file) continue;
      const Outcomes& outcomes = worlds_.outcomes(world, i);
      const auto found = outcomes.find(finding.condition);
      return found == outcomes.end() || found->second;
    }
    return true;
  }

  const Worlds& worlds_;
  std::map<Key, Seen> seen_;
};

Merger merger_of(WorldFindings findings) {
  Merger merger(*findings.worlds);
  for (std::size_t world = 0; world < findings.by_world.size(); ++world)
    merger.add(std::move(findings.by_world[world]), world);
  merger.add(std::move(findings.open), std::nullopt);
  return merger;
}

std::map<Key, Finding*> by_key(std::vector<Finding>& findings) {
  std::map<Key, std::size_t> occurrences;
  std::map<Key, Finding*> result;
  for (Finding& finding : findings) {
    Key key = key_of(finding);
    std::get<3>(key) = occurrences[key]++;
    result.emplace(std::move(key), &finding);
  }
  return result;
}

/// A finding that a part has in some worlds, and of which it isn't known whether the whole system has it.
struct Doubt {
  std::size_t part = 0;
  Key key;
  std::vector<bool> worlds;
  [[nodiscard]] bool in(std::size_t world) const { return world < worlds.size() && worlds[world]; }
};

/// The world that settles most of them.
std::size_t most_frequent(const std::vector<Doubt>& doubts) {
  std::map<std::size_t, std::size_t> counts;
  for (const Doubt& one : doubts) {
    for (std::size_t world = 0; world < one.worlds.size(); ++world) {
      if (one.worlds[world]) ++counts[world];
    }
  }
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

/// Numbers in fingerprints are given in each world alone.
std::vector<Finding> numbered(std::vector<Finding> findings) {
  std::ranges::stable_sort(findings, rules::before);
  std::map<std::string, std::size_t> known;
  for (Finding& finding : findings) {
    const std::size_t number = known[finding.fingerprint]++;
    if (number > 0)
      finding.fingerprint = rules::fingerprint({finding.fingerprint, "world", std::to_string(number)});
  }
  return findings;
}

} // namespace

rules::ChooseFixes fixes_beyond(const std::vector<rules::Finding>& first_world) {
  std::map<Key, std::size_t> known;
  for (const Finding& finding : first_world) ++known[key_of(finding)];
  return [known = std::move(known)](const std::vector<const Finding*>& findings) {
    std::map<Key, std::size_t> here;
    for (const Finding* finding : findings) ++here[key_of(*finding)];
    std::vector<bool> wanted;
    for (const Finding* finding : findings) {
      const Key key = key_of(*finding);
      const auto there = known.find(key);
      const bool stands_there = there != known.end() && there->second >= here[key];
      wanted.push_back(!stands_there || finding->everywhere); // of those the shortest list is told
    }
    return wanted;
  };
}

std::vector<rules::Finding> merge_worlds(WorldFindings findings) {
  std::vector<Finding> result;
  merger_of(std::move(findings)).finish(result);
  return numbered(std::move(result));
}

std::vector<rules::Finding> merge_parts(std::vector<rules::Finding> first, std::vector<WorldFindings> parts,
                                        const JudgeWhole& judge_whole) {
  std::map<Key, Finding*> whole = by_key(first);
  std::vector<Merger> mergers;
  std::vector<Doubt> doubts;
  for (WorldFindings& part : parts) {
    Merger& merger = mergers.emplace_back(merger_of(std::move(part)));
    merger.settle(whole);
    merger.each_doubtful([&](const Key& key, const std::vector<bool>& worlds) {
      doubts.push_back({mergers.size() - 1, key, worlds});
    });
  }
  while (!doubts.empty()) {
    const std::size_t world = most_frequent(doubts);
    const auto now =
        std::stable_partition(doubts.begin(), doubts.end(), [&](const Doubt& one) { return !one.in(world); });
    std::set<std::string> codes;
    for (auto one = now; one != doubts.end(); ++one) codes.insert(std::get<0>(one->key));
    std::vector<Finding> findings = judge_whole(world, codes);
    const std::map<Key, Finding*> known = by_key(findings);
    for (auto one = now; one != doubts.end(); ++one) {
      if (!known.contains(one->key)) mergers[one->part].drop(one->key);
    }
    doubts.erase(now, doubts.end());
  }
  std::vector<Finding> result;
  for (Merger& merger : mergers) merger.finish(result);
  for (const auto& [key, finding] : whole) result.push_back(std::move(*finding));
  return numbered(std::move(result));
}

} // namespace slsaudit::audit
