// SPDX-License-Identifier: Apache-2.0
// A file system with some texts in place of what the disk holds.
#pragma once

#include "text/file_system.hpp"

namespace slsaudit::api {

/// Directories are listed as the disk has them: an unsaved text shows only where its file exists or is named.
class OverlayFileSystem final : public text::FileSystem {
public:
  OverlayFileSystem(const text::FileSystem& below, const std::map<std::string, std::string>& texts)
      : below_(below) {
    for (const auto& [path, bytes] : texts) texts_[text::normalize_path(path)] = bytes;
  }
  [[nodiscard]] text::Result<std::string> read(const std::string& path,
                                               std::size_t max_bytes) const override {
    const auto found = texts_.find(text::normalize_path(path));
    if (found == texts_.end()) return below_.read(path, max_bytes);
    if (found->second.size() > max_bytes) return text::Failure{"cannot read " + path + ": too large"};
    return found->second;
  }
  [[nodiscard]] bool is_file(const std::string& path) const override {
    return texts_.contains(text::normalize_path(path)) || below_.is_file(path);
  }
  [[nodiscard]] bool is_directory(const std::string& path) const override {
    return below_.is_directory(path);
  }
  [[nodiscard]] text::Result<std::vector<text::DirectoryEntry>> list(const std::string& path) const override {
    return below_.list(path);
  }
  [[nodiscard]] text::Result<std::string> canonical(const std::string& path) const override {
    return below_.canonical(path);
  }

private:
  const text::FileSystem& below_;
  std::map<std::string, std::string> texts_;
};

} // namespace slsaudit::api
