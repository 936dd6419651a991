// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/resolved_files.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

using slsaudit::text::DiskFileSystem;
using slsaudit::text::FileSystem;
using slsaudit::text::MemoryFileSystem;
using slsaudit::text::ResolvedFiles;
using slsaudit::text::Result;

namespace {

/// Notes what it is asked where it leads.
class Asked final : public FileSystem {
public:
  explicit Asked(const FileSystem& files) : files_(files) {}
  Result<std::string> read(const std::string& path, std::size_t most) const override {
    return files_.read(path, most);
  }
  bool is_file(const std::string& path) const override { return files_.is_file(path); }
  bool is_directory(const std::string& path) const override { return files_.is_directory(path); }
  Result<std::vector<slsaudit::text::DirectoryEntry>> list(const std::string& path) const override {
    return files_.list(path);
  }
  Result<std::string> canonical(const std::string& path) const override {
    asked.push_back(path);
    return files_.canonical(path);
  }
  mutable std::vector<std::string> asked;

private:
  const FileSystem& files_;
};

} // namespace

TEST_CASE("where a directory is, is asked once") {
  const MemoryFileSystem memory{{"a/b/one", ""}, {"a/b/two", ""}};
  const Asked asked(memory);
  const ResolvedFiles files(asked);
  CHECK(files.canonical("a/b/one").value() == "a/b/one");
  CHECK(files.canonical("a/b/two").value() == "a/b/two");
  CHECK(files.canonical("a/b/one").value() == "a/b/one");
  CHECK(!files.canonical("a/b/none").ok());
  CHECK(!files.canonical("none/one").ok());
  CHECK(asked.asked ==
        std::vector<std::string>{"a", "a/b", "a/b/one", "a/b/two", "a/b/none", "none", "none/one"});
}

TEST_CASE("paths lead where the disk says, links and dots included") {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "slsaudit-resolved-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  const fs::path root = fs::canonical(name);
  fs::create_directories(root / "real/deep");
  std::ofstream(root / "real/deep/file") << "text";
  fs::create_directory_symlink(root / "real", root / "linked");
  fs::create_symlink("deep/file", root / "real/alias");
  fs::create_symlink("nowhere", root / "real/dangling");
  const DiskFileSystem disk;
  const ResolvedFiles files(disk);
  for (const char* path : {"real/deep/file", "linked/deep/file", "linked/alias", "real/alias",
                           "linked/../linked/deep", "real/deep/..", "real/deep/.", "real/deep/", "linked",
                           "real/dangling", "real/deep/none", "real/deep/file/below", "none/file"}) {
    CAPTURE(path);
    const std::string whole = (root / path).string();
    const auto expected = disk.canonical(whole);
    for (int time = 0; time < 2; ++time) {
      const auto resolved = files.canonical(whole);
      REQUIRE(resolved.ok() == expected.ok());
      if (expected.ok()) CHECK(resolved.value() == expected.value());
    }
  }
  CHECK(files.canonical("/").value() == "/");
  CHECK(files.canonical("/..").value() == "/");
  fs::remove_all(root);
}
