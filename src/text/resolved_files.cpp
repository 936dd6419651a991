// SPDX-License-Identifier: Apache-2.0
#include "text/resolved_files.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace slsaudit::text {

Result<std::string> ResolvedFiles::canonical(const std::string& path) const {
  if (auto resolved = known(path)) return *std::move(resolved);
  return keep(path, resolve(path));
}

Result<std::string> ResolvedFiles::resolve(const std::string& path) const {
  // From the innermost directory that is known, or that has to be asked for as a whole, to the path.
  std::size_t end = path.size();
  std::optional<Result<std::string>> resolved;
  for (; !resolved; resolved = known(path.substr(0, end))) {
    const std::size_t slash = path.rfind('/', end - 1);
    const bool is_in_named = slash != std::string::npos && slash != 0;
    const std::string_view name =
        is_in_named ? std::string_view(path).substr(slash + 1, end - slash - 1) : "";
    if (name.empty() || name == "." || name == "..") break;
    end = slash;
  }
  if (!resolved) resolved = keep(path.substr(0, end), files_.canonical(path.substr(0, end)));
  while (resolved->ok() && end < path.size()) {
    const std::size_t next = std::min(path.find('/', end + 1), path.size());
    resolved = files_.canonical_entry(resolved->value(), path.substr(end + 1, next - end - 1));
    end = next;
    if (end < path.size()) resolved = keep(path.substr(0, end), *std::move(resolved));
  }
  // A failure tells of the path that was asked for.
  return resolved->ok() || end == path.size() ? *std::move(resolved) : files_.canonical(path);
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
