// SPDX-License-Identifier: Apache-2.0
// Writes the pages of docs/ that are made from the program: the target `write_docs`. Tests check that they
// are up to date.
//
//   write_docs SOURCE_DIRECTORY
#include "analysis/describe.hpp"
#include "report/rule_pages.hpp"
#include "report/rule_text.hpp"
#include "rules/engine.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

using namespace slsaudit;
namespace fs = std::filesystem;

bool write(const fs::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.flush();
  if (!file) std::cerr << path << ": can't be written\n";
  return file.good();
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_docs SOURCE_DIRECTORY\n";
    return 2;
  }
  const fs::path docs = fs::path(argv[1]) / "docs";
  bool good = write(docs / "facts.md", analysis::tables_as_markdown());
  fs::create_directories(docs / "schemas");
  good = write(docs / "schemas" / "rule.schema.json", report::rule_schema()) && good;
  fs::remove_all(docs / "rules"); // Pages of rules that are gone go too.
  fs::create_directories(docs / "rules");
  for (const auto& [name, text] : report::rule_pages(rules::builtin())) {
    good = write(docs / "rules" / name, text) && good;
  }
  std::ifstream coverage(docs / "coverage.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(coverage), std::istreambuf_iterator<char>()};
  good = write(docs / "coverage.md", report::with_coverage(page, rules::builtin())) && good;
  return good ? 0 : 1;
}
