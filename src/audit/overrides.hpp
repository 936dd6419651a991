// SPDX-License-Identifier: Apache-2.0
// What the configuration says of some paths and stacks only: which rules run there, with which parameters and
// severities.
//
// Rules are judged over whole systems, so a rule with other parameters in some places is judged once more for
// each such set of places, and of its findings only those that stand there are kept.
#pragma once

#include "audit/configuration.hpp"
#include "audit/load.hpp"
#include "audit/path_patterns.hpp"
#include "rules/engine.hpp"
#include "rules/finding.hpp"
#include "text/file_system.hpp"

#include <memory>
#include <string>
#include <vector>

namespace slsaudit::audit {

/// What a template's stack is called: a Serverless Framework service and its stack, the logical id of a
/// nested stack, else the file's name without extensions, which is what the CDK names it by.
[[nodiscard]] std::vector<std::string> stack_names(const LoadedTemplate& loaded,
                                                   const text::SourceMap& sources);

/// Whether a name fits a pattern with `*` and `?`.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view name);

/// Which overrides hold where.
class OverrideMatcher {
public:
  OverrideMatcher(const Configuration& configuration, const text::FileSystem& files);
  /// For a template of that path and those stack names: indices, ascending.
  [[nodiscard]] std::vector<std::size_t> holding(const std::string& path,
                                                 const std::vector<std::string>& stacks) const;

private:
  const std::vector<Override>& overrides_;
  std::vector<PathPatterns> paths_;
};

/// The rules of a run as the overrides see them.
struct OverridableRules {
  std::vector<const rules::Rule*> chosen;      ///< They run where no override says otherwise.
  std::vector<const rules::Rule*> addable;     ///< Overrides may add them. None: the selection is not theirs.
  std::shared_ptr<const rules::Judge> judge{}; ///< Of rules_run_anywhere(); null: to be made.
};

/// The chosen rules and those that an override adds somewhere, by code.
[[nodiscard]] std::vector<const rules::Rule*> rules_run_anywhere(const Configuration& configuration,
                                                                 const OverridableRules& rules);

class Overrides {
public:
  /// Of all templates that were read. What it is given must outlive it.
  Overrides(const Configuration& configuration, OverridableRules rules,
            const std::vector<LoadedTemplate>& templates, const text::FileSystem& files,
            const rules::Texts& texts);

  /// The rules that run anywhere, by code.
  [[nodiscard]] const std::vector<const rules::Rule*>& run_anywhere() const { return run_anywhere_; }

  /// As rules::Judge::run, with the parameters that hold where each finding stands. Safe to use from several
  /// threads.
  [[nodiscard]] rules::Told judge(const analysis::Facts& facts, parallel::Workers& workers,
                                  std::vector<std::string>& failures, const rules::Wanted& wanted = {}) const;
  /// Drops findings of rules that don't run where they stand, and sets severities.
  void apply(std::vector<rules::Finding>& findings) const;

private:
  using Holding = std::vector<std::size_t>; ///< Indices of overrides, ascending.
  /// The files for which the same overrides hold.
  struct Place {
    Holding holding;
    std::vector<rules::Rule> changed;      ///< With the parameters that they have here.
    std::unique_ptr<rules::Judge> judge{}; ///< Of those; null where there are none.
  };
  [[nodiscard]] const Place* place_of(const rules::Finding& finding) const;
  [[nodiscard]] std::vector<rules::Rule> changed(const Holding& holding) const;
  [[nodiscard]] bool decide(const Place& place, const rules::Rule& rule, rules::Finding& finding) const;

  const std::vector<Override>& overrides_;
  OverridableRules rules_;
  rules::Texts texts_;
  std::vector<const rules::Rule*> run_anywhere_;
  std::shared_ptr<const rules::Judge> judge_;
  std::vector<Place> places_;
  std::vector<std::size_t> by_file_; ///< Index into places_.
};

} // namespace slsaudit::audit
