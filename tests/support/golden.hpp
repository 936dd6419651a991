// SPDX-License-Identifier: Apache-2.0
// Comparison with files in tests/golden. With SLSAUDIT_UPDATE_GOLDEN=1 in the environment they are written
// instead: read the difference before committing it.
#pragma once

#include "support/catch.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace slsaudit::test {

inline void check_golden(const std::string& name, const std::string& actual) {
  const char* root = std::getenv("SLSAUDIT_SOURCE_DIR");
  REQUIRE(root != nullptr);
  const std::string path = std::string(root) + "/tests/golden/" + name;
  if (std::getenv("SLSAUDIT_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << actual;
  std::ifstream file(path, std::ios::binary);
  INFO("golden file " << path);
  REQUIRE(file.good());
  std::ostringstream expected;
  expected << file.rdbuf();
  CHECK(actual == expected.str());
}

} // namespace slsaudit::test
