// SPDX-License-Identifier: Apache-2.0
// What the real disk does, where a map of texts would not.
#include "cli/disk.hpp"
#include "support/catch.hpp"

#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/stat.h>

using namespace slsaudit;

TEST_CASE("files that are old and one's own are removed from the disk, and nothing else") {
  namespace fs = std::filesystem;
  std::string directory = (fs::temp_directory_path() / "slsaudit-cache-test-XXXXXX").string();
  REQUIRE(mkdtemp(directory.data()) != nullptr);
  const auto make = [&](const std::string& name, int days) {
    const fs::path path = fs::path(directory) / name;
    std::ofstream(path) << name;
    const timespec then{std::time(nullptr) - std::time_t{days} * 24 * 60 * 60, 0};
    const timespec both[2] = {then, then};
    REQUIRE(utimensat(AT_FDCWD, path.c_str(), both, 0) == 0);
  };
  make("own old", 31);
  make("own new", 29);
  make("other old", 400);
  fs::create_directory(fs::path(directory) / "own directory");
  make("own directory/own old", 400);
  fs::create_symlink("other old", fs::path(directory) / "own link");
  const auto is_own = [](std::string_view name) { return name.starts_with("own"); };
  CHECK(cli::remove_unused_files(directory, is_own, 30) == 1);
  CHECK(cli::remove_unused_files(directory + "/gone", is_own, 30) == 0);
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    names.insert(entry.path().filename().string());
  CHECK(names == std::set<std::string>{"other old", "own directory", "own link", "own new", "own old"});
  fs::remove_all(directory);
}
