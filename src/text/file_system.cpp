// SPDX-License-Identifier: Apache-2.0
#include "text/file_system.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace slsaudit::text {

namespace fs = std::filesystem;

namespace {

Failure too_large(const std::string& path, std::size_t max_bytes) {
  return Failure{"cannot read " + path + ": larger than the limit of " + std::to_string(max_bytes) +
                 " bytes (file-size)"};
}

/// Of an open file, which is closed at the end.
class Descriptor {
public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (is_open()) ::close(descriptor_);
  }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int get() const { return descriptor_; }

private:
  int descriptor_;
};

} // namespace

Result<std::string> DiskFileSystem::read(const std::string& path, std::size_t max_bytes) const {
  const auto cannot = [&](std::string_view why) {
    return Failure{"cannot read " + path + ": " + std::string(why)};
  };
  // A pipe that nobody writes to opens at once, too.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  const int error = errno;
  struct stat status {};
  if (!file.is_open() && (error == ENOENT || error == ENOTDIR)) return cannot("no such file");
  if (!file.is_open() && (error == ENXIO || error == ENODEV)) return cannot("not a regular file");
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return cannot("permission denied or vanished");
  if (S_ISDIR(status.st_mode)) return cannot("it is a directory");
  if (!S_ISREG(status.st_mode)) return cannot("not a regular file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > max_bytes) return too_large(path, max_bytes);
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t count = ::read(file.get(), bytes.data() + filled, size - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot("the device reported an error");
    if (count == 0) break; // it has become shorter
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

bool DiskFileSystem::is_file(const std::string& path) const {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool DiskFileSystem::is_directory(const std::string& path) const {
  std::error_code error;
  return fs::is_directory(path, error);
}

Result<std::vector<DirectoryEntry>> DiskFileSystem::list(const std::string& path) const {
  std::error_code error;
  std::vector<DirectoryEntry> entries;
  fs::directory_iterator it(path, error);
  if (error) return Failure{"cannot list " + path + ": " + error.message()};
  for (const fs::directory_iterator end; it != end; it.increment(error)) {
    std::error_code ignored;
    entries.push_back({it->path().filename().string(), it->is_directory(ignored), it->is_symlink(ignored)});
    if (error) return Failure{"cannot list " + path + ": " + error.message()};
  }
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return entries;
}

Result<std::string> DiskFileSystem::canonical(const std::string& path) const {
  std::error_code error;
  const fs::path resolved = fs::canonical(path, error);
  if (error) return Failure{"cannot resolve " + path + ": " + error.message()};
  return resolved.string();
}

Result<std::string> DiskFileSystem::canonical_entry(const std::string& directory,
                                                    const std::string& name) const {
  const std::string path = join_path(directory, name);
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  return fs::exists(status) && !fs::is_symlink(status) ? Result<std::string>(path) : canonical(path);
}

Result<std::string> MemoryFileSystem::read(const std::string& path, std::size_t max_bytes) const {
  const auto it = files_.find(normalize_path(path));
  if (it == files_.end()) return Failure{"cannot read " + path + ": no such file"};
  if (it->second.size() > max_bytes) return too_large(path, max_bytes);
  return it->second;
}

bool MemoryFileSystem::is_file(const std::string& path) const {
  return files_.contains(normalize_path(path));
}

bool MemoryFileSystem::is_directory(const std::string& path) const {
  const std::string prefix = normalize_path(path);
  if (prefix == ".") return true;
  const auto it = files_.lower_bound(prefix + "/");
  return it != files_.end() && it->first.starts_with(prefix + "/");
}

Result<std::vector<DirectoryEntry>> MemoryFileSystem::list(const std::string& path) const {
  if (!is_directory(path)) return Failure{"cannot list " + path + ": no such directory"};
  const std::string normal = normalize_path(path);
  const std::string prefix = normal == "." ? "" : normal + "/";
  std::set<std::string> seen;
  std::vector<DirectoryEntry> entries;
  for (const auto& [file, bytes] : files_) {
    if (!file.starts_with(prefix)) continue;
    const std::string rest = file.substr(prefix.size());
    const std::size_t slash = rest.find('/');
    const std::string name = rest.substr(0, slash);
    if (seen.insert(name).second) entries.push_back({name, slash != std::string::npos, false});
  }
  return entries;
}

Result<std::string> MemoryFileSystem::canonical(const std::string& path) const {
  if (!is_file(path) && !is_directory(path)) return Failure{"cannot resolve " + path + ": no such file"};
  return normalize_path(path);
}

bool is_within(std::string_view path, std::string_view directory) {
  if (directory.empty() || directory == ".") return !path.starts_with("..") && !path.starts_with('/');
  if (directory == "/") return true;
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

bool lies_within(const FileSystem& files, const std::string& path, const std::string& directory) {
  const auto inner = files.canonical(path);
  const auto outer = files.canonical(directory.empty() ? "." : directory);
  if (inner.ok() && outer.ok()) return is_within(inner.value(), outer.value());
  return is_within(normalize_path(path), normalize_path(directory));
}

std::string normalize_path(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool absolute = path.starts_with('/');
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !absolute) {
      parts.push_back(part);
    }
  }
  std::string result = absolute ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += '/';
    result += parts[i];
  }
  return result.empty() ? "." : result;
}

std::string join_path(std::string_view directory, std::string_view path) {
  if (path.starts_with('/')) return normalize_path(path);
  return normalize_path(std::string(directory) + "/" + std::string(path));
}

std::string parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

} // namespace slsaudit::text
