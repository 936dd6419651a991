// SPDX-License-Identifier: Apache-2.0
// What is written as YAML reads as what it was.
#include "support/catch.hpp"
#include "syntax/reader.hpp"
#include "syntax/yaml_writer.hpp"

using namespace slsaudit;

namespace {

struct Case {
  const char* name;
  const char* source;
  const char* expected;
};

const syntax::Node* read(text::SourceMap& sources, text::Arena& arena, const std::string& source) {
  const syntax::Document document = syntax::read(sources, arena, "a.yaml", source);
  REQUIRE(document.root != nullptr);
  return document.root;
}

/// Whether two trees mean the same, however their scalars are quoted.
bool same(const syntax::Node& left, const syntax::Node& right) {
  if (left.kind != right.kind || left.tag != right.tag || left.children.size() != right.children.size())
    return false;
  if (left.is_scalar() &&
      (left.text != right.text || syntax::scalar_type(left) != syntax::scalar_type(right)))
    return syntax::is_null(left) && syntax::is_null(right);
  for (std::size_t i = 0; i < left.children.size(); ++i) {
    if (left.children[i].key != right.children[i].key ||
        !same(*left.children[i].value, *right.children[i].value))
      return false;
  }
  return true;
}

const Case cases[] = {
    {"a statement", "{Effect: Allow, Action: ['s3:*', \"s3:GetObject\"], Resource: '*'}",
     "Effect: Allow\nAction: [s3:*, s3:GetObject]\nResource: \"*\""},
    {"of JSON", R"({"Resource": {"Fn::GetAtt": ["Orders", "Arn"]}, "Sid": "1", "N": 1})",
     "Resource:\n  Fn::GetAtt: [Orders, Arn]\nSid: \"1\"\nN: 1"},
    {"tags", "{A: !GetAtt Orders.Arn, B: [!Ref C, !Sub '${D.Arn}/*'], E: !If [a, {x: 1}, b]}",
     "A: !GetAtt Orders.Arn\nB:\n  - !Ref C\n  - !Sub ${D.Arn}/*\nE: !If\n  - a\n  - x: 1\n  - b"},
    {"lists of lists", "[[a], [], {}, {b: {c: [d, {e: f}]}}]",
     "- [a]\n- []\n- {}\n- b:\n    c:\n      - d\n      - e: f"},
    {"texts of several lines", "{A: \"one\\ntwo\\n\", B: 'x\n\n  y'}", nullptr},
    {"block texts", "A: |\n  x\n\n    y\nB: |-\n  z\n  w\nC: 1\n",
     "A: |\n  x\n\n    y\nB: |-\n  z\n  w\nC: 1"},
    {"what needs quotes", "['', ' a', 'a: b', 'a #b', '12', 'true', 'null', '0x1', '-', '{a}', 'a, b', '~']",
     nullptr},
    {"numbers keep their text", "{A: 0123, B: 1.10, C: ~, D: }", "A: 0123\nB: 1.10\nC: ~\nD: ~"},
    {"odd keys", "{'a: b': 1, 's3:*': 2, '*': 3, 'aws:SourceArn': 4}", nullptr},
};

} // namespace

TEST_CASE("a tree written as YAML reads as the same") {
  for (const Case& c : cases) {
    INFO(c.name);
    text::SourceMap sources;
    text::Arena arena;
    const syntax::Node* root = read(sources, arena, c.source);
    const std::string written = syntax::to_yaml(*root);
    if (c.expected != nullptr) CHECK(written == c.expected);
    INFO(written);
    CHECK(same(*read(sources, arena, written), *root));
  }
}

TEST_CASE("lines behind the first are indented to where the text stands") {
  text::SourceMap sources;
  text::Arena arena;
  const syntax::Node& map = *read(sources, arena, "{A: 1, B: [{C: 2}]}");
  CHECK(syntax::to_yaml(map, {.column = 4}) == "A: 1\n    B:\n      - C: 2");
  CHECK(syntax::to_yaml(map, {.column = 2, .behind_key = true}) == "\n    A: 1\n    B:\n      - C: 2");
  CHECK(syntax::to_yaml(*read(sources, arena, "!Ref A"), {.column = 2, .behind_key = true}) == "!Ref A");
}

TEST_CASE("a long tree is not written to its end") {
  text::SourceMap sources;
  text::Arena arena;
  std::string source;
  for (int i = 0; i < 100; ++i) source += "key" + std::to_string(i) + ": {a: 1}\n";
  const std::string written = syntax::to_yaml(*read(sources, arena, source), {}, 200);
  CHECK(written.size() > 200);
  CHECK(written.size() < 300);
}
