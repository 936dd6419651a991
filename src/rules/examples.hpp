// SPDX-License-Identifier: Apache-2.0
// A rule's examples are its tests: each goes through the whole pipeline, from text to findings.
#pragma once

#include "rules/engine.hpp"

namespace slsaudit::rules {

/// What a text gives, for tests and tools that need no more than one template.
/// The day (`settings.as_of`) that examples of rules are judged on.
inline constexpr const char* example_date = "2026-08-01";

struct Trialled {
  std::vector<Finding> findings;
  text::Problems errors;             ///< Of reading, level error.
  std::vector<std::string> failures; ///< Of rules.
};

/// Reads `path` of `files` as a template and judges it, together with those of the other files that are
/// templates: they are one system. What kind each is follows from its content.
[[nodiscard]] Trialled judge_file(const text::MemoryFileSystem& files, const std::string& path,
                                  std::span<const Rule* const> rules, text::SourceMap& sources,
                                  const analysis::Settings& settings = {});

/// YAML that is merged into a template as a fix is (rules/fixes.hpp).
struct Edit {
  std::string text;
  std::string resource; ///< The one that keys of properties belong to.
  std::string path;     ///< The file; empty for the template that is judged.
  text::Span replaced;  ///< Valid: the text stands in the place of that, whose file is `path`.
};
/// What a finding's fix asks for.
[[nodiscard]] std::vector<Edit> edits_of(const Finding& finding, const text::SourceMap& sources);

/// The same after edits, made in that order.
[[nodiscard]] Trialled judge_edited(const text::MemoryFileSystem& files, const std::string& path,
                                    std::span<const Edit> edits, std::span<const Rule* const> rules,
                                    text::SourceMap& sources, const analysis::Settings& settings = {});

/// Fills `shown_fix` for readers: holes as the first failing example that a fix is for fills them.
void show_fixes(Rule& rule);

/// Whether the fixes are ones: what is told of each failing example, done there, leaves the rule nothing to
/// find. Empty when all are, or the rule says that none can be.
[[nodiscard]] std::vector<std::string> check_fixes(const Rule& rule);

/// A finding that an example expects and hasn't got, or has and does not expect.
struct Difference {
  bool is_expected = false;
  std::string file; ///< Empty: the example's template.
  int line = 0;
  int column = 0;                   ///< 0 when not stated.
  std::optional<Severity> severity; ///< Nothing when not stated.
  std::string message;              ///< Of what was found.
};

struct ExampleOutcome {
  std::vector<std::string> complaints; ///< Of reading the template, and of rules.
  std::vector<Difference> differences; ///< By place.
};
[[nodiscard]] ExampleOutcome try_example(const Rule& rule, const Example& example);

/// The same as sentences: "expected a finding at 5:26, there is none". Empty when it holds.
[[nodiscard]] std::vector<std::string> check_example(const Rule& rule, const Example& example);

} // namespace slsaudit::rules
