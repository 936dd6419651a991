// SPDX-License-Identifier: Apache-2.0
#include "analysis/platform.hpp"
#include "compare/comparison.hpp"
#include "compare/figures.hpp"
#include "compare/traits.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace slsaudit::compare {
namespace {

std::string directory_of(const graph::System& system, const text::SourceMap& sources) {
  std::string common;
  bool first = true;
  for (const dialect::Template& one : system.templates) {
    if (!one.file.valid()) continue;
    const std::string directory = text::parent_path(std::string(sources.path(one.file)));
    if (first) common = directory;
    while (!text::is_within(directory, common) && common != ".") common = text::parent_path(common);
    first = false;
  }
  return common;
}

Traits traits_of(const Side& side, bool several) {
  Traits traits;
  const text::SourceMap& sources = *side.audited.result.sources;
  for (const graph::System& system : side.audited.systems) {
    const analysis::Facts facts(system, side.settings);
    const SideFacts of{facts, sources, several ? directory_of(system, sources) : std::string()};
    for (const auto add : {add_entries, add_exposure, add_grants, add_fan_out, add_concurrency, add_costs,
                           add_availability, add_portability})
      add(of, traits);
  }
  return traits;
}

/// Of one key, what both sides have: the same path first.
struct Matched {
  std::vector<std::pair<const Trait*, const Trait*>> both;
  std::vector<const Trait*> lost;
  std::vector<const Trait*> gained;
};

class Matcher {
public:
  Matcher(const Traits& before, const Traits& after) {
    for (const Trait& trait : before) groups_[{trait.topic, trait.key}].first.push_back(&trait);
    for (const Trait& trait : after) groups_[{trait.topic, trait.key}].second.push_back(&trait);
  }

  Matched run() {
    Matched matched;
    for (auto& [key, group] : groups_) {
      auto& [before, after] = group;
      pair_up(before, after, matched, [](const Trait& a, const Trait& b) { return a.path == b.path; });
      pair_up(before, after, matched, [](const Trait&, const Trait&) { return true; });
      std::ranges::copy(before, std::back_inserter(matched.lost));
      std::ranges::copy(after, std::back_inserter(matched.gained));
    }
    return matched;
  }

private:
  using Group = std::vector<const Trait*>;

  template <class Same> static void pair_up(Group& before, Group& after, Matched& matched, Same same) {
    std::erase_if(before, [&](const Trait* old) {
      const auto found = std::ranges::find_if(after, [&](const Trait* one) { return same(*old, *one); });
      if (found == after.end()) return false;
      matched.both.emplace_back(old, *found);
      after.erase(found);
      return true;
    });
  }

  std::map<std::pair<Topic, std::string>, std::pair<Group, Group>> groups_;
};

/// A change before it is put into words and order.
struct Draft {
  Change change;
  std::vector<std::string> verbs;
  double weight = 0; ///< Larger ones first.
  std::string path;
};

auto order(const Draft& draft) {
  const Change& change = draft.change;
  return std::make_tuple(change.topic, !change.subject.empty(), -draft.weight, change.turn,
                         std::string_view(change.subject), std::string_view(change.text),
                         std::string_view(draft.path), change.span);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

class Changes {
public:
  void add_turn(const Trait& trait, Turn turn) {
    const std::string& text = turn == Turn::gained ? trait.gained : trait.lost;
    if (text.empty()) return;
    Draft draft;
    draft.change = {trait.topic,
                    turn,
                    turn == Turn::gained ? trait.effect : opposite(trait.effect),
                    trait.subject,
                    text,
                    {},
                    {},
                    {},
                    {},
                    trait.span};
    draft.path = trait.path;
    if (trait.topic == Topic::cost && !trait.measures.empty()) {
      const Measure& cost = trait.measures.front();
      draft.weight = cost.figure.number;
      draft.change.measure = cost.name;
      draft.change.unit = cost.unit;
      (turn == Turn::gained ? draft.change.after : draft.change.before) = cost.figure;
    }
    if (trait.verb.empty()) {
      drafts_.push_back(std::move(draft));
      return;
    }
    const auto [at, is_new] =
        merged_.try_emplace({trait.topic, turn, trait.path, trait.subject, text}, drafts_.size());
    if (is_new) drafts_.push_back(std::move(draft));
    Draft& whole = drafts_[at->second];
    whole.verbs.push_back(trait.verb);
    whole.change.effect = turn == Turn::gained ? std::min(whole.change.effect, trait.effect)
                                               : std::max(whole.change.effect, opposite(trait.effect));
  }

  void add_measures(const Trait& before, const Trait& after) {
    for (const Measure& measure : after.measures) {
      const auto old = std::ranges::find(before.measures, measure.name, &Measure::name);
      if (old == before.measures.end() || same(old->figure, measure.figure, measure.tolerance)) continue;
      Draft draft;
      draft.change = {after.topic,
                      Turn::changed,
                      judged(old->figure, measure),
                      after.subject,
                      difference_text(after, *old, measure),
                      measure.name,
                      measure.unit,
                      old->figure,
                      measure.figure,
                      after.span};
      draft.path = after.path;
      if (after.topic == Topic::cost) draft.weight = std::abs(measure.figure.number - old->figure.number);
      drafts_.push_back(std::move(draft));
    }
  }

  std::vector<Change> take() {
    for (Draft& draft : drafts_) {
      const std::size_t hole = draft.change.text.find("{}");
      if (!draft.verbs.empty() && hole != std::string::npos)
        draft.change.text.replace(hole, 2, joined(draft.verbs));
    }
    std::ranges::stable_sort(
        drafts_, [](const Draft& left, const Draft& right) { return order(left) < order(right); });
    std::vector<Change> changes;
    for (Draft& draft : drafts_) changes.push_back(std::move(draft.change));
    return changes;
  }

private:
  std::vector<Draft> drafts_;
  std::map<std::tuple<Topic, Turn, std::string, std::string, std::string>, std::size_t> merged_;
};

} // namespace

std::vector<Change> compare_architecture(const Side& before, const Side& after) {
  const bool several = before.audited.systems.size() > 1 || after.audited.systems.size() > 1;
  const Traits old_traits = traits_of(before, several);
  const Traits new_traits = traits_of(after, several);
  const Matched matched = Matcher(old_traits, new_traits).run();
  Changes changes;
  for (const Trait* trait : matched.gained) changes.add_turn(*trait, Turn::gained);
  for (const auto& [old_one, new_one] : matched.both) changes.add_measures(*old_one, *new_one);
  for (const Trait* trait : matched.lost) changes.add_turn(*trait, Turn::lost);
  return changes.take();
}

} // namespace slsaudit::compare
