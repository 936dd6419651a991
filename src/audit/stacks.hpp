// SPDX-License-Identifier: Apache-2.0
// From files that are templates to the templates of a run: which of them deploy others as nested stacks, and
// what each one is, given what its parent passes. A file that another one nests is evaluated once for each
// stack that deploys it, and not for itself.
#pragma once

#include "audit/compose.hpp"
#include "audit/load.hpp"
#include "dialect/project.hpp"

#include <deque>
#include <functional>
#include <memory>

namespace slsaudit::audit {

/// A file that is a template.
struct Source {
  Candidate candidate;
  std::string canonical; ///< Empty for what has no file: standard input.
  syntax::Document document;
  dialect::Dialect dialect = dialect::Dialect::cloudformation;
  std::vector<dialect::Passage> included; ///< By AWS::Include.
  std::shared_ptr<text::Arena> nodes;     ///< Of the document; null where an earlier run's tree is used.
};
using Sources = std::deque<Source>;

/// Reads a file that a template names, and adds it to the sources; gives its index, or nothing for what is no
/// template.
using ReadSource = std::function<std::optional<std::size_t>(const dialect::LocalFile&, const Candidate&)>;

struct Surroundings {
  const Input& input;
  const text::FileSystem& files;
  text::SourceMap& texts;
  text::Arena& arena;
  const ComposeFiles& compose;
};

/// What may be opened from a template of that file.
[[nodiscard]] dialect::Project project_of(const Candidate& candidate, const Surroundings& surroundings);

/// Parents stand before what they nest; otherwise in the order of sources. `systems` is set where each
/// template shall be a system of its own, together with what it nests.
[[nodiscard]] std::vector<LoadedTemplate> load_stacks(Sources& sources, const ReadSource& read,
                                                      const Surroundings& surroundings,
                                                      parallel::Workers& workers, std::size_t& systems);

/// The inputs of a nested stack whose parent passes these values.
[[nodiscard]] dialect::Inputs inputs_of_nested(const dialect::Inputs& given, const value::Value& parameters);
/// What the template passes to a stack that it deploys: a map, or what is written in its place.
[[nodiscard]] value::Value passed_by(const dialect::Template& parent, std::string_view stack);

} // namespace slsaudit::audit
