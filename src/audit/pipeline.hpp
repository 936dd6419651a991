// SPDX-License-Identifier: Apache-2.0
// The whole audit as one straight line: files → templates → systems → facts → findings. Start reading here.
//
// All templates below one directory argument are one system, linked by exports, names and ARNs; the files
// that are named one by one are another.
#pragma once

#include "analysis/table.hpp"
#include "audit/configuration.hpp"
#include "audit/load.hpp"
#include "audit/result.hpp"
#include "graph/system.hpp"
#include "rules/engine.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace slsaudit::audit {

struct Request {
  Input input;
  analysis::Settings settings;
  std::vector<const rules::Rule*> rules;   ///< Those that shall run; see selection.hpp.
  std::vector<const rules::Rule*> known;   ///< All that there are: what suppressions may name.
  std::vector<const rules::Rule*> addable; ///< Those that the configuration's overrides may add somewhere.
  Configuration configuration;             ///< Its overrides and suppressions; the rest has been applied.
  unsigned jobs = 1;                       ///< Threads; 0 for as many as the hardware runs at once.
  /// Told after each system how many have been judged, of how many; of several threads, by one at a time. May
  /// be empty.
  std::function<void(std::size_t done, std::size_t all)> audited{};
  /// The rules, ready to judge, for who audits more than once; see compile(). Null: made for one audit.
  std::shared_ptr<const rules::Judge> judge{};
  syntax::Trees* trees = nullptr; ///< Of an earlier run, and for a later one; see session.hpp. May be null.
};

/// Makes a request's rules ready to judge, once for all audits of it and its copies. To be called when all
/// else of it is set.
void compile(Request& request);

/// The templates of one argument as one graph. Views in it live as long as the arena and the source map.
[[nodiscard]] std::vector<graph::System> build_systems(std::vector<LoadedTemplate> templates,
                                                       std::size_t count, text::Arena& arena,
                                                       parallel::Workers& workers);
/// The same by one thread.
[[nodiscard]] std::vector<graph::System> build_systems(std::vector<LoadedTemplate> templates,
                                                       std::size_t count, text::Arena& arena);

struct Audited {
  Result result;
  std::vector<graph::System> systems; ///< For those who want the graph or its facts too.
  std::vector<std::shared_ptr<const syntax::Trees::Tree>> trees{}; ///< What they live on, beside the arena.
};

/// Never fails: what can't be read is told in the result. Deterministic, whatever the order of the paths.
[[nodiscard]] Audited audit(const Request& request, const text::FileSystem& files, text::SourceMap& sources,
                            text::Arena& arena);

} // namespace slsaudit::audit
