// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/syntax.hpp"

using namespace slsaudit;
using test::Read;

namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

/// Lists of lists of … by aliases: 10^levels items.
std::string bomb(std::size_t levels) {
  std::string result = "A0: &a0 x\n";
  for (std::size_t i = 1; i <= levels; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    result += "A" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias +
              repeated(", " + alias, 9) + "]\n";
  }
  return result;
}

} // namespace

TEST_CASE("limits are errors that name themselves") {
  syntax::Limits limits;
  limits.max_bytes = 200;
  limits.max_depth = 5;
  limits.max_nodes = 20;
  limits.max_expansion = 30;
  struct Case {
    const char* name;
    std::string text;
    const char* path;
    const char* problem;
    const char* limit;
  };
  const Case cases[] = {
      {"bytes", "A: " + repeated("x", 200), "t.yaml", "error file-too-large 1:1", "(file-size)"},
      {"depth, YAML flow", repeated("[", 6) + repeated("]", 6), "t.yaml", "error too-deep 1:6", "(depth)"},
      {"depth, YAML block", repeated("- ", 6) + "x", "t.yaml", "error too-deep 1:11", "(depth)"},
      {"depth, JSON", repeated("[", 6) + repeated("]", 6), "t.json", "error too-deep 1:6", "(depth)"},
      {"nodes, YAML", "[x" + repeated(",x", 20) + "]", "t.yaml", "error too-many-nodes 1:40", "(nodes)"},
      {"nodes, JSON", "[1" + repeated(",1", 20) + "]", "t.json", "error too-many-nodes 1:40", "(nodes)"},
      {"expansion", "A: &a [1, 2, 3, 4]\nB: [*a, *a, *a, *a, *a, *a]\n", "t.yaml",
       "error alias-expansion 2:21", "(expansion)"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Read read(c.text, c.path, limits);
      CHECK(read.problems() == c.problem);
      CHECK(read.document.problems.at(0).message.find(c.limit) != std::string::npos);
    }
  }
}

TEST_CASE("at a limit, nothing is said") {
  syntax::Limits limits;
  limits.max_depth = 5;
  limits.max_nodes = 6;
  limits.max_bytes = 11;
  CHECK(Read("[[[[[x]]]]]", "t.yaml", limits).problems().empty());
}

TEST_CASE("an alias bomb is shared, counted, and cut off") {
  CHECK(Read(bomb(5)).problems().empty());
  const Read read(bomb(30));
  CHECK(read.problems() == "error alias-expansion 8:10");
  REQUIRE(read.document.root != nullptr);
  CHECK(read.document.root->children.size() == 31);
}

TEST_CASE("merge keys are counted like aliases") {
  std::string yaml = "A0: &a0 {k: v}\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = std::to_string(i - 1);
    yaml += "A" + std::to_string(i) + ": &a" + std::to_string(i) + " {<<: *a" + before + ", x: *a" + before +
            "}\n";
  }
  CHECK(Read(yaml).problems().find("error alias-expansion") == 0);
}

TEST_CASE("nesting far over the limit takes neither stack nor time") {
  CHECK(Read(repeated("[", 1'000'000), "t.json").problems().find("error too-deep") == 0);
  CHECK(Read(repeated("[", 1'000'000), "t.yaml").problems().find("error too-deep") == 0);
  CHECK(Read(repeated("- ", 1'000'000), "t.yaml").problems().find("error too-deep") == 0);
  CHECK(Read("A: " + repeated("{a: ", 1'000'000), "t.yaml").problems().find("error too-deep") == 0);
}

TEST_CASE("problems of one file are not without number") {
  const Read read("A: [" + repeated("*x, ", 1000) + "]\n");
  CHECK(read.document.problems.size() == 101);
  CHECK(read.document.problems.back().name == "too-many-problems");
}
