// SPDX-License-Identifier: Apache-2.0
// The rules of the house that a compiler doesn't check.
#include "support/catch.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

/// From the ground up. A folder includes itself and what stands before it; SAM and the Serverless Framework
/// are neighbours.
const std::vector<std::string> floors{"heap",
                                      "parallel",
                                      "text",
                                      "syntax",
                                      "value",
                                      "cel",
                                      "knowledge/rows",
                                      "knowledge",
                                      "dialect",
                                      "dialect/cloudformation",
                                      "dialect/sam",
                                      "dialect/serverless",
                                      "graph",
                                      "analysis",
                                      "rules",
                                      "rules/builtin",
                                      "audit",
                                      "compare",
                                      "report",
                                      "api",
                                      "git",
                                      "cli"};

fs::path root() {
  const char* directory = std::getenv("SLSAUDIT_SOURCE_DIR");
  REQUIRE(directory != nullptr);
  return directory;
}

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> sources(const std::vector<std::string>& directories) {
  std::vector<fs::path> found;
  for (const std::string& directory : directories) {
    if (!fs::exists(root() / directory)) {
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(root() / directory)) {
      if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp") {
        found.push_back(entry.path());
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::size_t height(const std::string& folder) {
  return static_cast<std::size_t>(std::find(floors.begin(), floors.end(), folder) - floors.begin());
}

/// Paths in `#include "..."` lines.
std::vector<std::string> includes(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::string start = "#include \"";
    if (line.rfind(start, 0) == 0) {
      found.push_back(line.substr(start.size(), line.find('"', start.size()) - start.size()));
    }
  }
  return found;
}

/// Types that a file defines for others to see: `slsaudit::graph::Edge`. As they are written here, each
/// begins a line.
std::vector<std::string> types(const std::string& text) {
  std::vector<std::string> found;
  std::vector<std::string> namespaces; // empty: of this file alone
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (line.rfind("} // namespace", 0) == 0 && !namespaces.empty()) namespaces.pop_back();
    if (line.rfind(word, 0) != 0 || line.empty() || line.back() != '{') continue;
    std::string name;
    words >> name;
    if (word == "namespace") namespaces.push_back(name == "{" ? "" : name);
    if (word == "enum" && name == "class") words >> name;
    if (word != "struct" && word != "class" && word != "enum") continue;
    std::string path;
    for (const std::string& each : namespaces) path += each + "::";
    const bool is_own = std::find(namespaces.begin(), namespaces.end(), "") != namespaces.end();
    if (!is_own) found.push_back(path + name);
  }
  return found;
}

} // namespace

TEST_CASE("a type's name is that of one type") {
  // Two of one name would share functions that the compiler makes, and each would take the other's.
  std::map<std::string, std::string> homes;
  for (const fs::path& path : sources({"src"})) {
    const std::string name = fs::relative(path, root() / "src").generic_string();
    if (name.rfind("tools/", 0) == 0) continue; // programs of their own
    for (const std::string& type : types(slurp(path))) {
      INFO(type << " in " << name << " and in " << homes[type]);
      CHECK(homes[type].empty());
      homes[type] = name;
    }
  }
  CHECK(homes.size() > 300);
}

TEST_CASE("each folder includes only folders below it") {
  std::size_t checked = 0;
  for (const fs::path& path : sources({"src"})) {
    const std::string folder = folder_of(fs::relative(path, root() / "src").generic_string());
    if (folder == "tools" || folder.rfind("tools/", 0) == 0) {
      continue; // build-time programs of their own
    }
    INFO(path);
    REQUIRE(height(folder) < floors.size());
    for (const std::string& include : includes(slurp(path))) {
      const std::string other = folder_of(include);
      if (other.empty() || other == "slsaudit") {
        continue; // generated tables; the public headers
      }
      INFO(include);
      REQUIRE(height(other) < floors.size());
      CHECK(height(other) <= height(folder));
      CHECK_FALSE((folder == "dialect/serverless" && other == "dialect/sam"));
      ++checked;
    }
  }
  CHECK(checked > 50);
}

TEST_CASE("heavy headers stay in few files") {
  const std::map<std::string, std::string> homes{{"<yaml.h>", "syntax/"},
                                                 {"<yaml-cpp/yaml.h>", "rules/"},
                                                 {"<nlohmann/json.hpp>", "report/"},
                                                 {"<CLI/CLI.hpp>", "cli/"},
                                                 {"<spdlog/spdlog.h>", "cli/"},
                                                 {"<git2.h>", "git/"},
                                                 {"<toml++/toml.h>", "dialect/cloudformation/"},
                                                 {"<iostream>", "cli/ tools/"}};
  for (const fs::path& path : sources({"src"})) {
    const std::string name = fs::relative(path, root() / "src").generic_string();
    const std::string text = slurp(path);
    for (const auto& [header, home] : homes) {
      if (text.find("#include " + header) == std::string::npos) {
        continue;
      }
      INFO(name << " includes " << header);
      std::istringstream folders(home);
      bool allowed = false;
      for (std::string folder; folders >> folder;) {
        allowed = allowed || name.rfind(folder, 0) == 0;
      }
      CHECK(allowed);
    }
  }
}

TEST_CASE("source files are short and carry the licence") {
  for (const fs::path& path : sources({"src", "include", "tests"})) {
    INFO(path);
    const std::string text = slurp(path);
    CHECK(text.rfind("// SPDX-License-Identifier: Apache-2.0\n", 0) == 0);
    CHECK(std::count(text.begin(), text.end(), '\n') <= 500);
  }
}

TEST_CASE("the top level holds what was agreed") {
  const std::set<std::string> allowed{"CMakeLists.txt",
                                      "CMakePresets.json",
                                      "LICENSE",
                                      "README.md",
                                      "dev",
                                      "action.yml", // GitHub looks for it there
                                      "vcpkg.json",
                                      "cmake",
                                      "src",
                                      "include",
                                      "rules",
                                      "tests",
                                      "examples",
                                      "docs",
                                      "build"};
  for (const auto& entry : fs::directory_iterator(root())) {
    const std::string name = entry.path().filename().string();
    INFO(name);
    CHECK((name[0] == '.' || allowed.count(name) == 1));
  }
}
