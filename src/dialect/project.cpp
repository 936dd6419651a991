// SPDX-License-Identifier: Apache-2.0
#include "dialect/project.hpp"

namespace slsaudit::dialect {

namespace {

bool is_inside(std::string_view path, std::string_view root) {
  if (root.empty() || root == ".") return !path.starts_with("..") && !path.starts_with('/');
  if (root == "/") return true;
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

} // namespace

bool is_local(std::string_view location) {
  if (location.empty() || location.find("://") != std::string_view::npos) return false;
  return location.find_first_of("${}\n") == std::string_view::npos;
}

text::Result<LocalFile> find_local(const Project& project, std::string_view location) {
  const std::string shown = "`" + std::string(location.substr(0, 200)) + "`";
  const std::string path = text::join_path(project.directory, location);
  const auto root = project.files.canonical(project.root.empty() ? "." : project.root);
  const auto canonical = project.files.canonical(path);
  // Of a file that isn't there nothing is said that would tell whether it is.
  if (!is_inside(canonical.ok() && root.ok() ? canonical.value() : path,
                 canonical.ok() && root.ok() ? root.value() : text::normalize_path(project.root)))
    return text::Failure{shown + " is outside of the project"};
  if (!canonical.ok() || !root.ok()) return text::Failure{shown + " isn't there"};
  if (!project.files.is_file(path)) return text::Failure{shown + " is no file"};
  return LocalFile{path, canonical.value()};
}

} // namespace slsaudit::dialect
