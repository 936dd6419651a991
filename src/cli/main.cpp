// SPDX-License-Identifier: Apache-2.0
// Arguments in, exit code out. Reading on: app.cpp chooses the command, check.cpp runs the audit of
// audit/pipeline.cpp.
#include "cli/app.hpp"
#include "cli/disk.hpp"

int main(int argc, char** argv) {
  slsaudit::cli::World world = slsaudit::cli::real_world();
  return slsaudit::cli::run(std::vector<std::string>(argv + 1, argv + argc), world);
}
