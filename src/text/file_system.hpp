// SPDX-License-Identifier: Apache-2.0
// The one door to files. Tests pass an in-memory one; the command passes the disk.
#pragma once

#include "text/result.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

namespace slsaudit::text {

/// `path` relative to `directory` unless it is absolute; normalized.
[[nodiscard]] std::string join_path(std::string_view directory, std::string_view path);

struct DirectoryEntry {
  std::string name; ///< Last path component.
  bool is_directory = false;
  bool is_symlink = false;
};

/// Paths use '/', and may be absolute or relative to the process's directory. Implementations are const and
/// thread-safe.
class FileSystem {
public:
  virtual ~FileSystem() = default;
  /// The whole file's bytes. Fails for anything that is not a readable regular file of at most `max_bytes`.
  [[nodiscard]] virtual Result<std::string> read(const std::string& path, std::size_t max_bytes) const = 0;
  [[nodiscard]] virtual bool is_file(const std::string& path) const = 0;
  [[nodiscard]] virtual bool is_directory(const std::string& path) const = 0;
  /// Entries sorted by name, without "." and "..".
  [[nodiscard]] virtual Result<std::vector<DirectoryEntry>> list(const std::string& path) const = 0;
  /// The path with symbolic links, "." and ".." resolved; fails when it does not exist.
  [[nodiscard]] virtual Result<std::string> canonical(const std::string& path) const = 0;
  /// The same of an entry of a directory whose own canonical path is given; `name` is no "." or "..".
  [[nodiscard]] virtual Result<std::string> canonical_entry(const std::string& directory,
                                                            const std::string& name) const {
    return canonical(join_path(directory, name));
  }
};

class DiskFileSystem final : public FileSystem {
public:
  [[nodiscard]] Result<std::string> read(const std::string& path, std::size_t max_bytes) const override;
  [[nodiscard]] bool is_file(const std::string& path) const override;
  [[nodiscard]] bool is_directory(const std::string& path) const override;
  [[nodiscard]] Result<std::vector<DirectoryEntry>> list(const std::string& path) const override;
  [[nodiscard]] Result<std::string> canonical(const std::string& path) const override;
  [[nodiscard]] Result<std::string> canonical_entry(const std::string& directory,
                                                    const std::string& name) const override;
};

/// Files given as path → bytes; directories are implied by the paths.
class MemoryFileSystem final : public FileSystem {
public:
  explicit MemoryFileSystem(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  MemoryFileSystem(std::initializer_list<std::pair<const std::string, std::string>> files) : files_(files) {}
  [[nodiscard]] Result<std::string> read(const std::string& path, std::size_t max_bytes) const override;
  [[nodiscard]] bool is_file(const std::string& path) const override;
  [[nodiscard]] bool is_directory(const std::string& path) const override;
  [[nodiscard]] Result<std::vector<DirectoryEntry>> list(const std::string& path) const override;
  [[nodiscard]] Result<std::string> canonical(const std::string& path) const override;

private:
  std::map<std::string, std::string> files_;
};

/// "a/./b/../c" → "a/c"; keeps a leading "/" and leading ".." components.
[[nodiscard]] std::string normalize_path(std::string_view path);
/// Whether a path is a directory or lies below it, by the names alone: both normalized, or both canonical.
[[nodiscard]] bool is_within(std::string_view path, std::string_view directory);
/// The same through symbolic links. Of a path that isn't there only the names count, so that nothing tells
/// whether a file outside of the directory is there.
[[nodiscard]] bool lies_within(const FileSystem& files, const std::string& path,
                               const std::string& directory);
/// Everything before the last '/', or "." where there is none.
[[nodiscard]] std::string parent_path(std::string_view path);

} // namespace slsaudit::text
