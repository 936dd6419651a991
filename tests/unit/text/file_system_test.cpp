// SPDX-License-Identifier: Apache-2.0
#include "text/file_system.hpp"

#include "support/catch.hpp"

using namespace slsaudit::text;

TEST_CASE("paths are normalized") {
  CHECK(normalize_path("a/./b/../c") == "a/c");
  CHECK(normalize_path("../a") == "../a");
  CHECK(normalize_path("/../a/") == "/a");
  CHECK(normalize_path("") == ".");
  CHECK(join_path("a/b", "../c.yml") == "a/c.yml");
  CHECK(join_path("a", "/c") == "/c");
  CHECK(parent_path("a/b") == "a");
  CHECK(parent_path("b") == ".");
}

TEST_CASE("an in-memory tree lists and reads") {
  const MemoryFileSystem files({{"a/x.yml", "1"}, {"a/b/y.yml", "2"}});
  CHECK(files.read("a/./x.yml", 10).value() == "1");
  CHECK_FALSE(files.read("a/x.yml", 0).ok());
  CHECK_FALSE(files.read("a", 10).ok());
  const auto entries = files.list("a").value();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].name == "b");
  CHECK(entries[0].is_directory);
}
