// SPDX-License-Identifier: Apache-2.0
// A rule as its file says it. Built-in rules are compiled into a table of these at build time; `--rules DIR`
// loads more of the same at run time.
#pragma once

#include "rules/finding.hpp"
#include "text/result.hpp"
#include "text/shared_text.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace slsaudit::rules {

struct ExpectedFinding {
  std::string file; ///< Among the example's `files`; empty: in its template.
  int line = 0;     ///< From 1.
  int column = 0;   ///< 0 when not stated.
  std::optional<Severity> severity;
};

struct Example {
  std::string name;
  dialect::Dialect dialect = dialect::Dialect::cloudformation;
  std::string text;
  /// Others beside the template, by path: those that are templates form one system with it.
  std::vector<std::pair<std::string, std::string>> files;
  std::vector<ExpectedFinding> expect; ///< Empty: the rule must be silent.
  std::string kind;                    ///< "failing", "passing" or "unknown"
};

/// A step of the proof beside what the row of facts brings. With `each`, one step for every item of a list,
/// which `item` names in the other three.
struct EvidenceRule {
  text::SharedText each;
  text::SharedText when; ///< Empty: always.
  text::SharedText at;   ///< Empty: no place.
  text::SharedText message;
};

/// A threshold or list that configuration may set; expressions read it as `parameters.name`.
struct RuleParameter {
  text::SharedText name;
  text::SharedText value; ///< A CEL literal: a number, a bool, a string, or a list of those.
  text::SharedText meaning;
};

/// What to change in one case.
struct Fix {
  text::SharedText when; ///< An expression: the case. Empty: any that is left.
  text::SharedText of;   ///< The same in words, for readers: "an HTTP API".
  /// An expression that gives a list: one edit for each item, which `item` names. Empty: one edit.
  text::SharedText each;
  /// An expression: the edit stands in the place of its value, in any dialect. Empty: the edit is merged.
  text::SharedText replaces;
  text::SharedText edit; ///< A snippet with holes between « and ».
};

/// All expressions are CEL source; docs/rule-format.md says what they may use. `for_each` names a table
/// ("resources", "edges", "statements" …), `of` narrows it by resource types or edge kinds. `when` decides;
/// unknown never fires.
struct Rule {
  text::SharedText code;
  text::SharedText name;
  std::vector<text::SharedText> aliases;
  text::SharedText group;        ///< "CON": the folder, and the code's letters.
  text::SharedText profile;      ///< "default" or "strict"
  text::SharedText since;        ///< Version that first had it.
  text::SharedText summary;      ///< One sentence without period, at most 100 bytes.
  text::SharedText severity;     ///< A severity's name, or a CEL expression that gives one.
  text::SharedText confidence;   ///< "proved", or "assumed: what is taken for granted"
  text::SharedText assumed_when; ///< An expression: where true the finding is assumed. Empty: never.
  text::SharedText assumption;   ///< What it then takes for granted; text with holes.
  text::SharedText for_each;
  std::vector<text::SharedText> of;
  std::vector<RuleParameter> parameters;
  std::vector<std::pair<text::SharedText, text::SharedText>>
      let; ///< Names for subexpressions, in order; later may use earlier.
  text::SharedText when;
  text::SharedText at;      ///< Where the finding points: an expression whose value's span is taken.
  text::SharedText message; ///< Text with {CEL expression} holes; `{{` is a brace.
  text::SharedText
      merge_by; ///< Findings of one template where this is equal are one. Empty: those at one place.
  /// "anywhere", or "everywhere": findings that a condition takes away where the resource stays are left out.
  text::SharedText holds = text::SharedText::of_lasting("anywhere");
  text::SharedText key; ///< Tells findings on one property apart, for the fingerprint. Empty: nothing does.
  std::vector<EvidenceRule> evidence;
  text::SharedText why;
  std::array<std::vector<Fix>, 3> fix;       ///< By dialect::Dialect; the first that applies is told.
  std::array<text::SharedText, 3> shown_fix; ///< The same for readers: filled as in the failing examples.
  /// Applied to any failing example the fix must silence the rule (rules/fixes.hpp); where no edit of the
  /// template can, this is "advice", else "edit".
  text::SharedText fix_is = text::SharedText::of_lasting("edit");
  text::SharedText limits;
  std::vector<text::SharedText> references;
  std::vector<text::SharedText>
      tags; ///< "security", "reliability", "cost", "performance", "operability", "lock-in"
  text::SharedText security_severity; ///< "7.5"; only where it is a matter of security.
  std::vector<std::pair<text::SharedText, std::vector<text::SharedText>>>
      equivalents;                        ///< Other tools' ids for the same thing, by tool.
  std::vector<text::SharedText> silences; ///< Codes whose findings there this rule's make needless.
  std::vector<Example> examples;
  text::SharedText path; ///< Of the file it came from.
};

} // namespace slsaudit::rules
