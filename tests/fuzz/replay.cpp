// SPDX-License-Identifier: Apache-2.0
// Runs inputs through a target once, without a fuzzer: `replay TARGET FILE|FOLDER...`. Folders that aren't
// there count as empty, since most targets never failed.
#include "fuzz/targets.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

slsaudit::fuzz::Target find_target(std::string_view name) {
#define SLSAUDIT_FUZZ_FIND(target)                                                                           \
  if (name == #target) return slsaudit::fuzz::run_##target;
  SLSAUDIT_FUZZ_TARGETS(SLSAUDIT_FUZZ_FIND)
#undef SLSAUDIT_FUZZ_FIND
  return nullptr;
}

std::vector<fs::path> files_of(const fs::path& path) {
  std::vector<fs::path> files;
  if (fs::is_regular_file(path)) files.push_back(path);
  if (!fs::is_directory(path)) return files;
  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

} // namespace

int main(int argc, char** argv) {
  const slsaudit::fuzz::Target target = argc > 1 ? find_target(argv[1]) : nullptr;
  if (target == nullptr) {
    std::fputs("usage: replay TARGET FILE|FOLDER...\n", stderr);
    return 2;
  }
  std::size_t count = 0;
  for (int i = 2; i < argc; ++i) {
    for (const fs::path& file : files_of(argv[i])) {
      std::ostringstream bytes;
      bytes << std::ifstream(file, std::ios::binary).rdbuf();
      std::printf("%s\n", file.c_str());
      std::fflush(stdout); // so that the last line names the input that fails
      slsaudit::fuzz::run_in_time(target, bytes.str());
      ++count;
    }
  }
  std::printf("%zu inputs\n", count);
  return count > 0 ? 0 : 1;
}
