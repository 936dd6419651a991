// SPDX-License-Identifier: Apache-2.0
#include "rules/engine.hpp"

#include "analysis/objects.hpp"
#include "rules/compiled.hpp"
#include "rules/constructs.hpp"
#include "rules/fixes.hpp"
#include "rules/merge.hpp"
#include "rules/place.hpp"
#include "rules/scope.hpp"
#include "rules/silence.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <mutex>
#include <set>

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
    for (const std::string& type : rule.of) {
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

/// "parameter `Memory` keeps its default"
std::string told(const value::Origin& assumption) {
  return "parameter `" + std::string(assumption.name) + "` keeps its default";
}

/// How a value got to where it is used; empty for what is told as an assumption.
std::string passage(const value::Origin& origin) {
  const std::string name(origin.name);
  switch (origin.kind) {
  case value::Origin::Kind::globals:
    return "`" + name + "` gives it to every resource it applies to";
  case value::Origin::Kind::parameter_given:
    return "comes here through the parameter `" + name + "`, as it is given for this run";
  case value::Origin::Kind::variable:
    return "comes here through `" + name + "`";
  case value::Origin::Kind::include:
    return "read from `" + name + "`";
  default:
    return {};
  }
}

/// Whether the origin is a parameter's value that stands in a template: its default, or what a parent stack
/// passes.
bool is_given(const value::Origin& origin) {
  return origin.span.valid() &&
         (origin.kind == value::Origin::Kind::parameter_default || origin.kind == value::Origin::Kind::stack);
}

/// One rule over one system.
class Trial {
public:
  Trial(const Rule& rule, const Compiled& compiled, const analysis::Facts& facts, Authored& authored,
        Constructs& constructs, Scope scope, std::vector<std::string>& failures)
      : rule_(rule), compiled_(compiled), facts_(facts), sources_(authored.sources()), authored_(authored),
        constructs_(constructs), scope_(std::move(scope)), failures_(failures) {}

  void judge(const cel::Object& subject, std::vector<Draft>& drafts) {
    failed_ = false; // One odd subject keeps no rule from the others.
    scope_.enter(cel::Value(&subject).at(subject.span()));
    const cel::Value verdict = evaluate(compiled_.when(), "when");
    if (failed_ || verdict.boolean() == nullptr || !*verdict.boolean()) {
      const bool odd = verdict.boolean() == nullptr && verdict.unknown() == nullptr;
      if (odd && !failed_) fail("when", "gives " + std::string(verdict.type_name()) + ", expected a bool");
      return;
    }
    drafts.push_back(describe(subject, verdict));
    if (failed_) drafts.pop_back();
  }

  /// Only of what is told: a fix may name all that one finding stands for.
  void set_fix(Draft& draft) {
    failed_ = false;
    scope_.enter(cel::Value(draft.subject).at(draft.subject->span()));
    set_fix(draft.finding, draft.resource);
    draft.finding.fix.shrink_to_fit();
    for (Replacement& one : draft.finding.replaced) one.text.shrink_to_fit();
    if (failed_) draft.finding.fix.clear();
  }

private:
  Draft describe(const cel::Object& subject, const cel::Value& verdict) {
    Draft draft;
    Finding& finding = draft.finding;
    const cel::Value at =
        compiled_.telling().at.empty() ? cel::Value() : evaluate(compiled_.telling().at, "at");
    const Place place = locate(facts_, sources_, subject, at);
    const graph::System& system = facts_.system();
    finding.code = rule_.code;
    finding.name = rule_.name;
    finding.span = place.span;
    finding.property = place.property;
    if (place.resource.valid()) finding.resource = author_id(system.node(place.resource));
    const dialect::Template* source = template_of(system, place.span, place.resource);
    if (source != nullptr) finding.dialect = source->dialect;
    const dialect::Resource* resource =
        place.resource.valid() ? system.node(place.resource).resource : nullptr;
    draft.subject = &subject;
    draft.resource = resource;
    finding.everywhere = rule_.holds == "everywhere";
    if (resource != nullptr) finding.condition = resource->condition;
    finding.severity = severity();
    set_confidence(finding, verdict);
    finding.message = legible(fill(compiled_.telling().message, "message"));
    add_evidence(finding, subject);
    trace(finding, place.origin, at.string().value_or(""));
    if (place.resource.valid()) add_construct(finding, system.node(place.resource));
    shrink(finding);
    draft.shared = place.shared;
    draft.template_file = source != nullptr ? source->file : finding.span.file;
    if (!compiled_.telling().merge_by.empty())
      draft.merge_key = evaluate(compiled_.telling().merge_by, "merge-by").display();
    if (!compiled_.telling().key.empty()) draft.key = evaluate(compiled_.telling().key, "key").display();
    return draft;
  }

  /// Texts grow by doubling, and findings stay until they are printed.
  static void shrink(Finding& finding) {
    finding.message.shrink_to_fit();
    finding.evidence.shrink_to_fit();
    for (EvidenceStep& step : finding.evidence) step.message.shrink_to_fit();
  }

  /// How the value got there. What came through a parameter is changed where it was given: the finding stands
  /// there, and where it is used becomes a step. `told` still shows the references that it isn't about: then
  /// what stands round them is meant.
  void trace(Finding& finding, const value::Origin* origin, std::string_view told) {
    for (; origin != nullptr; origin = origin->next) {
      if (is_given(*origin)) {
        if (told.find("${" + std::string(origin->name) + "}") != std::string::npos) continue;
        finding.evidence.push_back(
            {finding.span, "comes here through the parameter `" + std::string(origin->name) + "`"});
        finding.span = first_line(sources_, origin->span);
        continue;
      }
      std::string message = passage(*origin);
      if (!message.empty() && origin->span != finding.span)
        finding.evidence.push_back({first_line(sources_, origin->span), std::move(message)});
    }
  }

  static std::string author_id(const graph::Node& node) {
    const std::string_view author = node.resource == nullptr ? std::string_view() : node.resource->author.id;
    return author.empty() ? node.label : std::string(author);
  }

  /// Plain CloudFormation may stand in every dialect: its fix is right where the resource is written so, and
  /// wherever a rule has no other.
  void set_fix(Finding& finding, const dialect::Resource* resource) {
    const bool plain = resource != nullptr && resource->author.type.empty();
    constexpr auto cloudformation = dialect::Dialect::cloudformation;
    const std::array<dialect::Dialect, 2> spellings{plain ? cloudformation : finding.dialect,
                                                    plain ? finding.dialect : cloudformation};
    scope_.set_last(cel::Value(finding.resource));
    for (const dialect::Dialect spelling : spellings) {
      for (const CompiledFix& fix : compiled_.telling().fix[static_cast<std::size_t>(spelling)]) {
        if (!finding.fix.empty()) break;
        const cel::Value applies = fix.when.empty() ? cel::Value(true) : evaluate(fix.when, "fix.when");
        if (applies.boolean() == nullptr || !*applies.boolean()) continue;
        set_edit(finding, fix);
        const bool merged = finding.replaced.empty() && !finding.fix.empty();
        if (merged && spelling == cloudformation && finding.dialect == dialect::Dialect::serverless)
          finding.fix = below_resources(finding.fix, finding.resource);
      }
    }
    scope_.set_last(std::nullopt);
    if (resource != nullptr && finding.replaced.empty())
      finding.fix = with_own_type(std::move(finding.fix), finding.resource, *resource);
    if (finding.dialect == dialect::Dialect::serverless && finding.replaced.empty() && !finding.fix.empty())
      finding.fix = constructs_.spoken(std::move(finding.fix));
  }

  /// Leaves the finding without one where there is nothing to replace, or the edit would be too long.
  void set_edit(Finding& finding, const CompiledFix& fix) {
    constexpr std::size_t longest = 16UL * 1024; // Nobody reads, and no report shows, more.
    std::string whole;
    std::vector<Replacement> replaced;
    if (fix.replaces.empty()) {
      whole = snippet(fix);
    } else if (fix.each.empty()) {
      add_replacement(finding, fix, whole, replaced);
    } else {
      const cel::Value list = evaluate(fix.each, "fix.each");
      for (const cel::Value& item : items_of(list)) {
        scope_.set_last(item);
        add_replacement(finding, fix, whole, replaced);
      }
      scope_.set_last(cel::Value(finding.resource));
    }
    if (whole.size() > longest) return;
    finding.fix = std::move(whole);
    finding.replaced = std::move(replaced);
  }

  void add_replacement(const Finding& finding, const CompiledFix& fix, std::string& whole,
                       std::vector<Replacement>& replaced) {
    const cel::Value value = evaluate(fix.replaces, "fix.replaces");
    const text::Span place = value.is_property() ? value.property()->span() : value.span();
    const bool known = std::ranges::find(replaced, place, &Replacement::place) != replaced.end();
    if (known || authored_.at(place) == nullptr) return;
    std::string text = snippet(fix);
    whole += in_place_of(place, finding.span.file, sources_) + text;
    replaced.push_back({place, std::move(text)});
  }

  std::string snippet(const CompiledFix& fix) {
    std::string error;
    std::string text = fix.edit.fill_snippet(scope_, authored_, error);
    if (!error.empty()) fail("fix", error);
    return text;
  }

  Severity severity() {
    if (compiled_.telling().fixed_severity) return *compiled_.telling().fixed_severity;
    const cel::Value value = evaluate(compiled_.telling().severity, "severity");
    if (value.unknown() != nullptr) return compiled_.telling().mildest;
    const auto named = value.string().has_value() ? severity_from(*value.string()) : std::nullopt;
    if (!named && !failed_)
      fail("severity", "gives " + value.display() + ", expected the name of a severity");
    return named.value_or(Severity::medium);
  }

  void set_confidence(Finding& finding, const cel::Value& verdict) {
    constexpr std::string_view assumed = "assumed: ";
    if (rule_.confidence.substr(0, assumed.size()) == assumed) {
      finding.assumption = rule_.confidence.substr(assumed.size());
    } else if (verdict.assumption() != nullptr) {
      finding.assumption = told(*verdict.assumption());
    } else if (!compiled_.telling().assumed_when.empty()) {
      // Where it isn't known whether something is assumed, it is.
      const cel::Value value = evaluate(compiled_.telling().assumed_when, "assumed.when");
      const bool proved = value.boolean() != nullptr && !*value.boolean();
      if (!proved) finding.assumption = fill(compiled_.telling().assumption, "assumed.because");
    }
    finding.confidence = finding.assumption.empty() ? Confidence::proved : Confidence::assumed;
  }

  void add_evidence(Finding& finding, const cel::Object& subject) {
    for (const CompiledEvidence& evidence : compiled_.telling().evidence) {
      if (evidence.each.empty()) {
        add_step(finding, evidence);
        continue;
      }
      const cel::Value list = evaluate(evidence.each, "evidence");
      for (const cel::Value& item : items_of(list)) {
        scope_.set_last(item);
        add_step(finding, evidence);
      }
      scope_.set_last(std::nullopt);
    }
    if (const analysis::Row* row = facts_.row_of(&subject)) {
      for (const analysis::Step& step : row->steps()) {
        finding.evidence.push_back({first_line(sources_, step.span), step.text});
      }
    }
  }

  /// Of a template that the CDK wrote, what in the program it comes from.
  static void add_construct(Finding& finding, const graph::Node& node) {
    if (node.resource == nullptr) return;
    const value::Value path = node.resource->metadata.get("aws:cdk:path");
    const auto text = path.as_string();
    if (!text) return;
    finding.evidence.push_back(
        {path.span(), "the CDK makes this of the construct `" + std::string(*text) + "`"});
  }

  static std::vector<cel::Value> items_of(const cel::Value& list) {
    if (list.list() != nullptr) return *list.list();
    std::vector<cel::Value> items;
    if (list.is_property()) {
      for (const value::Value& item : list.property()->items()) items.emplace_back(item);
    }
    return items;
  }

  /// The part of a text that isn't known shows as a gap.
  static std::string legible(std::string text) {
    constexpr std::string_view unknown = "${?}";
    constexpr std::string_view gap = "…";
    for (std::size_t at = text.find(unknown); at != std::string::npos;
         at = text.find(unknown, at + gap.size()))
      text.replace(at, unknown.size(), gap);
    return text;
  }

  void add_step(Finding& finding, const CompiledEvidence& evidence) {
    if (!evidence.when.empty()) {
      const cel::Value value = evaluate(evidence.when, "evidence");
      if (value.boolean() == nullptr || !*value.boolean()) return;
    }
    EvidenceStep step;
    if (!evidence.at.empty()) {
      const cel::Value at = evaluate(evidence.at, "evidence");
      step.span = at.object() != nullptr ? at.object()->span() : at.span();
      const auto property = at.property();
      if (property && property->is_map() && property->key_span().valid()) step.span = property->key_span();
    }
    step.span = first_line(sources_, step.span);
    step.message = legible(fill(evidence.message, "evidence"));
    finding.evidence.push_back(std::move(step));
  }

  cel::Value evaluate(const cel::Program& program, std::string_view part) {
    cel::Value value = program.evaluate(scope_);
    if (value.error() != nullptr) fail(part, value.error()->message);
    return value;
  }

  std::string fill(const Text& text, std::string_view part) {
    std::string error;
    std::string result = text.fill(scope_, error);
    if (!error.empty()) fail(part, error);
    return result;
  }

  /// A bug of the rule: one is told, the rest of this rule is left out.
  void fail(std::string_view part, const std::string& message) {
    if (!told_) failures_.push_back(rule_.code + ": `" + std::string(part) + "`: " + message);
    told_ = true;
    failed_ = true;
  }

  const Rule& rule_;
  const Compiled& compiled_;
  const analysis::Facts& facts_;
  const text::SourceMap& sources_;
  Authored& authored_;
  Constructs& constructs_;
  Scope scope_;
  std::vector<std::string>& failures_;
  bool failed_ = false; ///< While judging this subject.
  bool told_ = false;   ///< A rule's first failure says enough.
};

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
    silenced.insert(rule->silences.begin(), rule->silences.end());
  }
  for (State::Entry& entry : state_->entries)
    entry.is_alone = entry.rule.silences.empty() && !silenced.contains(entry.rule.code);
}

