// SPDX-License-Identifier: Apache-2.0
// From files to templates: read, recognise, lower, evaluate. One bad file never keeps the others from being
// read.
#pragma once

#include "audit/discovery.hpp"
#include "dialect/limits.hpp"
#include "dialect/template.hpp"
#include "parallel/workers.hpp"
#include "rules/suppression.hpp"
#include "rules/texts.hpp"
#include "syntax/trees.hpp"
#include "text/arena.hpp"
#include "text/file_system.hpp"
#include "text/source_map.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slsaudit::audit {

/// What is read, and with which inputs.
struct Input {
  std::vector<std::string> paths; ///< "-" stands for `standard_input`.
  std::string standard_input;
  std::string standard_input_name = "-"; ///< --stdin-filename: for messages, the format and `${file(…)}`.
  Exclusions exclusions;
  dialect::Inputs given;
  dialect::Limits limits;
  bool allow_outside = false; ///< Templates may name files outside of their project.
  bool isolated = false; ///< Each template is a system of its own, together with the stacks that it nests.
};

struct LoadedTemplate {
  dialect::Lowered lowered;
  /// What the nodes of `lowered` live in: they go with the last template that has them. Nothing else does.
  std::vector<std::shared_ptr<const text::Arena>> nodes;
  dialect::Template evaluated; ///< Its problems are those of the reader, the dialect and the evaluation.
  std::size_t system = 0;      ///< See Candidate::system.
  std::optional<std::size_t> parent; ///< Of a nested stack: the index of the template that deploys it …
  std::string_view stack;            ///< … as this resource.
};

struct Loaded {
  std::vector<LoadedTemplate> templates; ///< By system, then path; nested stacks follow their parents.
  std::size_t systems = 0;
  text::Problems errors;             ///< In order of files.
  std::vector<std::string> failures; ///< Files that could not be opened, and programs.
  text::Problems notes;
  rules::Documents documents; ///< Of files that are templates; of many or large ones, not of all.
  std::vector<std::shared_ptr<const text::Arena>> nodes; ///< What the documents live in.
  rules::KnownSuppressions suppressions;                 ///< Of all files but those that templates include.
  std::vector<std::shared_ptr<const syntax::Trees::Tree>>
      trees; ///< What the templates live on, beside the arena.
};

[[nodiscard]] Loaded load(const Input& input, const text::FileSystem& files, text::SourceMap& sources,
                          text::Arena& arena);
/// The same by several threads; `trees` are those of an earlier run, or null.
[[nodiscard]] Loaded load(const Input& input, const text::FileSystem& files, text::SourceMap& sources,
                          text::Arena& arena, parallel::Workers& workers, syntax::Trees* trees = nullptr);

/// Whether text may be a template at all: a cheap search, made before anything is parsed.
[[nodiscard]] bool may_be_template(std::string_view text);
/// Whether text is surely meant to be one, so that its being unreadable is worth an error. Where it says no,
/// what could be read until the fault may still say yes.
[[nodiscard]] bool looks_like_template(std::string_view text);

} // namespace slsaudit::audit
