// SPDX-License-Identifier: Apache-2.0
// Build-time tool: turns the rows of rules/knowledge/ into read-only C++ tables, so that nothing is parsed at
// run time.
//
//   compile_knowledge DIRECTORY OUTPUT.inc
//
// Text goes into one constant per table and rows hold offsets into it: tables of pointers would have to be
// relocated at every start of the program.
#include "tools/knowledge/write.hpp"

#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: compile_knowledge DIRECTORY OUTPUT.inc\n";
    return 2;
  }
  try {
    std::ostringstream out;
    out << "// Generated from rules/knowledge/ by src/tools/compile_knowledge.cpp.\n";
    slsaudit::tools::write_actions(argv[1], out);
    slsaudit::tools::write_resource_types(argv[1], out);
    slsaudit::tools::write_policy_templates(argv[1], out);
    slsaudit::tools::write_key_formats(argv[1], out);
    slsaudit::tools::write_rows(argv[1], out);
    std::ofstream file(argv[2], std::ios::binary);
    file << out.str();
    return file.good() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "compile_knowledge: " << error.what() << '\n';
    return 1;
  }
}