Judge::~Judge() = default;

namespace {

constexpr std::size_t few_nodes = 200;

std::vector<bool> wanted_fixes(const std::vector<Draft>& drafts, const ChooseFixes& choose) {
  if (!choose) return std::vector<bool>(drafts.size(), true);
  std::vector<const Finding*> findings;
  for (const Draft& draft : drafts) findings.push_back(&draft.finding);
  return choose(findings);
}

/// What one rule says of a system.
struct Verdict {
  std::vector<Draft> drafts;
  std::vector<std::string> failures;
};

} // namespace

std::vector<Finding> Judge::run(const analysis::Facts& facts, const Texts& texts, parallel::Workers& workers,
                                std::vector<std::string>& failures, const ChooseFixes& choose) const {
  const SystemObject system(facts);
  cel::Lookups lookups; // of lists of `system`
  // Asked for fixes only, one after the other.
  Authored authored(texts);
  Constructs constructs(facts.system());
  const cel::Value settings = settings_value(facts.settings());
  std::vector<Verdict> verdicts(state_->entries.size());
  const auto trial_of = [&](const State::Entry& entry, std::vector<std::string>& failed) {
    Scope scope(entry.compiled, lookups, cel::Value(&system), settings, entry.compiled.parameters());
    return Trial(entry.rule, entry.compiled, facts, authored, constructs, std::move(scope), failed);
  };
  const auto judge = [&](std::size_t i) {
    const State::Entry& entry = state_->entries[i];
    const std::vector<const cel::Object*> subjects = subjects_of(entry.rule, facts);
    if (subjects.empty()) return;
    Trial trial = trial_of(entry, verdicts[i].failures);
    for (const cel::Object* subject : subjects) trial.judge(*subject, verdicts[i].drafts);
    // Kept until all rules have judged: what can be merged before takes less room then.
    if (entry.is_alone) verdicts[i].drafts = merge(std::move(verdicts[i].drafts), texts.sources);
    verdicts[i].drafts.shrink_to_fit();
  };
  parallel::Workers alone; // Of a small system, sharing costs more than it gains.
  (facts.system().nodes.size() < few_nodes ? alone : workers).each(verdicts.size(), judge);
  std::vector<std::vector<Draft>> by_rule;
  for (Verdict& verdict : verdicts) {
    by_rule.push_back(std::move(verdict.drafts));
    std::ranges::move(verdict.failures, std::back_inserter(failures));
  }
  silence(by_rule, [&](std::size_t rule) -> const Rule& { return state_->entries[rule].rule; });
  std::size_t count = 0;
  for (std::size_t i = 0; i < by_rule.size(); ++i) {
    if (!state_->entries[i].is_alone) by_rule[i] = merge(std::move(by_rule[i]), texts.sources);
    count += by_rule[i].size();
  }
  std::vector<Finding> findings;
  findings.reserve(count);
  for (std::size_t i = 0; i < by_rule.size(); ++i) {
    if (by_rule[i].empty()) continue;
    Trial trial = trial_of(state_->entries[i], failures);
    std::vector<Draft> drafts = std::move(by_rule[i]); // goes when it is told
    const std::vector<bool> wanted = wanted_fixes(drafts, choose);
    for (std::size_t k = 0; k < drafts.size(); ++k) {
      if (wanted[k]) trial.set_fix(drafts[k]);
      findings.push_back(std::move(drafts[k].finding));
    }
  }
  std::stable_sort(findings.begin(), findings.end(), before);
  return findings;
}

std::vector<Finding> run(std::span<const Rule* const> rules, const analysis::Facts& facts,
                         const text::SourceMap& sources, std::vector<std::string>& failures) {
  parallel::Workers alone;
  return Judge(rules).run(facts, sources, alone, failures);
}

} // namespace slsaudit::rules
