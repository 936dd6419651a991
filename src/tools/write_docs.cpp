// SPDX-License-Identifier: Apache-2.0
// Writes the pages of docs/ that are made from the program: the target `write_docs`. Tests check that they
// are up to date.
//
//   write_docs SOURCE_DIRECTORY
#include "analysis/describe.hpp"

#include <fstream>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_docs SOURCE_DIRECTORY\n";
    return 2;
  }
  std::ofstream file(std::string(argv[1]) + "/docs/facts.md", std::ios::binary);
  file << slsaudit::analysis::tables_as_markdown();
  return file.good() ? 0 : 1;
}
