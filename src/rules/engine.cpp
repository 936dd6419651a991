// SPDX-License-Identifier: Apache-2.0
#include "rules/engine.hpp"

#include "analysis/objects.hpp"
#include "rules/silence.hpp"
#include "rules/trial.hpp"
#include "text/in_order.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace slsaudit::rules {
namespace {

/// Rows of a rule's table that its `of` selects.
std::vector<const cel::Object*> subjects_of(const Rule& rule, const analysis::Facts& facts) {
  std::vector<const cel::Object*> subjects;
  const graph::System& system = facts.system();
  const auto wanted = [&](std::string_view kind) {
    return rule.of.empty() || std::find(rule.of.begin(), rule.of.end(), kind) != rule.of.end();
  };
  if (rule.for_each == "resources") {
    std::vector<graph::NodeId> nodes;
    for (const std::string_view type : rule.of) {
      const std::vector<graph::NodeId>& of_type = facts.nodes_of_type(type);
      nodes.insert(nodes.end(), of_type.begin(), of_type.end());
    }
    for (std::size_t i = 0; rule.of.empty() && i < system.nodes.size(); ++i) nodes.emplace_back(i);
    std::ranges::sort(nodes);
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    for (const graph::NodeId node : nodes) subjects.push_back(facts.object(node));
  } else if (rule.for_each == "edges") {
    for (std::size_t i = 0; i < system.edges.size(); ++i) {
      if (wanted(graph::name(system.edges[i].kind))) subjects.push_back(facts.object(graph::EdgeId(i)));
    }
  } else if (const analysis::Table* table = facts.table(rule.for_each)) {
    for (const analysis::Row& row : table->rows) subjects.push_back(&row);
  }
  return subjects;
}

} // namespace

struct Judge::State {
  struct Entry {
    Entry(const Rule& of, const PackedExpressions* packed) : rule(of), compiled(of, packed) {}
    const Rule& rule;
    Compiled compiled;
    bool is_alone = true; ///< Silences no other rule, and none silences it.
  };
  std::deque<Entry> entries;
};

Judge::Judge(std::span<const Rule* const> rules, const PackedExpressions* packed)
    : state_(std::make_unique<State>()) {
  std::set<std::string_view> silenced;
  for (const Rule* rule : rules) {
    state_->entries.emplace_back(*rule, packed);
    for (const std::string_view entry : rule->silences) {
      if (const auto one = silenced_by(entry)) silenced.insert(one->code);
    }
  }
  for (State::Entry& entry : state_->entries)
    entry.is_alone = entry.rule.silences.empty() && !silenced.contains(entry.rule.code);
}

Judge::~Judge() = default;

namespace {

constexpr std::size_t few_rows = 8;

std::vector<bool> wanted_fixes(const std::vector<Draft>& drafts, const ChooseFixes& choose) {
  if (!choose) return std::vector<bool>(drafts.size(), true);
  std::vector<const Finding*> findings;
  for (const Draft& draft : drafts) findings.push_back(&draft.finding);
  return choose(findings);
}

/// What one rule says of a system.
struct Verdict {
  bool is_judged = false;
  std::vector<Draft> drafts;
  std::vector<std::string> failures;
};

} // namespace

