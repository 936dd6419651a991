// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/syntax.hpp"

#include <vector>

using namespace slsaudit;
using test::Read;

namespace {

struct Case {
  const char* name;
  const char* yaml;
  const char* tree;
};

} // namespace

TEST_CASE("YAML becomes a tree") {
  const std::vector<Case> cases = {
      {"block mapping", "A: b\nC: d\n", "{A: b, C: d}"},
      {"no newline at the end", "A: b", "{A: b}"},
      {"nested", "A:\n  B:\n    C: d\n  E: f\n", "{A: {B: {C: d}, E: f}}"},
      {"sequence", "- a\n- b\n", "[a, b]"},
      {"sequence that is not indented", "A:\n- b\n- c\nD: e\n", "{A: [b, c], D: e}"},
      {"mappings in a sequence", "- A: b\n  C: d\n- E: f\n", "[{A: b, C: d}, {E: f}]"},
      {"flow", "A: {B: [c, d], E: {}}\nF: []\n", "{A: {B: [c, d], E: {}}, F: []}"},
      {"a pair in a flow sequence", "[a: b, c]\n", "[{a: b}, c]"},
      {"quotes", "A: 'it''s'\nB: \"x\\ty\"\n", "{A: \"it's\", B: \"x\\ty\"}"},
      {"block text", "A: |\n  one\n  two\nB: >-\n  one\n  two\n", "{A: \"one\\ntwo\\n\", B: \"one two\"}"},
      {"text over lines", "A: one\n  two\n", "{A: one two}"},
      {"nothing", "A:\nB: ~\nC: ''\n", "{A: ~, B: ~, C: \"\"}"},
      {"short intrinsics", "A: !Ref x\nB: !Sub '${y}'\nC: !GetAtt a.b\nD: !If [c, !Ref x, 1]\n",
       "{A: !Ref x, B: !Sub \"${y}\", C: !GetAtt a.b, D: !If [c, !Ref x, 1]}"},
      {"a tag before a block", "A: !Join\n  - ','\n  - [a]\n", "{A: !Join [\",\", [a]]}"},
      {"a tag without a value", "A: !Ref\nB: c\n", "{A: !Ref ~, B: c}"},
      {"standard tags", "A: !!str 1\nB: !<tag:yaml.org,2002:int> 2\n", "{A: !!str 1, B: !!int 2}"},
      {"colons in plain text", "A: AWS::SNS::Topic\n12:30: x\n", "{A: AWS::SNS::Topic, 12:30: x}"},
      {"keys keep their text", "010: a\nyes: b\n~: c\n\"q r\": d\n", "{010: a, yes: b, ~: c, q r: d}"},
      {"an empty key", "'': a\n", "{``: a}"},
      {"alias", "A: &x [1, 2]\nB: *x\n", "{A: [1, 2], B: [1, 2]}"},
      {"alias as a key", "A: &x k\n*x : v\n", "{A: k, k: v}"},
      {"an anchor may be set anew", "A: &x 1\nB: *x\nC: &x 2\nD: *x\n", "{A: 1, B: 1, C: 2, D: 2}"},
      {"the last of two anchors is the one that begins last", "A: &x\n  B: &x 1\nC: *x\n",
       "{A: {B: 1}, C: 1}"},
      {"merge", "A: &a {x: 1, y: 2}\nB:\n  <<: *a\n  y: 3\n", "{A: {x: 1, y: 2}, B: {*x: 1, y: 3}}"},
      {"merge behind the keys that win", "A: &a {x: 1}\nB: {x: 2, <<: *a}\n", "{A: {x: 1}, B: {x: 2}}"},
      {"merge of several, the first wins", "A: &a {x: 1}\nB: &b {x: 2, z: 3}\nC:\n  <<: [*a, *b]\n",
       "{A: {x: 1}, B: {x: 2, z: 3}, C: {*x: 1, *z: 3}}"},
      {"merge of what was merged", "A: &a {x: 1}\nB: &b {<<: *a, y: 2}\nC: {<<: *b}\n",
       "{A: {x: 1}, B: {*x: 1, y: 2}, C: {*x: 1, *y: 2}}"},
      {"merge written in place", "A: {<<: {x: 1}, y: 2}\n", "{A: {*x: 1, y: 2}}"},
      {"a quoted << is a key", "A: {'<<': 1}\n", "{A: {<<: 1}}"},
      {"duplicate keys are kept", "A: 1\nA: 2\n", "{A: 1, A: 2}"},
      {"document marks", "---\nA: b\n...\n", "{A: b}"},
      {"%YAML", "%YAML 1.1\n---\nA: b\n", "{A: b}"},
      {"JSON in a YAML file", "{\"A\": [1, true, null, \"x\"]}", "{A: [1, true, null, \"x\"]}"},
      {"JSON with YAML's freedoms", "{\n  # why\n  \"A\": [1, 2,],\n}\n", "{A: [1, 2]}"},
      {"CRLF", "A: |\r\n  x\r\n  y\r\nB: c\r\n", "{A: \"x\\ny\\n\", B: c}"},
      {"CR", "A: b\rC:\r  - d\r", "{A: b, C: [d]}"},
      {"byte-order mark",
       "\xEF\xBB\xBF"
       "A: b\n",
       "{A: b}"},
      {"more than ASCII", "Ä: ö\nB: \"☃ 😀\"\n", "{Ä: ö, B: \"☃ 😀\"}"},
      {"a scalar alone", "just text\n", "just text"},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Read read(c.yaml);
      CHECK(read.dump() == c.tree);
      CHECK((read.problems().empty() || read.problems().find("finding duplicate-key") == 0));
    }
  }
}

TEST_CASE("aliases share nodes, and merged entries are those of their source") {
  const Read read("A: &a {x: {y: 1}}\nB: *a\nC: {<<: *a}\n");
  const syntax::Node* root = read.document.root;
  REQUIRE(root != nullptr);
  CHECK(root->get("A") == root->get("B"));
  const syntax::Entry* merged = root->get("C")->find("x");
  REQUIRE(merged != nullptr);
  CHECK(merged->merged);
  CHECK(merged->value == root->get("A")->get("x"));
  CHECK(read.text(merged->key_span) == "x");
  CHECK(merged->key_span.begin == 7);
}

TEST_CASE("UTF-16 is read like UTF-8") {
  const std::string ascii = "A: x\n";
  const bool big = GENERATE(true, false);
  const bool mark = GENERATE(true, false);
  std::string bytes;
  if (mark) bytes = big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    if (big) bytes += '\0';
    bytes += c;
    if (!big) bytes += '\0';
  }
  const Read read(bytes);
  CHECK(read.dump({.spans = true}) == "{A@0-1: x@3-4}@0-4");
}

TEST_CASE("styles and spans are in the dump when asked for") {
  const Read read("A: 'x'\nB: \"x\"\nC: |-\n  x\nD: >-\n  x\nE: x\n");
  CHECK(read.dump({.styles = true}) == "{A: 'x', B: \"x\", C: |\"x\", D: >\"x\", E: x}");
  CHECK(Read("A: [b]\n").dump({.spans = true}) == "{A@0-1: [b@4-5]@3-6}@0-6");
}

TEST_CASE("a dump marks what would be ambiguous") {
  CHECK(Read("A: b, c\nB: \"a\\\"b\\\\\"\n").dump() == "{A: `b, c`, B: \"a\\\"b\\\\\"}");
  CHECK(Read("'a: b': \"\\x01\\n\"\n").dump() == "{`a: b`: \"\\x01\\n\"}");
  CHECK(syntax::dump(nullptr) == "(nothing)");
}
