// SPDX-License-Identifier: Apache-2.0
// Build-time tool: checks the rule files below a directory and writes them as one packed string
// (rules/packed.hpp), and their expressions, compiled, as tables that show pieces of it.
//
//   compile_rules DIRECTORY OUTPUT.inc
#include "rules/engine.hpp"
#include "rules/examples.hpp"
#include "rules/expression_store.hpp"
#include "rules/packed.hpp"
#include "tools/rule_tables.hpp"

#include <algorithm>
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
  std::ranges::sort(loaded.rules, {}, &rules::Rule::code);
  const std::string packed = rules::pack(loaded.rules);
  rules::ExpressionStore expressions(packed);
  for (const rules::Rule& rule : loaded.rules) expressions.add(rule);
  std::ofstream out(argv[2], std::ios::binary | std::ios::trunc);
  out << "constexpr std::size_t packed_rules_size = " << packed.size() << ";\n";
  tools::write_tables(out, expressions.packed());
  out.flush();
  if (!out) std::cerr << argv[2] << ": can't be written\n";
  return out ? 0 : 1;
}
