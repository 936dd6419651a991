// SPDX-License-Identifier: Apache-2.0
#include "audit/world_names.hpp"

#include "dialect/cloudformation/condition_names.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace slsaudit::audit {

namespace {

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

/// How a condition comes out, and where it is declared.
struct Literal {
  std::string_view condition;
  bool outcome = false;
  text::Span span;
  std::size_t member = 0;
  bool is_own = false;  ///< The condition that the finding's resource is made under.
  bool is_tied = false; ///< A condition that something depends on where the finding or a step of it stands.
};

/// The conditions that a resource depends on, whatever they are by default.
void add_conditions(const syntax::Node& body, std::set<std::string_view>& conditions) {
  const syntax::Node* own = body.get("Condition");
  if (own != nullptr && own->is_scalar()) conditions.insert(own->text);
  const auto below = dialect::cloudformation::conditions_below(body);
  conditions.insert(below.begin(), below.end());
}

/// Those of all resources that one of the places stands in, and of what is generated for them.
void add_conditions_at(const std::vector<text::Span>& places,
                       const std::vector<dialect::LoweredResource>& resources,
                       std::set<std::string_view>& conditions) {
  std::vector<text::Span> touched;
  for (const dialect::LoweredResource& resource : resources) {
    const auto is_there = [&](text::Span place) {
      return place.valid() && (resource.body->span.contains(place) || resource.id_span == place);
    };
    if (std::ranges::none_of(places, is_there)) continue;
    touched.push_back(resource.id_span);
    touched.push_back(resource.body->span);
  }
  for (const dialect::LoweredResource& resource : resources) {
    const auto is_of = [&](text::Span span) { return span.contains(resource.id_span); };
    if (std::ranges::any_of(touched, is_of)) add_conditions(*resource.body, conditions);
  }
}

class Names {
public:
  Names(const Worlds& worlds, const rules::Finding& finding) : worlds_(worlds), finding_(finding) {
    std::vector<text::Span> places{finding.span};
    for (const rules::EvidenceStep& step : finding.evidence) places.push_back(step.span);
    for (const LoadedTemplate* member : worlds.members())
      add_conditions_at(places, member->lowered.resources, tied_.emplace_back());
  }

  /// The fewest outcomes, found greedily, that all `inside` worlds have and no other does: tied ones alone
  /// where these tell all worlds apart. Empty when there are none.
  [[nodiscard]] std::vector<Literal> explain(const std::vector<bool>& inside) const {
    std::vector<Literal> candidates = common_outcomes(inside);
    std::vector<Literal> tied = candidates;
    std::erase_if(tied, [](const Literal& literal) { return !literal.is_tied; });
    std::vector<Literal> chosen = choose(tied, inside);
    return chosen.empty() ? choose(candidates, inside) : chosen;
  }

private:
  [[nodiscard]] bool holds(const Literal& literal, std::size_t world) const {
    const Outcomes& outcomes = worlds_.outcomes(world, literal.member);
    const auto found = outcomes.find(literal.condition);
    return found != outcomes.end() && found->second == literal.outcome;
  }

  /// What all these worlds have in common, the outcomes in the finding's own template first.
  [[nodiscard]] std::vector<Literal> common_outcomes(const std::vector<bool>& inside) const {
    std::vector<Literal> result;
    const auto first = static_cast<std::size_t>(std::ranges::find(inside, true) - inside.begin());
    for (const bool own : {true, false}) {
      for (std::size_t i = 0; i < worlds_.members().size(); ++i) {
        const dialect::Template& source = worlds_.members()[i]->evaluated;
        if ((source.file == finding_.span.file) != own) continue;
        for (const auto& [condition, outcome] : worlds_.outcomes(first, i)) {
          const auto used = source.used_conditions.find(condition);
          const bool is_used = used != source.used_conditions.end();
          result.push_back({condition, outcome, is_used ? used->second : text::Span{}, i,
                            condition == finding_.condition, tied_[i].contains(condition)});
        }
      }
    }
    std::erase_if(result, [&](const Literal& literal) {
      for (std::size_t world = 0; world < inside.size(); ++world) {
        if (inside[world] && !holds(literal, world)) return true;
      }
      return false;
    });
    return result;
  }

  /// Of outcomes that tell worlds apart equally well: that of the resource's own condition; and what is there
  /// rather tells a person something than what is not there.
  static bool is_clearer(const Literal& literal, const Literal& other) {
    if (literal.is_own != other.is_own) return literal.is_own;
    return literal.outcome && !other.outcome;
  }

  [[nodiscard]] std::vector<Literal> choose(const std::vector<Literal>& candidates,
                                            const std::vector<bool>& inside) const {
    std::set<std::size_t> outside;
    for (std::size_t world = 0; world < inside.size(); ++world) {
      if (!inside[world]) outside.insert(world);
    }
    std::vector<Literal> chosen;
    while (!outside.empty()) {
      const Literal* best = nullptr;
      std::size_t most = 0;
      for (const Literal& literal : candidates) {
        const auto excluded = static_cast<std::size_t>(
            std::ranges::count_if(outside, [&](std::size_t world) { return !holds(literal, world); }));
        const bool clearer = best != nullptr && excluded == most && literal.member == best->member &&
                             is_clearer(literal, *best);
        if (excluded > most || (excluded > 0 && clearer)) {
          best = &literal;
          most = excluded;
        }
      }
      if (best == nullptr) return {};
      chosen.push_back(*best);
      std::erase_if(outside, [&](std::size_t world) { return !holds(chosen.back(), world); });
    }
    return chosen;
  }

  const Worlds& worlds_;
  const rules::Finding& finding_;
  std::vector<std::set<std::string_view>> tied_; ///< By member.
};

std::string text_of(const std::vector<Literal>& literals) {
  std::string text;
  for (const Literal& literal : literals) {
    text += (text.empty() ? "`" : " and `") + std::string(literal.condition) + "` is " +
            (literal.outcome ? "true" : "false");
  }
  return text;
}

} // namespace

void name_worlds(const Worlds& worlds, const std::vector<bool>& inside, rules::Finding& finding) {
  const Names names(worlds, finding);
  std::vector<Literal> chosen = names.explain(inside);
  bool is_sure = !chosen.empty();
  if (!is_sure) { // one of several worlds that have nothing of their own in common
    std::vector<bool> one(inside.size());
    one[static_cast<std::size_t>(std::ranges::find(inside, true) - inside.begin())] = true;
    chosen = names.explain(one);
  }
  if (chosen.empty()) return;
  // Of worlds that stand for others two outcomes may do what only a third one explains, and so may one that
  // has nothing to do with the finding.
  if (worlds.sampled() && (chosen.size() > 1 || !chosen.front().is_tied)) is_sure = false;
  finding.world = (is_sure ? "when " : "for example when ") + text_of(chosen);
  finding.message += " (" + finding.world + ")";
  for (const Literal& literal : chosen) {
    finding.evidence.push_back(
        {literal.span,
         (is_sure ? "holds only where the condition `" : "holds for example where the condition `") +
             std::string(literal.condition) + "` is " + (literal.outcome ? "true" : "false")});
  }
  // What a test is spared has been thought of for production: a step milder.
  const bool outside = std::ranges::any_of(chosen, [](const Literal& literal) {
    return is_outside_production(literal.condition, literal.outcome);
  });
  if (is_sure && outside && finding.severity > rules::Severity::low)
    finding.severity = static_cast<rules::Severity>(static_cast<int>(finding.severity) - 1);
}

} // namespace slsaudit::audit
