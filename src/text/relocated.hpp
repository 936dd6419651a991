// SPDX-License-Identifier: Apache-2.0
// Files as they are seen from another working directory.
#pragma once

#include "text/file_system.hpp"

#include <string>
#include <utility>

namespace slsaudit::text {

/// Relative paths are taken from `directory`. `files` must outlive it.
class RelocatedFileSystem final : public FileSystem {
public:
  RelocatedFileSystem(const FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  [[nodiscard]] Result<std::string> read(const std::string& path, std::size_t max_bytes) const override {
    return files_.read(join_path(directory_, path), max_bytes);
  }
  [[nodiscard]] bool is_file(const std::string& path) const override {
    return files_.is_file(join_path(directory_, path));
  }
  [[nodiscard]] bool is_directory(const std::string& path) const override {
    return files_.is_directory(join_path(directory_, path));
  }
  [[nodiscard]] Result<std::vector<DirectoryEntry>> list(const std::string& path) const override {
    return files_.list(join_path(directory_, path));
  }
  [[nodiscard]] Result<std::string> canonical(const std::string& path) const override {
    return files_.canonical(join_path(directory_, path));
  }
  [[nodiscard]] Result<std::string> canonical_entry(const std::string& directory,
                                                    const std::string& name) const override {
    return files_.canonical_entry(directory, name);
  }

private:
  const FileSystem& files_;
  std::string directory_;
};

} // namespace slsaudit::text
