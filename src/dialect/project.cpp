// SPDX-License-Identifier: Apache-2.0
#include "dialect/project.hpp"

#include "text/encoding.hpp"

namespace slsaudit::dialect {

bool is_local(std::string_view location) {
  if (location.empty() || location.find("://") != std::string_view::npos) return false;
  return location.find_first_of("${}\n") == std::string_view::npos;
}

text::Result<LocalFile> find_local(const Project& project, std::string_view location) {
  const std::string shown = "`" + std::string(text::beginning(location, 200)) + "`";
  const std::string path = text::join_path(project.directory, location);
  if (!text::lies_within(project.files, path, project.root))
    return text::Failure{shown + " is outside of the project"};
  const auto canonical = project.files.canonical(path);
  if (!canonical.ok()) return text::Failure{shown + " isn't there"};
  if (!project.files.is_file(path)) return text::Failure{shown + " is no file"};
  return LocalFile{path, canonical.value()};
}

} // namespace slsaudit::dialect
