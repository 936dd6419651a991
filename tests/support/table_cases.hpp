// SPDX-License-Identifier: Apache-2.0
// Which tables of facts tests have looked at, and of how many different systems.
#pragma once

#include "analysis/table.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::support {

/// Counts while tests run and writes "TABLE COUNT" lines, of every table there is, to the file that the
/// environment variable SLSAUDIT_TABLE_CASES names when the program ends.
class TableCases {
public:
  static TableCases& all() {
    static TableCases cases;
    return cases;
  }
  void add(std::string_view table, const std::string& system) { systems_[std::string(table)].insert(system); }

  TableCases() : schemas_(analysis::Facts::schemas()) {} // what they are made of then outlives this
  TableCases(const TableCases&) = delete;
  TableCases& operator=(const TableCases&) = delete;
  ~TableCases() {
    const char* path = std::getenv("SLSAUDIT_TABLE_CASES"); // NOLINT(concurrency-mt-unsafe)
    if (path == nullptr) return;
    std::ofstream file(path);
    for (const analysis::Schema* schema : schemas_) {
      file << schema->name << ' ' << systems_[std::string(schema->name)].size() << '\n';
    }
  }

private:
  std::vector<const analysis::Schema*> schemas_;
  std::map<std::string, std::set<std::string>> systems_; ///< By table.
};

} // namespace slsaudit::support
