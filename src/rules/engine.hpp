// SPDX-License-Identifier: Apache-2.0
// Rules meet facts.
#pragma once

#include "analysis/table.hpp"
#include "parallel/workers.hpp"
#include "rules/rule.hpp"
#include "rules/texts.hpp"
#include "text/file_system.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace slsaudit::rules {

/// The rules compiled into the binary, by code. Made at first use.
[[nodiscard]] const std::vector<Rule>& builtin();
/// The same for those who judge only: a fraction of the time.
[[nodiscard]] std::vector<Rule> builtin_without_examples();

struct PackedExpressions; // packed_expressions.hpp
/// The expressions of builtin(), ready to be evaluated.
[[nodiscard]] const PackedExpressions& builtin_expressions();

/// A rule file that can't be used: where and why (exit 2). Line and column from 1.
struct RuleFileError {
  std::string path;
  int line = 1;
  int column = 1;
  std::string message;
};

struct Loaded {
  std::vector<Rule> rules;
  std::vector<RuleFileError> errors;
};

/// One file's text; `path` is only for messages. Checks everything: keys, types, expressions, columns,
/// placeholders.
[[nodiscard]] Loaded load(const std::string& path, const std::string& text);
/// Every .yaml and .yml below a directory, in the order of paths; folders named `knowledge` hold facts and
/// are passed over.
[[nodiscard]] Loaded load_directory(const text::FileSystem& files, const std::string& directory);

/// Says of each of a rule's findings whether its fix is wanted; empty where all are.
using ChooseFixes = std::function<std::vector<bool>(const std::vector<const Finding*>& findings)>;

/// Findings by rule: each stands where it was made, so that the facts can go before all are put together.
using Told = std::vector<std::vector<Finding>>;
/// All, in the order of `before`.
[[nodiscard]] std::vector<Finding> in_order(Told told);

/// What is wanted of a run; of what is empty, all.
struct Wanted {
  ChooseFixes fixes{};
  std::function<bool(const Rule& rule)> rules{};
};

/// Rules ready to judge. Expressions are compiled when they are first needed, unless `packed` has them, and
/// then kept: one Judge serves all systems of a run. Safe to use from several threads.
class Judge {
public:
  /// The rules must outlive it.
  explicit Judge(std::span<const Rule* const> rules, const PackedExpressions* packed = nullptr);
  ~Judge();
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  /// Rules are shared out among the workers; what comes out doesn't depend on how many there are.
  [[nodiscard]] Told run(const analysis::Facts& facts, const Texts& texts, parallel::Workers& workers,
                         std::vector<std::string>& failures, const Wanted& wanted = {}) const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Judges once; the findings are ordered and unique. An expression that ends in an error is a bug of its
/// rule: it is told in `failures` ("CON007: …"), never as a finding.
[[nodiscard]] std::vector<Finding> run(std::span<const Rule* const> rules, const analysis::Facts& facts,
                                       const text::SourceMap& sources, std::vector<std::string>& failures);

} // namespace slsaudit::rules
