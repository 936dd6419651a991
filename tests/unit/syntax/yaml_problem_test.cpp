// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/syntax.hpp"

#include <vector>

using namespace slsaudit;
using test::Read;

namespace {

struct Case {
  const char* yaml;
  const char* problems; ///< As Read::problems gives them.
  const char* tree;     ///< "(nothing)" where reading had to stop.
};

} // namespace

TEST_CASE("what is wrong with YAML is told where it stands") {
  const std::vector<Case> cases = {
      {"A:\n\tB: c\n", "error tab-indentation 2:1", "(nothing)"},
      {"A:\n  B: c\n\tD: e\n", "error tab-indentation 3:1", "(nothing)"},
      {"A: |\n\tb\n", "error tab-indentation 2:1", "(nothing)"},
      {"A:\n  B: c\n D: e\n", "error bad-indentation 3:2", "(nothing)"},
      {"A:\n    B: c\n   D: e\n", "error bad-indentation 3:4", "(nothing)"},
      {"A:\n  - b\n C: d\n", "error bad-indentation 3:2", "(nothing)"},
      {" A: b\nC: d\n", "error bad-indentation 2:1", "(nothing)"},
      {"A: \"b\nC: d\n", "error unclosed-quote 1:4", "(nothing)"},
      {"A: \"b\nC: \\q\nD: \"e\"\n", "error unclosed-quote 1:4", "(nothing)"},
      {"A: 'b\nC: d\n", "error unclosed-quote 1:4", "(nothing)"},
      {"A: \"b\nC: \"d\"\n", "error unclosed-quote 1:4", "(nothing)"},
      {"X:\n  A: \"b\n  C: \"d\"\n", "error unclosed-quote 2:6", "(nothing)"},
      {"X:\n  A: \"b\n  C: \"\n  D: e\n", "finding unclosed-quote 2:6", "{X: {A: \"b C: \", D: e}}"},
      {"X:\n  A: \"b\n    c: d\"\n", "", "{X: {A: \"b c: d\"}}"},
      {"A: 'it's'\n", "error text-after-quote 1:8", "(nothing)"},
      {"A: {b: c\n", "error unclosed-bracket 1:4", "(nothing)"},
      {"A: [b, c\nD: e\n", "error unclosed-bracket 1:4", "(nothing)"},
      {"A: {b: c d: e}\n", "error missing-comma 1:11", "(nothing)"},
      {"A: ['b' 'c']\n", "error missing-comma 1:9", "(nothing)"},
      {"A: b: c\n", "error unexpected-colon 1:5", "(nothing)"},
      {"A: b\n  C: d\n", "error unexpected-colon 2:3", "(nothing)"},
      {"A: b\nC\nD: e\n", "error missing-colon 2:1", "(nothing)"},
      {"A: - b\n", "error unexpected-item 1:4", "(nothing)"},
      {"A: *\n", "error bad-alias 1:4", "(nothing)"},
      {"A: @b\n", "error reserved-character 1:4", "(nothing)"},
      {"A: `b`\n", "error reserved-character 1:4", "(nothing)"},
      {"A: %b\n", "error reserved-character 1:4", "(nothing)"},
      {"A: \"\\q\"\n", "error bad-escape 1:5", "(nothing)"},
      {"A: ]\n", "error missing-value 1:4", "(nothing)"},
      {"A: !x!y b\n", "error bad-tag 1:4", "(nothing)"},
      {"A: | b\n", "error bad-block-text 1:6", "(nothing)"},
      {"%FOO x\n---\nA: b\n", "error bad-directive 1:1", "(nothing)"},
      {"%YAML 9.9\n---\nA: b\n", "error bad-directive 1:1", "(nothing)"},
      {"A: {{ name }}\nB: c\n", "error template-syntax 1:4", "{A: ?(), B: c}"},
      {"A: {{ name }}-x\n", "error template-syntax 1:4", "(nothing)"},
      {"A: b\n{% if x %}\nC: d\n", "error template-syntax 2:2", "(nothing)"},
      {"A: *x\nB: c\n", "error undefined-alias 1:4", "{A: ?(*x), B: c}"},
      {"A: &x [*x]\nB: c\n", "error cyclic-alias 1:8", "{A: [?(*x)], B: c}"},
      {"A: &x\n  <<: *x\n  B: c\n", "error cyclic-alias 2:7", "{A: {B: c}}"},
      {"A: &x [1, 2]\nB: {<<: *x, C: d}\n", "error merge-not-mapping 2:9", "{A: [1, 2], B: {C: d}}"},
      {"A: {<<: b}\n", "error merge-not-mapping 1:9", "{A: {}}"},
      {"? [a, b]\n: c\nD: e\n", "error non-scalar-key 1:3", "{D: e}"},
      {"A: 1\n{a: b}: c\n", "error non-scalar-key 2:1", "{A: 1}"},
      {"A: b\n---\nC: d\n", "error several-documents 2:1", "{A: b}"},
      {"A: b\n---\n", "error several-documents 2:1", "{A: b}"},
      {"", "error empty-file 1:1", "(nothing)"},
      {"# a\n# b\n", "error empty-file 1:1", "(nothing)"},
      {"--- # a\n...\n", "error empty-file 1:1", "(nothing)"},
      {"A: 1\nB: 2\nA: 3\n", "finding duplicate-key 3:1", "{A: 1, B: 2, A: 3}"},
      {"A: 1\nB: 2\nA: 1\n", "finding repeated-key 3:1", "{A: 1, B: 2, A: 1}"},
      {"A: {B: [1]}\nA: {B: [1]}\n", "finding repeated-key 2:1", "{A: {B: [1]}, A: {B: [1]}}"},
      {"A: {B: [1]}\nA: {B: [1, 2]}\n", "finding duplicate-key 2:1", "{A: {B: [1]}, A: {B: [1, 2]}}"},
      {"X: {A: 1, 'A': 2, A: 3}\n", "finding duplicate-key 1:11; finding duplicate-key 1:19",
       "{X: {A: 1, A: 2, A: 3}}"},
      {"A: b\x01"
       "c\nD: e\n",
       "error control-character 1:5", "{A: b c, D: e}"},
      {"A: b\n# \x1b\nD: e\n", "error control-character 2:3", "{A: b, D: e}"},
      {"A: \xff\nD: e\n", "error invalid-utf8 1:4", "{A: \xEF\xBF\xBD, D: e}"},
      {"{\"A\": 1,}}", "error text-after-document 1:10", "(nothing)"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.yaml) {
      const Read read(c.yaml);
      CHECK(read.problems() == c.problems);
      CHECK(read.dump() == c.tree);
    }
  }
}

