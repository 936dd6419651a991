// SPDX-License-Identifier: Apache-2.0
// Files that tests look for beside the project and do without: real templates that are not part of it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace slsaudit::test {

inline std::string environment_or(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::string(value) : otherwise;
}

/// The directory, whether it exists or not.
inline std::filesystem::path shared_data() {
  const std::string source = environment_or("SLSAUDIT_SOURCE_DIR", ".");
  return environment_or("SLSAUDIT_SHARED", source + "/../shared");
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

/// One line of the collection's index.
struct IndexedFile {
  std::string path; ///< Relative to the collection.
  std::string kind;
  std::string note;
};

/// The index of the collection of templates; empty where there is none.
inline std::vector<IndexedFile> indexed_files() {
  std::vector<IndexedFile> files;
  std::ifstream index(shared_data() / "corpus" / "index.tsv");
  std::string line;
  std::getline(index, line);
  while (std::getline(index, line)) {
    std::vector<std::string> fields;
    std::istringstream columns(line);
    for (std::string field; std::getline(columns, field, '\t');) fields.push_back(field);
    if (fields.size() >= 2) files.push_back({fields[0], fields[1], fields.size() > 8 ? fields[8] : ""});
  }
  return files;
}

} // namespace slsaudit::test