Told Judge::run(const analysis::Facts& facts, const Texts& texts, parallel::Workers& workers,
                std::vector<std::string>& failures, const Wanted& wanted) const {
  const SystemObject system(facts);
  cel::Lookups lookups; // of lists of `system`
  const cel::Value settings = settings_value(facts.settings());
  std::vector<Verdict> verdicts(state_->entries.size());
  const auto trial_of = [&](const State::Entry& entry, FixSources* fixes, std::vector<std::string>& failed) {
    Scope scope(entry.compiled, lookups, cel::Value(&system), settings, entry.compiled.parameters());
    return Trial(entry.rule, entry.compiled, facts, texts.sources, fixes, std::move(scope), failed);
  };
  const auto is_wanted = [&](const Rule& rule) { return !wanted.rules || wanted.rules(rule); };
  const auto judge = [&](std::size_t i) {
    const State::Entry& entry = state_->entries[i];
    if (!is_wanted(entry.rule) || verdicts[i].is_judged) return;
    verdicts[i].is_judged = true;
    const std::vector<const cel::Object*> subjects = subjects_of(entry.rule, facts);
    if (subjects.empty()) return;
    Trial trial = trial_of(entry, nullptr, verdicts[i].failures);
    for (const cel::Object* subject : subjects) trial.judge(*subject, verdicts[i].drafts);
    // Kept until all rules have judged: what can be merged before takes less room then.
    if (entry.is_alone) verdicts[i].drafts = merge(std::move(verdicts[i].drafts), texts.sources);
    verdicts[i].drafts.shrink_to_fit();
  };
  parallel::Workers alone;
  const bool is_small = facts.system().nodes.size() < parallel::few_resources;
  parallel::Workers& sharing = is_small ? alone : workers;
  if (!is_small) {
    // Tables first, those that take long before others: what several are computed from, half as much as
    // they, goes before there are many findings. Rules of small ones ask for others.
    std::map<std::string_view, std::vector<std::size_t>> by_table;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const Rule& rule = state_->entries[i].rule;
      const bool is_of_table = rule.for_each != "resources" && rule.for_each != "edges";
      if (is_of_table && is_wanted(rule)) by_table[rule.for_each].push_back(i);
    }
    std::vector<std::string_view> names;
    for (const auto& entry : by_table) names.push_back(entry.first);
    std::ranges::stable_sort(names, std::ranges::greater(), analysis::Facts::effort);
    sharing.each(names.size(), [&](std::size_t i) {
      const analysis::Table* table = facts.table(names[i]);
      if (table == nullptr || table->rows.size() > few_rows) return;
      for (const std::size_t rule : by_table.at(names[i])) judge(rule);
    });
    facts.forget_shared();
  }
  sharing.each(verdicts.size(), judge);
  if (!is_small) facts.forget_shared();
  std::vector<std::vector<Draft>> by_rule;
  for (Verdict& verdict : verdicts) by_rule.push_back(std::move(verdict.drafts));
  silence(by_rule, [&](std::size_t rule) -> const Rule& { return state_->entries[rule].rule; });

  for (std::size_t i = 0; i < by_rule.size(); ++i) {
    if (!state_->entries[i].is_alone) by_rule[i] = merge(std::move(by_rule[i]), texts.sources);
  }
  Told told(by_rule.size());
  const auto tell = [&](std::size_t i, FixSources& fixes) {
    if (by_rule[i].empty()) return;
    std::vector<Draft> drafts = std::move(by_rule[i]); // goes when it is told
    Trial trial = trial_of(state_->entries[i], &fixes, verdicts[i].failures);
    const std::vector<bool> fixed = wanted_fixes(drafts, wanted.fixes);
    told[i].reserve(drafts.size());
    for (std::size_t k = 0; k < drafts.size(); ++k) {
      if (fixed[k]) trial.set_fix(drafts[k]);
      told[i].push_back(std::move(drafts[k].finding));
    }
  };
  // A fix of many resources looks at all of them: those come while little else is told. Then the rules with
  // most to tell: a thread that ends with one of them would leave the others waiting.
  const auto looks_at_many = [](const Draft& draft) { return draft.others.size() > parallel::few_resources; };
  std::vector<std::size_t> order(by_rule.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t i) {
    return std::pair(std::ranges::any_of(by_rule[i], looks_at_many), by_rule[i].size());
  });
  std::atomic<std::size_t> next = 0;
  sharing.each(sharing.count(), [&](std::size_t) {
    FixSources fixes(texts, facts.system()); // one thread's
    for (std::size_t i = next++; i < order.size(); i = next++) tell(order[i], fixes);
  });
  for (Verdict& verdict : verdicts) std::ranges::move(verdict.failures, std::back_inserter(failures));
  return told;
}

std::vector<Finding> in_order(Told told) {
  std::size_t count = 0;
  for (const std::vector<Finding>& of_rule : told) count += of_rule.size();
  std::vector<Finding> findings;
  findings.reserve(count);
  for (std::vector<Finding>& of_rule : told)
    std::ranges::move(std::exchange(of_rule, {}), std::back_inserter(findings));
  return text::in_order(std::move(findings), before);
}

std::vector<Finding> run(std::span<const Rule* const> rules, const analysis::Facts& facts,
                         const text::SourceMap& sources, std::vector<std::string>& failures) {
  parallel::Workers alone;
  return in_order(Judge(rules).run(facts, sources, alone, failures));
}

} // namespace slsaudit::rules