TEST_CASE("zeros are characters that YAML forbids, not ends") {
  const Read inside(std::string("A: b\0c\nD: e\n", 12));
  CHECK(inside.problems() == "error control-character 1:5");
  CHECK(inside.dump() == "{A: b c, D: e}");
  const Read behind("A: b\nC: d\n" + std::string(100, '\0'));
  CHECK(behind.problems() == "error control-character 3:1");
  CHECK(behind.dump() == "{A: b, C: d}");
  CHECK(Read(std::string(100, '\0')).problems().find("error") == 0);
}

TEST_CASE("problems say what was found, what was expected, and where the cause is") {
  SECTION("duplicate key") {
    const Read read("A: 1\nA: 2\n");
    const text::Problem& problem = read.document.problems.at(0);
    CHECK(problem.message == "the key `A` stands twice in this mapping; only the last one counts");
    CHECK(read.text(problem.span) == "A");
    REQUIRE(problem.related.size() == 1);
    CHECK(read.place(problem.related[0].span) == "1:1");
  }
  SECTION("indentation") {
    const Read read("A:\n    B: c\n   D: e\n");
    const text::Problem& problem = read.document.problems.at(0);
    CHECK(problem.message ==
          "found `D:` in column 4, where no open mapping has its keys; expected column 1 or 5");
    CHECK_FALSE(problem.help.empty());
  }
  SECTION("a quote that swallows lines") {
    const Read read("A: \"b\nC: \"d\"\n");
    const text::Problem& problem = read.document.problems.at(0);
    REQUIRE(problem.related.size() == 1);
    CHECK(read.text(problem.related[0].span) == "C");
  }
  SECTION("control characters are never in a message") {
    const Read read("A: b\n\x1b[31mC\nD: e\n");
    for (const text::Problem& problem : read.document.problems)
      CHECK(problem.message.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("what was read before an error is kept apart") {
  const Read read("Resources:\n  A:\n    Type: x\n   B: y\n");
  CHECK(read.document.root == nullptr);
  CHECK(syntax::dump(read.document.partial) == "{Resources: {A: {Type: x}}}");
}

TEST_CASE("a file that is no text is refused") {
  std::string bytes = "A: b\n";
  for (int i = 0; i < 400; ++i) bytes += static_cast<char>(i * 7 % 256);
  const Read read(bytes);
  CHECK(read.problems() == "error not-text 1:1");
  CHECK(read.document.root == nullptr);
}
