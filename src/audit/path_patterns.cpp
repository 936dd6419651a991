// SPDX-License-Identifier: Apache-2.0
#include "audit/path_patterns.hpp"

namespace slsaudit::audit {

PathPatterns::PathPatterns(const text::FileSystem& files, const std::string& directory,
                           const std::vector<std::string>& patterns)
    : files_(files), directory_(directory) {
  std::string lines;
  for (const std::string& pattern : patterns) lines += pattern + "\n";
  rules_.add("", lines);
  if (const auto canonical = files.canonical(directory_); canonical.ok()) directory_ = canonical.value();
}

bool PathPatterns::match(const std::string& path, bool is_directory) const {
  const std::string relative = from_directory(path);
  for (std::size_t slash = relative.find('/'); slash != std::string::npos;
       slash = relative.find('/', slash + 1)) {
    if (rules_.ignored(relative.substr(0, slash), true)) return true;
  }
  return rules_.ignored(relative, is_directory);
}

std::string PathPatterns::from_directory(const std::string& path) const {
  const auto canonical = files_.canonical(path);
  std::string full = canonical.ok() ? canonical.value() : path;
  const std::string prefix = directory_ + (directory_.ends_with('/') ? "" : "/");
  return full.starts_with(prefix) ? full.substr(prefix.size()) : full;
}

} // namespace slsaudit::audit
