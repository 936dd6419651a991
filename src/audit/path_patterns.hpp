// SPDX-License-Identifier: Apache-2.0
// Patterns as in .gitignore, from one directory, against the paths of a run.
#pragma once

#include "audit/gitignore.hpp"
#include "text/file_system.hpp"

#include <string>
#include <vector>

namespace slsaudit::audit {

class PathPatterns {
public:
  /// The file system must outlive it.
  PathPatterns(const text::FileSystem& files, const std::string& directory,
               const std::vector<std::string>& patterns);

  /// Whether the path, or a directory that it lies in, matches.
  [[nodiscard]] bool match(const std::string& path, bool is_directory = false) const;

private:
  [[nodiscard]] std::string from_directory(const std::string& path) const;

  const text::FileSystem& files_;
  std::string directory_;
  IgnoreRules rules_;
};

} // namespace slsaudit::audit
