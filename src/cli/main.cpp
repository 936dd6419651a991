// SPDX-License-Identifier: Apache-2.0
// Arguments in, exit code out. Reading on: app.cpp chooses the command, check.cpp runs the audit of
// audit/pipeline.cpp.
#include "cli/app.hpp"
#include "cli/disk.hpp"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace {

/// One short run: what is freed will be wanted again soon, and all goes back at the end. Only what is large,
/// as lists are while they grow, goes back at once: else it would leave holes that nothing as large fits
/// into.
void keep_memory() {
#if defined(__GLIBC__)
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 1 << 19);
  mallopt(M_MMAP_THRESHOLD, 1 << 16);
#endif
}

} // namespace

int main(int argc, char** argv) {
  keep_memory();
  slsaudit::cli::World world = slsaudit::cli::real_world();
  return slsaudit::cli::run(std::vector<std::string>(argv + 1, argv + argc), world);
}
