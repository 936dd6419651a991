// SPDX-License-Identifier: Apache-2.0
// What rests on a row of knowledge that nobody checked against its source is no proof.
#include "support/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace fs = std::filesystem;

namespace {

fs::path root() {
  const char* directory = std::getenv("SLSAUDIT_SOURCE_DIR");
  REQUIRE(directory != nullptr);
  return directory;
}

/// Tables whose rows say whether the row of knowledge that they rest on was checked.
std::set<std::string> resting_tables() {
  std::ifstream file(root() / "docs" / "facts.md");
  std::set<std::string> tables;
  std::string table;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) table = line.substr(3);
    if (line.starts_with("| `verified` |") || line.starts_with("| `limit_verified` |")) tables.insert(table);
  }
  return tables;
}

std::string first_line(const std::string& text, const std::string& key) {
  const std::size_t start = text.find("\n" + key + ": ");
  if (start == std::string::npos) return {};
  const std::size_t end = text.find('\n', start + 1);
  return text.substr(start + key.size() + 3, end - start - key.size() - 3);
}

} // namespace

TEST_CASE("a rule that says high asks whether what it rests on was checked, or says what it assumes") {
  const std::set<std::string> tables = resting_tables();
  REQUIRE(tables.count("quotas") == 1);
  REQUIRE(tables.count("escalations") == 1);
  std::size_t looked_at = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root() / "rules")) {
    if (entry.path().extension() != ".yaml" || entry.path().parent_path().filename() == "knowledge") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    const std::string text = "\n" + content.str();
    const std::string severity = text.substr(text.find("\nseverity:"), 500);
    const bool high =
        severity.find("high") != std::string::npos || severity.find("critical") != std::string::npos;
    if (!high || tables.count(first_line(text, "for")) == 0) continue;
    CAPTURE(entry.path().string());
    ++looked_at;
    const bool asks = text.find("verified") != std::string::npos;
    const bool assumes = text.find("\nconfidence: \"assumed") != std::string::npos;
    CHECK((asks || assumes));
  }
  CHECK(looked_at >= 3);
}
