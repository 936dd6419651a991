// SPDX-License-Identifier: Apache-2.0
#include "rules/examples.hpp"

#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/cloudformation/sam_config.hpp"
#include "dialect/detect.hpp"
#include "dialect/json_properties.hpp"
#include "dialect/sam/lower.hpp"
#include "dialect/serverless/lower.hpp"
#include "rules/fixes.hpp"
#include "rules/holes.hpp"
#include "rules/suppression.hpp"
#include "rules/told_fix.hpp"
#include "syntax/reader.hpp"

#include <algorithm>
#include <map>

namespace slsaudit::rules {
namespace {

dialect::Lowered lower(const syntax::Document& document, dialect::Dialect dialect, text::Arena& arena,
                       const text::MemoryFileSystem& files, text::SourceMap& sources,
                       const std::string& path) {
  const dialect::Inputs inputs;
  const std::string directory = text::parent_path(path);
  const dialect::Project project{files, sources, directory, directory, {}};
  if (dialect == dialect::Dialect::serverless)
    return dialect::serverless::lower(document, arena, inputs, project);
  dialect::Lowered lowered = dialect == dialect::Dialect::sam
                                 ? dialect::sam::lower(document, arena, inputs)
                                 : dialect::cloudformation::lower(document, arena, inputs);
  dialect::cloudformation::add_sam_stages(project, path, arena, lowered.sections);
  return lowered;
}

/// The template with the problems of all steps, each once.
dialect::Template read_template(const syntax::Document& document, dialect::Dialect dialect,
                                text::Arena& arena, const text::MemoryFileSystem& files,
                                text::SourceMap& sources, const std::string& path) {
  const dialect::Lowered lowered = lower(document, dialect, arena, files, sources, path);
  dialect::Template result = dialect::cloudformation::evaluate(lowered, arena, {});
  dialect::read_json_properties(result, sources, arena);
  text::Problems all = document.problems;
  const text::Problems* const steps[] = {&lowered.problems, &result.problems};
  for (const text::Problems* step : steps) {
    for (const text::Problem& problem : *step) {
      const bool known = std::any_of(all.begin(), all.end(), [&](const text::Problem& other) {
        return other.span == problem.span && other.name == problem.name && other.message == problem.message;
      });
      if (!known) all.push_back(problem);
    }
  }
  result.problems = std::move(all);
  return result;
}

/// A template's file as it was read.
struct Read {
  syntax::Document document;
  dialect::Detected detected;
  std::string path;
};

Read read_document(std::string path, std::string bytes, text::Arena& arena, text::SourceMap& sources) {
  Read read{syntax::read(sources, arena, path, std::move(bytes)), {}, std::move(path)};
  if (read.document.root != nullptr) read.detected = dialect::detect(read.document);
  return read;
}

/// Paths of all files below the directory, sorted.
std::vector<std::string> all_paths(const text::MemoryFileSystem& files) {
  std::vector<std::string> found;
  std::vector<std::string> work{"."};
  while (!work.empty()) {
    const std::string directory = std::move(work.back());
    work.pop_back();
    const auto entries = files.list(directory);
    if (!entries.ok()) continue;
    for (const text::DirectoryEntry& entry : entries.value())
      (entry.is_directory ? work : found).push_back(text::join_path(directory, entry.name));
  }
  std::ranges::sort(found);
  return found;
}

/// The templates beside the one at `path`.
std::vector<Read> read_others(const text::MemoryFileSystem& files, const std::string& path,
                              text::Arena& arena, text::SourceMap& sources) {
  std::vector<Read> others;
  for (const std::string& other : all_paths(files)) {
    const bool is_data = other.ends_with(".yml") || other.ends_with(".yaml") || other.ends_with(".json");
    if (other == path || !is_data) continue;
    Read read = read_document(other, files.read(other, syntax::Limits().max_bytes).value(), arena, sources);
    if (read.detected.dialect) others.push_back(std::move(read));
  }
  return others;
}

Trialled judge_documents(std::vector<Read> documents, const text::MemoryFileSystem& files,
                         std::span<const Rule* const> rules, text::Arena& arena, text::SourceMap& sources,
                         const analysis::Settings& settings) {
  Trialled trialled;
  std::ranges::sort(documents, {}, &Read::path);
  std::vector<dialect::Template> templates;
  for (const Read& read : documents) {
    if (!read.detected.dialect) {
      trialled.errors = read.document.problems;
      trialled.failures.push_back(read.path + " is no template: " + read.detected.why_not);
      return trialled;
    }
    templates.push_back(
        read_template(read.document, *read.detected.dialect, arena, files, sources, read.path));
    for (const text::Problem& problem : templates.back().problems) {
      if (problem.level == text::ProblemLevel::error) trialled.errors.push_back(problem);
    }
  }
  const graph::System system = graph::build(std::move(templates), arena);
  const analysis::Facts facts(system, settings);
  const std::vector<const Rule*> known(rules.begin(), rules.end());
  Sifted sifted = sift(run(rules, facts, sources, trialled.failures), read_suppressions(sources), known,
                       known, {.as_of = settings.as_of}, sources, trialled.failures);
  trialled.findings = std::move(sifted.findings);
  return trialled;
}

/// What lifecycles are judged against changes with the day; examples stay what they are.
analysis::Settings example_settings() {
  analysis::Settings settings;
  settings.as_of = example_date;
  return settings;
}

/// An example as a file.
struct Trial {
  explicit Trial(const Example& example)
      : path(example.dialect == dialect::Dialect::serverless ? "serverless.yml" : "template.yaml"),
        files(with_template(example, path)) {}
  static std::map<std::string, std::string> with_template(const Example& example, const std::string& path) {
    std::map<std::string, std::string> all(example.files.begin(), example.files.end());
    all[path] = example.text;
    return all;
  }
  std::string path;
  text::MemoryFileSystem files;
};

/// Makes the edits that the findings of an example ask for, one finding after the other, until none is left.
std::string check_fixes_of(const Rule& rule, const Example& example) {
  const Trial trial(example);
  const Rule* rules[] = {&rule};
  std::vector<Edit> edits;
  std::size_t most = 0;
  for (std::size_t fixed = 0;; ++fixed) {
    text::SourceMap sources;
    const Trialled trialled =
        judge_edited(trial.files, trial.path, edits, rules, sources, example_settings());
    if (!trialled.failures.empty()) return trialled.failures.front();
    if (!edits.empty() && !trialled.errors.empty())
      return "it breaks the template: " + trialled.errors.front().message;
    if (trialled.findings.empty()) return {};
    const Finding& finding = trialled.findings.front();
    if (finding.fix.empty()) return "there is none for: " + finding.message;
    if (fixed == 0) most = trialled.findings.size();
    if (fixed == most) return "it leaves: " + finding.message;
    std::ranges::move(edits_of(finding, sources), std::back_inserter(edits));
  }
}

/// What a fix is in the first failing example of a dialect that it is told of; empty when it is in none.
std::string fix_in_examples(const Rule& rule, const Fix& fix, std::size_t dialect) {
  Rule alone = rule;
  alone.fix = {};
  alone.fix[dialect] = {fix};
  for (const Example& example : rule.examples) {
    if (static_cast<std::size_t>(example.dialect) != dialect || example.kind != "failing") continue;
    const Trial trial(example);
    const Rule* rules[] = {&alone};
    text::SourceMap sources;
    const Trialled trialled = judge_file(trial.files, trial.path, rules, sources, example_settings());
    for (const Finding& finding : trialled.findings) {
      if (!finding.fix.empty()) return finding.fix;
    }
  }
  return {};
}

std::string told_edit(const Fix& fix, std::string edit) {
  return fix.replaces.empty() ? with_removals(std::move(edit)) : edit;
}

/// A fix with the names of an example: of its own dialect, else of another, which has the same ones mostly.
/// Where no example shows its case, holes stay open.
std::string shown(const Rule& rule, const Fix& fix, std::size_t dialect) {
  std::vector<cel::ParseError> errors;
  const std::vector<Piece> pieces = split_marks(fix.edit, errors);
  if (std::ranges::none_of(pieces, &Piece::is_expression)) return told_edit(fix, fix.edit.str());
  std::string filled = fix_in_examples(rule, fix, dialect);
  for (std::size_t i = 0; i < rule.fix.size() && filled.empty(); ++i) {
    if (i != dialect) filled = fix_in_examples(rule, fix, i);
  }
  if (!filled.empty()) return filled;
  for (const Piece& piece : pieces) filled += piece.is_expression ? "…" : piece.text;
  return told_edit(fix, std::move(filled));
}

std::string told(const Difference& difference) {
  std::string text = difference.file.empty() ? "" : difference.file + ", ";
  text += "line " + std::to_string(difference.line);
  if (difference.column > 0) text += ", column " + std::to_string(difference.column);
  if (difference.severity) text += " (" + std::string(name(*difference.severity)) + ")";
  return text;
}

bool matches(const ExpectedFinding& expected, const Difference& found) {
  return expected.file == found.file && expected.line == found.line &&
         (expected.column == 0 || expected.column == found.column) &&
         (!expected.severity || *expected.severity == found.severity);
}

} // namespace

Trialled judge_file(const text::MemoryFileSystem& files, const std::string& path,
                    std::span<const Rule* const> rules, text::SourceMap& sources,
                    const analysis::Settings& settings) {
  const syntax::Limits limits;
  auto bytes = files.read(path, limits.max_bytes);
  if (!bytes) return {{}, {}, {bytes.error()}};
  text::Arena arena;
  std::vector<Read> documents = read_others(files, path, arena, sources);
  documents.push_back(read_document(path, std::move(bytes).value(), arena, sources));
  return judge_documents(std::move(documents), files, rules, arena, sources, settings);
}

std::vector<Edit> edits_of(const Finding& finding, const text::SourceMap& sources) {
  const auto path_of = [&](text::FileId file) {
    return file.valid() ? std::string(sources.path(file)) : std::string();
  };
  const std::string& merged = finding.edit.empty() ? finding.fix : finding.edit;
  // What is merged goes into the template, wherever in what it reads the finding stands.
  const text::FileId file = finding.template_file.valid() ? finding.template_file : finding.span.file;
  if (finding.replaced.empty()) return {{merged, finding.resource, path_of(file), {}}};
  std::vector<Edit> edits;
  for (const Replacement& one : finding.replaced)
    edits.push_back({one.text, finding.resource, path_of(one.place.file), one.place});
  return edits;
}

Trialled judge_edited(const text::MemoryFileSystem& files, const std::string& path,
                      std::span<const Edit> edits, std::span<const Rule* const> rules,
                      text::SourceMap& sources, const analysis::Settings& settings) {
  const syntax::Limits limits;
  auto bytes = files.read(path, limits.max_bytes);
  if (!bytes) return {{}, {}, {bytes.error()}};
  text::Arena arena;
  std::vector<Read> documents = read_others(files, path, arena, sources);
  documents.push_back(read_document(path, std::move(bytes).value(), arena, sources));
  const syntax::Builder builder(arena);
  // Of those in one text the last first: then the others are still where they were.
  std::vector<Edit> last_first(edits.begin(), edits.end());
  std::ranges::stable_sort(last_first, std::ranges::greater(),
                           [](const Edit& edit) { return edit.replaced.begin; });
  for (const Edit& edit : last_first) {
    const syntax::Document change = syntax::read(sources, arena, "edit.yaml", edit.text);
    const bool merged = !edit.replaced.valid();
    if (change.root == nullptr || (merged && !change.root->is_mapping()))
      return {{}, {}, {"it is no YAML mapping"}};
    const auto read = std::ranges::find(documents, edit.path.empty() ? path : edit.path, &Read::path);
    if (read == documents.end() || !read->detected.dialect) continue;
    const syntax::Node& root = *read->document.root;
    read->document.root = merged
                              ? apply_fix(root, *change.root, *read->detected.dialect, edit.resource, builder)
                              : replace_at(root, edit.replaced, *change.root, builder, sources);
  }
  return judge_documents(std::move(documents), files, rules, arena, sources, settings);
}

namespace {

/// Those that a rule has for a dialect; what stands in the place of something else is the same in all.
std::vector<Fix> fixes_for(const Rule& rule, std::size_t dialect) {
  std::vector<Fix> fixes = rule.fix[dialect];
  if (fixes.empty()) {
    std::ranges::copy_if(rule.fix.front(), std::back_inserter(fixes),
                         [](const Fix& fix) { return !fix.replaces.empty(); });
  }
  return fixes;
}

} // namespace

void show_fixes(Rule& rule) {
  for (std::size_t i = 0; i < rule.fix.size(); ++i) {
    std::string all;
    for (const Fix& fix : fixes_for(rule, i)) {
      if (!fix.of.empty()) all += (all.empty() ? "# " : "\n# ") + fix.of + ":\n";
      all += shown(rule, fix, i);
    }
    rule.shown_fix[i] = std::move(all);
  }
}

std::vector<std::string> check_fixes(const Rule& rule) {
  std::vector<std::string> complaints;
  if (rule.fix_is != "edit") return complaints;
  for (const Example& example : rule.examples) {
    if (example.kind != "failing") continue;
    const std::string complaint = check_fixes_of(rule, example);
    if (!complaint.empty()) complaints.push_back("the fix does not fix `" + example.name + "`: " + complaint);
  }
  return complaints;
}

ExampleOutcome try_example(const Rule& rule, const Example& example) {
  const Trial trial(example);
  text::SourceMap sources;
  const Rule* rules[] = {&rule};
  const Trialled trialled = judge_file(trial.files, trial.path, rules, sources, example_settings());

  ExampleOutcome outcome{trialled.failures, {}};
  for (const text::Problem& problem : trialled.errors)
    outcome.complaints.push_back("the template: " + problem.message);
  std::vector<Difference>& differences = outcome.differences;
  for (const Finding& finding : trialled.findings) {
    if (!finding.span.valid()) {
      outcome.complaints.push_back("a finding has no place: " + finding.message);
      continue;
    }
    const text::Position at = sources.position(finding.span.file, finding.span.begin);
    const std::string_view file = sources.path(finding.span.file);
    differences.push_back({false, file == trial.path ? "" : std::string(file), static_cast<int>(at.line),
                           static_cast<int>(at.column), finding.severity, finding.message});
  }
  for (const ExpectedFinding& expected : example.expect) {
    const auto found = std::ranges::find_if(differences, [&](const Difference& difference) {
      return !difference.is_expected && matches(expected, difference);
    });
    if (found == differences.end())
      differences.push_back({true, expected.file, expected.line, expected.column, expected.severity, {}});
    else
      differences.erase(found);
  }
  std::ranges::stable_sort(differences, [](const Difference& left, const Difference& right) {
    if (left.file != right.file) return left.file < right.file;
    return left.line != right.line ? left.line < right.line : left.is_expected && !right.is_expected;
  });
  return outcome;
}

std::vector<std::string> check_example(const Rule& rule, const Example& example) {
  ExampleOutcome outcome = try_example(rule, example);
  std::vector<std::string> complaints = std::move(outcome.complaints);
  for (const Difference& difference : outcome.differences) {
    complaints.push_back(difference.is_expected
                             ? "expected a finding at " + told(difference) + ", there is none"
                             : "found one at " + told(difference) + ", none is expected");
  }
  return complaints;
}

} // namespace slsaudit::rules
