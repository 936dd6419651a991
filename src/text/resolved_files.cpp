// SPDX-License-Identifier: Apache-2.0
#include "text/resolved_files.hpp"

#include <utility>

namespace slsaudit::text {

Result<std::string> ResolvedFiles::canonical(const std::string& path) const {
  if (auto resolved = known(path)) return *std::move(resolved);
  return keep(path, resolve(path));
}

Result<std::string> ResolvedFiles::resolve(const std::string& path) const {
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? "" : path.substr(slash + 1);
  const bool is_entry = slash != 0 && !name.empty() && name != "." && name != "..";
  if (!is_entry) return files_.canonical(path);
  const std::string parent = path.substr(0, slash);
  auto directory = known(parent);
  if (!directory) directory = keep(parent, files_.canonical(parent));
  return directory->ok() ? files_.canonical_entry(directory->value(), name) : files_.canonical(path);
}

std::optional<Result<std::string>> ResolvedFiles::known(const std::string& path) const {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(path);
  return found != known_.end() ? std::optional(found->second) : std::nullopt;
}

Result<std::string> ResolvedFiles::keep(const std::string& path, Result<std::string> resolved) const {
  const std::scoped_lock lock(mutex_);
  return known_.try_emplace(path, std::move(resolved)).first->second;
}

} // namespace slsaudit::text
