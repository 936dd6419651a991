// SPDX-License-Identifier: Apache-2.0
// Build-time tool: checks the rule files below a directory and writes them as one packed string
// (rules/packed.hpp), as the items of a character array.
//
//   compile_rules DIRECTORY OUTPUT.inc
#include "rules/engine.hpp"
#include "rules/examples.hpp"
#include "rules/packed.hpp"

#include <fstream>
#include <iostream>

namespace {

using namespace slsaudit;

/// Rules of all groups: folders named in capitals. Other folders hold knowledge.
rules::Loaded load_groups(const text::FileSystem& files, const std::string& directory) {
  rules::Loaded all;
  const auto entries = files.list(directory);
  if (!entries) {
    all.errors.push_back({directory, 1, 1, entries.error()});
    return all;
  }
  for (const text::DirectoryEntry& entry : entries.value()) {
    if (!entry.is_directory || entry.name.front() < 'A' || entry.name.front() > 'Z') continue;
    rules::Loaded one = rules::load_directory(files, text::join_path(directory, entry.name));
    for (rules::Rule& rule : one.rules) {
      rule.path = "rules/" + entry.name + "/" + rule.name + ".yaml"; // The same wherever the sources lie.
      all.rules.push_back(std::move(rule));
    }
    all.errors.insert(all.errors.end(), one.errors.begin(), one.errors.end());
  }
  return all;
}

void write(std::ostream& out, const std::string& bytes) {
  constexpr std::size_t in_a_line = 40;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out << static_cast<int>(static_cast<signed char>(bytes[i])) << ((i + 1) % in_a_line == 0 ? ",\n" : ",");
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: compile_rules DIRECTORY OUTPUT\n";
    return 2;
  }
  const text::DiskFileSystem files;
  rules::Loaded loaded = load_groups(files, argv[1]);
  for (const rules::RuleFileError& error : loaded.errors) {
    std::cerr << error.path << ":" << error.line << ":" << error.column << ": error: " << error.message
              << "\n";
  }
  if (!loaded.errors.empty()) return 1;
  for (rules::Rule& rule : loaded.rules) rules::show_fixes(rule);
  std::ofstream out(argv[2], std::ios::binary | std::ios::trunc);
  write(out, rules::pack(loaded.rules));
  out.flush();
  if (!out) std::cerr << argv[2] << ": can't be written\n";
  return out ? 0 : 1;
}
