// SPDX-License-Identifier: Apache-2.0
#include "audit/configuration.hpp"

#include "audit/discovery.hpp"

#include <array>
#include <utility>

namespace slsaudit::audit {
namespace {

constexpr std::array<std::string_view, 2> file_names{"slsaudit.yaml", ".slsaudit.yaml"};

/// The directories that may hold the file for one path, the nearest first, as they shall be printed.
std::vector<std::string> directories_for(const text::FileSystem& files, const std::string& path) {
  const std::string start = path == "-"                ? std::string(".")
                            : files.is_directory(path) ? text::normalize_path(path)
                                                       : text::parent_path(text::normalize_path(path));
  std::string limit = repository_root(files, start);
  if (limit.empty()) limit = text::lies_within(files, start, ".") ? "." : start;
  std::vector<std::string> directories;
  for (std::string at = start; text::lies_within(files, at, limit);) {
    directories.push_back(at);
    const bool absolute = at.starts_with('/');
    const std::string parent = text::normalize_path(at + "/..");
    if (parent == at || (!absolute && !files.is_directory(parent))) break;
    at = parent;
  }
  return directories;
}

text::Result<std::string> file_for(const text::FileSystem& files, const std::string& path) {
  for (const std::string& directory : directories_for(files, path)) {
    std::string found;
    for (const std::string_view name : file_names) {
      std::string candidate = text::join_path(directory, name);
      if (!files.is_file(candidate)) continue;
      if (!found.empty())
        return text::Failure{"there are both " + found + " and " + candidate + "; keep one"};
      found = std::move(candidate);
    }
    if (!found.empty()) return found;
  }
  return std::string();
}

} // namespace

void Configuration::apply(analysis::Settings& settings) const {
  settings.load = load;
  if (account_concurrency) settings.account_concurrency = *account_concurrency;
  if (minimum_portability) settings.minimum_portability = *minimum_portability;
}

std::string Configuration::resolve(const std::string& written) const {
  return text::join_path(text::parent_path(path), written);
}

text::Result<std::string> find_configuration(const text::FileSystem& files,
                                             const std::vector<std::string>& paths) {
  std::string found;
  std::string canonical;
  bool first = true;
  for (const std::string& path : paths) {
    auto file = file_for(files, path);
    if (!file.ok()) return text::Failure{file.error()};
    const auto resolved =
        file.value().empty() ? text::Result<std::string>(std::string()) : files.canonical(file.value());
    const std::string name = resolved.ok() ? resolved.value() : file.value();
    if (!first && name != canonical) {
      const auto shown = [](const std::string& one) { return one.empty() ? std::string("none") : one; };
      return text::Failure{"the paths have different configuration files (" + shown(found) + " and " +
                           shown(file.value()) + "); name one with --config, or give --no-config"};
    }
    found = std::move(file).value();
    canonical = name;
    first = false;
  }
  return found;
}

} // namespace slsaudit::audit
