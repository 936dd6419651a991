// SPDX-License-Identifier: Apache-2.0
#include "audit/world_findings.hpp"

#include "rules/fingerprint.hpp"
#include "text/words.hpp"

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

/// Whether such an outcome says that the stack is not production's: `IsProd` is false, `NotProduction` or
/// `IsDev` is true.
bool is_outside_production(std::string_view condition, bool outcome) {
  static const std::set<std::string, std::less<>> production{"prod", "production", "prd", "live"};
  static const std::set<std::string, std::less<>> tests{"dev",     "development", "develop", "test",
                                                        "testing", "qa",          "staging", "sandbox",
                                                        "nonprod", "notprod",     "local"};
  static const std::set<std::string, std::less<>> negations{"not", "non", "no"};
  const std::vector<std::string> words = text::words_of(condition);
  const auto has = [&](const auto& among) {
    return std::ranges::any_of(words, [&](const std::string& word) { return among.count(word) > 0; });
  };
  const bool names_production = has(production);
  if (names_production == has(tests)) return false; // neither, or both
  const bool means_production = names_production != has(negations);
  return means_production != outcome;
}

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
      if (holds > 0 && holds < static_cast<std::ptrdiff_t>(seen.worlds.size())) name_world(seen);
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

  /// How a condition comes out, and where it is declared.
  struct Literal {
    std::string_view condition;
    bool outcome = false;
    text::Span span;
    std::size_t member = 0;
  };

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

  [[nodiscard]] bool holds(const Literal& literal, std::size_t world) const {
    const Outcomes& outcomes = worlds_.outcomes(world, literal.member);
    const auto found = outcomes.find(literal.condition);
    return found != outcomes.end() && found->second == literal.outcome;
  }

  /// Every outcome of a condition in one world, those of the finding's own template first.
  [[nodiscard]] std::vector<Literal> literals(std::size_t world, text::FileId file) const {
    std::vector<Literal> result;
    for (const bool own : {true, false}) {
      for (std::size_t i = 0; i < worlds_.members().size(); ++i) {
        const dialect::Template& source = worlds_.members()[i]->evaluated;
        if ((source.file == file) != own) continue;
        for (const auto& [condition, outcome] : worlds_.outcomes(world, i)) {
          const auto used = source.used_conditions.find(condition);
          result.push_back(
              {condition, outcome, used != source.used_conditions.end() ? used->second : text::Span{}, i});
        }
      }
    }
    return result;
  }

  /// Of outcomes that tell worlds apart equally well: that of the resource's own condition; and what is there
  /// rather tells a person something than what is not there.
  static bool is_clearer(const Literal& literal, const Literal& other, std::string_view own) {
    if ((literal.condition == own) != (other.condition == own)) return literal.condition == own;
    return literal.outcome && !other.outcome;
  }

  /// The fewest outcomes, found greedily, that all `inside` worlds have and no other does. Empty when there
  /// are none.
  [[nodiscard]] std::vector<Literal> explain(const std::vector<bool>& inside, const Finding& finding) const {
    const text::FileId file = finding.span.file;
    const std::string_view own = finding.condition;
    const std::size_t first = static_cast<std::size_t>(std::ranges::find(inside, true) - inside.begin());
    std::vector<Literal> candidates = literals(first, file);
    std::erase_if(candidates, [&](const Literal& literal) {
      for (std::size_t w = 0; w < inside.size(); ++w) {
        if (inside[w] && !holds(literal, w)) return true;
      }
      return false;
    });
    std::set<std::size_t> outside;
    for (std::size_t w = 0; w < inside.size(); ++w) {
      if (!inside[w]) outside.insert(w);
    }
    std::vector<Literal> chosen;
    while (!outside.empty()) {
      const Literal* best = nullptr;
      std::size_t most = 0;
      for (const Literal& literal : candidates) {
        const auto excluded = static_cast<std::size_t>(
            std::ranges::count_if(outside, [&](std::size_t w) { return !holds(literal, w); }));
        const bool clearer = best != nullptr && excluded == most && literal.member == best->member &&
                             is_clearer(literal, *best, own);
        if (excluded > most || (excluded > 0 && clearer)) {
          best = &literal;
          most = excluded;
        }
      }
      if (best == nullptr) return {};
      chosen.push_back(*best);
      std::erase_if(outside, [&](std::size_t w) { return !holds(chosen.back(), w); });
    }
    return chosen;
  }

  void name_world(Seen& seen) const {
    std::vector<Literal> chosen = explain(seen.worlds, seen.finding);
    std::string text = "when ";
    if (chosen.empty()) { // one of several worlds that have nothing of their own in common
      const auto first = std::ranges::find(seen.worlds, true) - seen.worlds.begin();
      std::vector<bool> one(seen.worlds.size());
      one[static_cast<std::size_t>(first)] = true;
      chosen = explain(one, seen.finding);
      text = "for example when ";
    }
    if (chosen.empty()) return;
    // Of worlds that stand for others two outcomes may do what only a third one explains.
    if (worlds_.sampled() && chosen.size() > 1) text = "for example when ";
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      text += (i == 0 ? "`" : " and `") + std::string(chosen[i].condition) + "` is " +
              (chosen[i].outcome ? "true" : "false");
    }
    seen.finding.world = text;
    // What a test is spared has been thought of for production: a step milder.
    const bool is_sure = !text.starts_with("for example");
    const bool outside = std::ranges::any_of(chosen, [](const Literal& literal) {
      return is_outside_production(literal.condition, literal.outcome);
    });
    rules::Severity& severity = seen.finding.severity;
    if (is_sure && outside && severity > rules::Severity::low)
      severity = static_cast<rules::Severity>(static_cast<int>(severity) - 1);
    seen.finding.message += " (" + text + ")";
    for (const Literal& literal : chosen) {
      seen.finding.evidence.push_back(
          {literal.span,
           (is_sure ? "holds only where the condition `" : "holds for example where the condition `") +
               std::string(literal.condition) + "` is " + (literal.outcome ? "true" : "false")});
    }
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
