// SPDX-License-Identifier: Apache-2.0
// A rule as its file says it. Built-in rules are compiled into a table of these at build time; `--rules DIR`
// loads more of the same at run time.
#pragma once

#include "rules/finding.hpp"
#include "text/result.hpp"

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
  std::string each;
  std::string when; ///< Empty: always.
  std::string at;   ///< Empty: no place.
  std::string message;
};

/// A threshold or list that configuration may set; expressions read it as `parameters.name`.
struct RuleParameter {
  std::string name;
  std::string value; ///< A CEL literal: a number, a bool, a string, or a list of those.
  std::string meaning;
};

/// What to change in one case.
struct Fix {
  std::string when; ///< An expression: the case. Empty: any that is left.
  std::string of;   ///< The same in words, for readers: "an HTTP API".
  /// An expression that gives a list: one edit for each item, which `item` names. Empty: one edit.
  std::string each;
  /// An expression: the edit stands in the place of its value, in any dialect. Empty: the edit is merged.
  std::string replaces;
  std::string edit; ///< A snippet with holes between « and ».
};

/// All expressions are CEL source; docs/rule-format.md says what they may use. `for_each` names a table
/// ("resources", "edges", "statements" …), `of` narrows it by resource types or edge kinds. `when` decides;
/// unknown never fires.
struct Rule {
  std::string code;
  std::string name;
  std::vector<std::string> aliases;
  std::string group;        ///< "CON": the folder, and the code's letters.
  std::string profile;      ///< "default" or "strict"
  std::string since;        ///< Version that first had it.
  std::string summary;      ///< One sentence without period, at most 100 bytes.
  std::string severity;     ///< A severity's name, or a CEL expression that gives one.
  std::string confidence;   ///< "proved", or "assumed: what is taken for granted"
  std::string assumed_when; ///< An expression: where true the finding is assumed. Empty: never.
  std::string assumption;   ///< What it then takes for granted; text with holes.
  std::string for_each;
  std::vector<std::string> of;
  std::vector<RuleParameter> parameters;
  std::vector<std::pair<std::string, std::string>>
      let; ///< Names for subexpressions, in order; later may use earlier.
  std::string when;
  std::string at;       ///< Where the finding points: an expression whose value's span is taken.
  std::string message;  ///< Text with {CEL expression} holes; `{{` is a brace.
  std::string merge_by; ///< Findings of one template where this is equal are one. Empty: those at one place.
  /// "anywhere", or "everywhere": findings that a condition takes away where the resource stays are left out.
  std::string holds = "anywhere";
  std::string key; ///< Tells findings on one property apart, for the fingerprint. Empty: nothing does.
  std::vector<EvidenceRule> evidence;
  std::string why;
  std::array<std::vector<Fix>, 3> fix;  ///< By dialect::Dialect; the first that applies is told.
  std::array<std::string, 3> shown_fix; ///< The same for readers: filled as in the failing examples.
  /// Applied to any failing example the fix must silence the rule (rules/fixes.hpp); where no edit of the
  /// template can, this is "advice", else "edit".
  std::string fix_is = "edit";
  std::string limits;
  std::vector<std::string> references;
  std::vector<std::string>
      tags; ///< "security", "reliability", "cost", "performance", "operability", "lock-in"
  std::string security_severity; ///< "7.5"; only where it is a matter of security.
  std::vector<std::pair<std::string, std::vector<std::string>>>
      equivalents;                   ///< Other tools' ids for the same thing, by tool.
  std::vector<std::string> silences; ///< Codes whose findings there this rule's make needless.
  std::vector<Example> examples;
  std::string path; ///< Of the file it came from.
};

} // namespace slsaudit::rules
