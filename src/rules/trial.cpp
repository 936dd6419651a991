// SPDX-License-Identifier: Apache-2.0
#include "rules/trial.hpp"

#include "rules/place.hpp"
#include "rules/told_fix.hpp"
#include "text/assert.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace slsaudit::rules {
namespace {

constexpr std::size_t longest_fix = 16UL * 1024; ///< Nobody reads, and no report shows, more.

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

/// A scalar without its quotes.
std::string_view unquoted(std::string_view text) {
  const bool quoted =
      text.size() > 1 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

} // namespace

void Trial::judge(const cel::Object& subject, std::vector<Draft>& drafts) {
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

void Trial::set_fix(Draft& draft) {
  failed_ = false;
  scope_.enter(cel::Value(draft.subject).at(draft.subject->span()));
  set_fix(draft.finding, draft.resource);
  mend_others(draft);
  tell_fix(draft);
  fixes_->authored.forget_made();
  draft.finding.fix.shrink_to_fit();
  for (Replacement& one : draft.finding.replaced) one.text.shrink_to_fit();
  if (failed_) draft.finding.fix.clear();
  draft.finding.edit.shrink_to_fit();
}

Draft Trial::describe(const cel::Object& subject, const cel::Value& verdict) {
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
  const dialect::Resource* resource = place.resource.valid() ? system.node(place.resource).resource : nullptr;
  draft.subject = &subject;
  draft.resource = resource;
  finding.everywhere = rule_.holds == "everywhere";
  if (resource != nullptr) finding.condition = resource->condition;
  finding.severity = severity();
  set_confidence(finding, verdict);
  finding.message = legible(fill(compiled_.telling().message, "message"));
  add_evidence(finding, subject);
  trace(finding, place.origin, at);
  if (place.resource.valid()) add_construct(finding, system.node(place.resource));
  shrink(finding);
  draft.shared = place.shared;
  draft.template_file = source != nullptr ? source->file : finding.span.file;
  if (!compiled_.telling().merge_by.empty())
    draft.merge_key = evaluate(compiled_.telling().merge_by, "merge-by").display();
  if (!compiled_.telling().key.empty()) draft.key = evaluate(compiled_.telling().key, "key").display();
  return draft;
}

void Trial::shrink(Finding& finding) {
  finding.message.shrink_to_fit();
  finding.evidence.shrink_to_fit();
  for (EvidenceStep& step : finding.evidence) step.message.shrink_to_fit();
}

void Trial::trace(Finding& finding, const value::Origin* origin, const cel::Value& at) {
  const std::string_view told = at.string().value_or("");
  const bool chosen = finding.span.valid() && unquoted(sources_.text(finding.span)) == at.display();
  for (; origin != nullptr; origin = origin->next) {
    if (is_given(*origin) && chosen) {
      finding.evidence.push_back(
          {first_line(sources_, origin->span),
           "a condition on the parameter `" + std::string(origin->name) + "` chooses it"});
      continue;
    }
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

std::string Trial::author_id(const graph::Node& node) {
  const std::string_view author = node.resource == nullptr ? std::string_view() : node.resource->author.id;
  return author.empty() ? node.label : std::string(author);
}

void Trial::set_fix(Finding& finding, const dialect::Resource* resource) {
  SLSAUDIT_ASSERT(fixes_ != nullptr);
  const bool plain = resource != nullptr && resource->author.type.empty();
  constexpr auto cloudformation = dialect::Dialect::cloudformation;
  const std::array<dialect::Dialect, 2> spellings{plain ? cloudformation : finding.dialect,
                                                  plain ? finding.dialect : cloudformation};
  scope_.set_last(cel::Value(finding.resource));
  for (const dialect::Dialect spelling : spellings) {
    for (const CompiledFix& fix : compiled_.fixes(spelling)) {
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
    finding.fix = fixes_->constructs.spoken(std::move(finding.fix));
}

void Trial::mend_others(Draft& draft) {
  constexpr std::size_t most = 10; // Who has more sees from these what to do.
  Finding& whole = draft.finding;
  std::size_t mended = 1;
  for (const Draft::Other& other : draft.others) {
    if (whole.replaced.empty() || mended == most) return;
    Finding one;
    one.span = whole.span;
    one.dialect = whole.dialect;
    one.resource = other.author;
    scope_.enter(cel::Value(other.subject).at(other.subject->span()));
    set_fix(one, other.resource);
    fixes_->authored.forget_made(); // there may be thousands of which few are mended
    const bool again = std::ranges::any_of(one.replaced, [&](const Replacement& piece) {
      return std::ranges::any_of(whole.replaced, [&](const Replacement& known) {
        return known.place.contains(piece.place) || piece.place.contains(known.place);
      });
    });
    if (one.replaced.empty() || again || whole.fix.size() + one.fix.size() > longest_fix) continue;
    whole.fix += one.fix;
    std::ranges::move(one.replaced, std::back_inserter(whole.replaced));
    ++mended;
  }
}

void Trial::tell_fix(Draft& draft) {
  Finding& finding = draft.finding;
  if (finding.fix.empty() || !finding.replaced.empty()) return;
  const text::FileId file = draft.template_file.valid() ? draft.template_file : finding.span.file;
  const bool is_json = file.valid() && fixes_->authored.is_json(file);
  std::string told = is_json ? as_json(finding.fix, Part::merged) : with_removals(finding.fix);
  // Whom a finding leads to another file looks for the keys there.
  if (file != finding.span.file && finding.span.file.valid())
    told = (is_json ? "// in " : "# in ") + std::string(sources_.path(file)) +
           ", or where that takes it from: " + std::string(sources_.path(finding.span.file)) + "\n" + told;
  if (told == finding.fix) return;
  finding.edit = std::move(finding.fix);
  finding.fix = std::move(told);
}

void Trial::set_edit(Finding& finding, const CompiledFix& fix) {
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
  if (whole.size() > longest_fix) return;
  finding.fix = std::move(whole);
  finding.replaced = std::move(replaced);
}

namespace {

/// What is told of a text that takes the place of something: that no item does so is said in words.
std::string as_told(const std::string& text) {
  constexpr std::string_view none = "[]";
  std::string_view rest = text;
  while (rest.starts_with('#') && rest.find('\n') != std::string_view::npos)
    rest.remove_prefix(rest.find('\n') + 1);
  const bool is_none = rest == none || rest == "[]\n";
  if (!is_none) return text;
  const std::string remarks = text.substr(0, text.size() - rest.size());
  return remarks.empty() ? "# nothing" + std::string(rest.substr(none.size())) : remarks;
}

} // namespace

void Trial::add_replacement(const Finding& finding, const CompiledFix& fix, std::string& whole,
                            std::vector<Replacement>& replaced) {
  const cel::Value value = evaluate(fix.replaces, "fix.replaces");
  const text::Span place = value.is_property() ? value.property()->span() : value.span();
  const bool known = std::ranges::find(replaced, place, &Replacement::place) != replaced.end();
  if (known) return;
  const std::string where = in_place_of(place, finding.span.file, sources_);
  if (fixes_->authored.at(place) == nullptr) {
    const Authored::TextAround around = fixes_->authored.text_around(place);
    if (around.node == nullptr) return;
    const Part part = is_json_item(place, sources_) ? Part::items : Part::value;
    const std::optional<JsonEdit> edit = as_json_in_text(snippet(fix), part, around.has_names);
    if (!edit) return;
    whole += where + with_comma(edit->told, place, sources_);
    replaced.push_back({place, edit->json});
    return;
  }
  std::string text = snippet(fix);
  const bool is_item = fixes_->authored.is_item(place);
  if (fixes_->authored.is_json(place.file))
    whole += "//" + where.substr(1) +
             with_comma(as_json(text, is_item ? Part::items : Part::value), place, sources_);
  else
    whole += where + as_told(is_item && has_own_lines(place, sources_) ? as_item(text) : text);
  replaced.push_back({place, std::move(text)});
}

std::string Trial::snippet(const CompiledFix& fix) {
  std::string error;
  std::string text = fix.edit.fill_snippet(scope_, fixes_->authored, error);
  if (!error.empty()) fail("fix", error);
  return text;
}

Severity Trial::severity() {
  if (compiled_.telling().fixed_severity) return *compiled_.telling().fixed_severity;
  const cel::Value value = evaluate(compiled_.telling().severity, "severity");
  if (value.unknown() != nullptr) return compiled_.telling().mildest;
  const auto named = value.string().has_value() ? severity_from(*value.string()) : std::nullopt;
  if (!named && !failed_) fail("severity", "gives " + value.display() + ", expected the name of a severity");
  return named.value_or(Severity::medium);
}

void Trial::set_confidence(Finding& finding, const cel::Value& verdict) {
  constexpr std::string_view assumed = "assumed: ";
  if (rule_.confidence->starts_with(assumed)) {
    finding.assumption = rule_.confidence->substr(assumed.size());
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

void Trial::add_evidence(Finding& finding, const cel::Object& subject) {
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

void Trial::add_construct(Finding& finding, const graph::Node& node) {
  if (node.resource == nullptr) return;
  const value::Value path = node.resource->metadata.get("aws:cdk:path");
  const auto text = path.as_string();
  if (!text) return;
  finding.evidence.push_back(
      {path.span(), "the CDK makes this of the construct `" + std::string(*text) + "`"});
}

std::vector<cel::Value> Trial::items_of(const cel::Value& list) {
  if (list.list() != nullptr) return *list.list();
  std::vector<cel::Value> items;
  if (list.is_property()) {
    for (const value::Value& item : list.property()->items()) items.emplace_back(item);
  }
  return items;
}

std::string Trial::legible(std::string text) {
  constexpr std::string_view unknown = "${?}";
  constexpr std::string_view gap = "…";
  for (std::size_t at = text.find(unknown); at != std::string::npos; at = text.find(unknown, at + gap.size()))
    text.replace(at, unknown.size(), gap);
  return text;
}

void Trial::add_step(Finding& finding, const CompiledEvidence& evidence) {
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

cel::Value Trial::evaluate(const cel::Program& program, std::string_view part) {
  cel::Value value = program.evaluate(scope_);
  if (value.error() != nullptr) fail(part, value.error()->message);
  return value;
}

std::string Trial::fill(const Text& text, std::string_view part) {
  std::string error;
  std::string result = text.fill(scope_, error);
  if (!error.empty()) fail(part, error);
  return result;
}

void Trial::fail(std::string_view part, const std::string& message) {
  if (!told_) failures_.push_back(rule_.code + ": `" + std::string(part) + "`: " + message);
  told_ = true;
  failed_ = true;
}

} // namespace slsaudit::rules
