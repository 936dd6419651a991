// SPDX-License-Identifier: Apache-2.0
// What a terminal is told while work takes long.
#include "cli/progress.hpp"
#include "support/catch.hpp"
#include "text/file_system.hpp"

#include <sstream>

using namespace slsaudit;

namespace {

/// What stands on standard error after steps of so many seconds each.
std::string told(bool terminal, double seconds, int files, int systems) {
  const text::MemoryFileSystem disk(std::map<std::string, std::string>{{"a.yaml", "A: 1\n"}});
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  double now = 0;
  const auto write = [](const std::string&, const std::string&) -> text::Result<bool> { return true; };
  cli::World world{in, out, err, disk, write, [&] { return now; }, [] { return std::string("2026-01-31"); }};
  world.error_terminal = terminal;
  cli::Progress progress(world);
  const cli::CountedFiles counted(disk, progress);
  for (int i = 0; i < files; ++i) {
    now += seconds;
    CHECK(counted.read("a.yaml", 100).ok());
  }
  for (int i = 1; i <= systems; ++i) {
    now += seconds;
    progress.audited(static_cast<std::size_t>(i), static_cast<std::size_t>(systems));
  }
  progress.erase();
  return err.str();
}

} // namespace

TEST_CASE("progress is told where somebody waits, and leaves nothing behind") {
  const std::string erased = "\r\x1b[K";
  CHECK(told(true, 0.4, 2, 1) ==
        erased + "slsaudit: 2 files read" + erased + "slsaudit: 1 of 1 system audited" + erased);
  CHECK(told(true, 0.01, 10, 10).empty()); // over before anybody wonders
  CHECK(told(false, 1, 3, 3).empty());     // a log wants none of it
  CHECK(told(true, 0.06, 9, 2) ==
        erased + "slsaudit: 9 files read" + erased + "slsaudit: 2 of 2 systems audited" + erased);
}
