// SPDX-License-Identifier: Apache-2.0
// From the PATH arguments to the files that may be templates.
//
// A file that is named is always a candidate. A directory is walked: files with a template's extension count,
// symbolic links are not followed, what .gitignore files say (from the repository's root down) is left out,
// and so are folders that hold copies or dependencies (`node_modules`, `.aws-sam`, `.serverless`, `cdk.out`
// …) unless named themselves. Of a directory with a manifest of the CDK, the stacks' templates count.
#pragma once

#include "parallel/workers.hpp"
#include "text/file_system.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::audit {

/// Templates of one system are linked with each other. The files named one by one form system 0; each
/// directory that is named forms one of its own, and the outermost wins where directories lie within one
/// another.
struct Candidate {
  std::string path;   ///< Normalized; relative to the working directory where it lies below it.
  bool named = false; ///< An argument, not found by walking.
  std::size_t system = 0;
  std::string root; ///< Files outside are never opened: the repository's root, else the argument's directory.
};

struct Discovered {
  std::vector<Candidate>
      files; ///< By system, then path; each file once, whatever the order of the arguments.
  std::size_t systems = 1;
  std::vector<std::string>
      failures; ///< Arguments that don't exist, directories that can't be listed; sorted.
};

/// Patterns as in .gitignore, from a directory: what walks leave out, too.
struct Exclusions {
  std::vector<std::string> patterns;
  std::string directory = ".";
};

[[nodiscard]] Discovered discover(const text::FileSystem& files, const std::vector<std::string>& paths,
                                  const Exclusions& exclusions, parallel::Workers& workers);
/// The same by one thread.
[[nodiscard]] Discovered discover(const text::FileSystem& files, const std::vector<std::string>& paths,
                                  const Exclusions& exclusions = {});

/// ".yaml", ".yml", ".json", ".template", in any case.
[[nodiscard]] bool has_template_extension(std::string_view path);

/// The directory at or above `directory` that holds `.git`; empty where there is none. Canonical.
[[nodiscard]] std::string repository_root(const text::FileSystem& files, const std::string& directory);

} // namespace slsaudit::audit
