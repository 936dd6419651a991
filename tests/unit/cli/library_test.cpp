// SPDX-License-Identifier: Apache-2.0
// The library tells what the command tells.
#include "slsaudit/audit.hpp"
#include "support/catch.hpp"
#include "unit/cli/harness.hpp"

#include <cstdlib>

using namespace slsaudit;

namespace {

std::vector<std::string> audited() {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR");
  REQUIRE(root != nullptr);
  std::vector<std::string> paths;
  for (const char* path : {"/examples/photo-share", "/examples/orders", "/examples/telemetry",
                           "/tests/dialects/shop/sam.yaml", "/tests/dialects/shop/serverless.yml",
                           "/tests/dialects/shop/cloudformation.yaml", "/tests/no-such-directory"})
    paths.push_back(std::string(root) + path);
  return paths;
}

} // namespace

TEST_CASE("the library and the command tell the same, byte for byte") {
  const text::DiskFileSystem disk;
  for (const std::string& path : audited()) {
    CAPTURE(path);
    Options options;
    options.profile = "strict";
    options.as_of = "2026-01-31";
    options.ignore = {"TPL"};
    const Audit audit({path}, options);
    for (const std::string format : {"json", "sarif"}) {
      const test::Outcome command = test::run_on(
          disk, {"check", path, "--format", format, "--profile", "strict", "--ignore", "TPL", "--no-config"});
      CHECK((audit.report(format) == command.out));
    }
    const test::Outcome drawn = test::run_on(disk, {"graph", path, "--format", "mermaid"});
    CHECK((audit.graph("mermaid") == drawn.out));
  }
}
