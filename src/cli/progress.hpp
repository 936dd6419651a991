// SPDX-License-Identifier: Apache-2.0
// What long work tells people who wait for it.
#pragma once

#include "cli/world.hpp"

#include <cstddef>
#include <mutex>
#include <string>

namespace slsaudit::cli {

/// One line on standard error that says what has been done, from half a second on and where that is a
/// terminal; gone again before anything else is printed. Thread-safe.
class Progress {
public:
  explicit Progress(const World& world);
  ~Progress() { erase(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void file_read();
  void audited(std::size_t done, std::size_t all);
  /// All has been read and judged, or is about to be told.
  void erase();

private:
  void show(const std::string& text);

  const World& world_;
  std::mutex mutex_;
  double start_ = 0;
  double shown_at_ = 0;
  bool shown_ = false;
  std::size_t files_ = 0;
};

/// Another file system, whose reads are counted.
class CountedFiles final : public text::FileSystem {
public:
  CountedFiles(const text::FileSystem& files, Progress& progress) : files_(files), progress_(progress) {}
  [[nodiscard]] text::Result<std::string> read(const std::string& path,
                                               std::size_t max_bytes) const override {
    progress_.file_read();
    return files_.read(path, max_bytes);
  }
  [[nodiscard]] bool is_file(const std::string& path) const override { return files_.is_file(path); }
  [[nodiscard]] bool is_directory(const std::string& path) const override {
    return files_.is_directory(path);
  }
  [[nodiscard]] text::Result<std::vector<text::DirectoryEntry>> list(const std::string& path) const override {
    return files_.list(path);
  }
  [[nodiscard]] text::Result<std::string> canonical(const std::string& path) const override {
    return files_.canonical(path);
  }
  [[nodiscard]] text::Result<std::string> canonical_entry(const std::string& directory,
                                                          const std::string& name) const override {
    return files_.canonical_entry(directory, name);
  }

private:
  const text::FileSystem& files_;
  Progress& progress_;
};

} // namespace slsaudit::cli
