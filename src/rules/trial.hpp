// SPDX-License-Identifier: Apache-2.0
// One rule over one system: which subjects it speaks of, and what it says of each.
#pragma once

#include "rules/compiled.hpp"
#include "rules/constructs.hpp"
#include "rules/fixes.hpp"
#include "rules/merge.hpp"
#include "rules/scope.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::rules {

/// What fixes are written from. One thread's.
struct FixSources {
  FixSources(const Texts& texts, const graph::System& system) : authored(texts), constructs(system) {}
  Authored authored;
  Constructs constructs;
};

class Trial {
public:
  /// `fixes` may be null where none is asked for.
  Trial(const Rule& rule, const Compiled& compiled, const analysis::Facts& facts,
        const text::SourceMap& sources, FixSources* fixes, Scope scope, std::vector<std::string>& failures)
      : rule_(rule), compiled_(compiled), facts_(facts), sources_(sources), fixes_(fixes),
        scope_(std::move(scope)), failures_(failures) {}

  void judge(const cel::Object& subject, std::vector<Draft>& drafts);
  /// Only of what is told: a fix may name all that one finding stands for.
  void set_fix(Draft& draft);

private:
  Draft describe(const cel::Object& subject, const cel::Value& verdict);
  /// Texts grow by doubling, and findings stay until they are printed.
  static void shrink(Finding& finding);
  /// How the value got there. What came through a parameter is changed where it was given: the finding stands
  /// there, and where it is used becomes a step. A text at `at` still shows the references that it isn't
  /// about: then what stands round them is meant. What is written out where it is used was only chosen by the
  /// parameter, in a condition: it is changed there.
  void trace(Finding& finding, const value::Origin* origin, const cel::Value& at);
  static std::string author_id(const graph::Node& node);
  /// Plain CloudFormation may stand in every dialect: its fix is right where the resource is written so, and
  /// wherever a rule has no other.
  void set_fix(Finding& finding, const dialect::Resource* resource);
  /// Adds what mends the others that a finding speaks for, where its fix replaces pieces of the text.
  void mend_others(Draft& draft);
  /// What is merged, as readers of this template are told it.
  void tell_fix(Draft& draft);
  /// Leaves the finding without one where there is nothing to replace, or the edit would be too long.
  void set_edit(Finding& finding, const CompiledFix& fix);
  void add_replacement(const Finding& finding, const CompiledFix& fix, std::string& whole,
                       std::vector<Replacement>& replaced);
  std::string snippet(const CompiledFix& fix);
  Severity severity();
  void set_confidence(Finding& finding, const cel::Value& verdict);
  void add_evidence(Finding& finding, const cel::Object& subject);
  /// Of a template that the CDK wrote, what in the program it comes from.
  static void add_construct(Finding& finding, const graph::Node& node);
  static std::vector<cel::Value> items_of(const cel::Value& list);
  /// The part of a text that isn't known shows as a gap.
  static std::string legible(std::string text);
  void add_step(Finding& finding, const CompiledEvidence& evidence);
  cel::Value evaluate(const cel::Program& program, std::string_view part);
  std::string fill(const Text& text, std::string_view part);
  /// A bug of the rule: one is told, the rest of this rule is left out.
  void fail(std::string_view part, const std::string& message);

  const Rule& rule_;
  const Compiled& compiled_;
  const analysis::Facts& facts_;
  const text::SourceMap& sources_;
  FixSources* fixes_;
  Scope scope_;
  std::vector<std::string>& failures_;
  bool failed_ = false; ///< While judging this subject.
  bool told_ = false;   ///< A rule's first failure says enough.
};

} // namespace slsaudit::rules
