// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/file_system.hpp"

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

TEST_CASE("a path lies within a directory, or doesn't") {
  struct Case {
    const char* path;
    const char* directory;
    bool within;
  };
  const Case cases[] = {
      {"/a/b", "/a", true}, {"/a", "/a", true}, {"/ab", "/a", false}, {"/b", "/a", false},
      {"/a/b", "/", true},  {"a/b", ".", true}, {"a/b", "", true},    {"../b", ".", false},
      {"/a/b", ".", false}, {"a/b", "a", true}, {"a", "a/b", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.path, c.directory);
    CHECK(slsaudit::text::is_within(c.path, c.directory) == c.within);
  }
  const slsaudit::text::MemoryFileSystem files({{"app/template.yaml", ""}, {"other/secret.yaml", ""}});
  CHECK(slsaudit::text::lies_within(files, "app/template.yaml", "app"));
  CHECK(slsaudit::text::lies_within(files, "app/gone.yaml", "app"));
  CHECK_FALSE(slsaudit::text::lies_within(files, "app/../other/secret.yaml", "app"));
  CHECK_FALSE(slsaudit::text::lies_within(files, "app/../other/gone.yaml", "app"));
}
