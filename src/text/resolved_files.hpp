// SPDX-License-Identifier: Apache-2.0
// Files of one run, in which directories stay where they are.
#pragma once

#include "text/file_system.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace slsaudit::text {

/// Asks only once where a path leads, and of files in one directory once where that is: each step of a path
/// is a question to the disk, and most runs ask of many files that stand deep in one tree.
class ResolvedFiles final : public FileSystem {
public:
  explicit ResolvedFiles(const FileSystem& files) : files_(files) {}
  [[nodiscard]] Result<std::string> read(const std::string& path, std::size_t max_bytes) const override {
    return files_.read(path, max_bytes);
  }
  [[nodiscard]] bool is_file(const std::string& path) const override { return files_.is_file(path); }
  [[nodiscard]] bool is_directory(const std::string& path) const override {
    return files_.is_directory(path);
  }
  [[nodiscard]] Result<std::vector<DirectoryEntry>> list(const std::string& path) const override {
    return files_.list(path);
  }
  [[nodiscard]] Result<std::string> canonical(const std::string& path) const override;

private:
  [[nodiscard]] std::optional<Result<std::string>> known(const std::string& path) const;
  Result<std::string> keep(const std::string& path, Result<std::string> resolved) const;
  [[nodiscard]] Result<std::string> resolve(const std::string& path) const;

  const FileSystem& files_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Result<std::string>> known_;
};

} // namespace slsaudit::text
