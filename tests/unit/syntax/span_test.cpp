// SPDX-License-Identifier: Apache-2.0
// Each node's span covers exactly what the author wrote for it.
#include "support/catch.hpp"
#include "support/syntax.hpp"

#include <vector>

using namespace slsaudit;
using test::Read;

namespace {

/// `path` names a node by keys and indices, "A/0/B"; a trailing ':' asks for the key.
struct Case {
  const char* name;
  const char* source;
  const char* path;
  const char* text;
};

text::Span find(const syntax::Node* node, std::string_view path) {
  text::Span span = node->span;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    std::string_view step = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    const bool key = step.ends_with(':');
    if (key) step.remove_suffix(1);
    const syntax::Entry* entry =
        node->is_sequence() ? &node->children[static_cast<std::size_t>(step[0] - '0')] : node->find(step);
    REQUIRE(entry != nullptr);
    node = entry->value;
    span = key ? entry->key_span : node->span;
  }
  return span;
}

void check(const std::vector<Case>& cases, const char* file) {
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const Read read(c.source, file);
      CHECK(read.problems().empty());
      REQUIRE(read.document.root != nullptr);
      CHECK(read.text(find(read.document.root, c.path)) == c.text);
    }
  }
}

} // namespace

TEST_CASE("YAML spans") {
  check(
      {
          {"plain value", "A: b c # d\n", "A", "b c"},
          {"key", "A: b\n", "A:", "A"},
          {"quoted key", "'A b': c\n", "A b:", "'A b'"},
          {"quoted value", "A: \"b\" # c\n", "A", "\"b\""},
          {"value over lines", "A: b\n  c\nD: e\n", "A", "b\n  c"},
          {"literal ends with its text", "A: |\n  b\n  c\n\n\nD: e\n", "A", "|\n  b\n  c"},
          {"literal that keeps its breaks", "A: |+\n  b\n\nD: e\n", "A", "|+\n  b"},
          {"literal at the end", "A: |\n  b", "A", "|\n  b"},
          {"empty literal", "A: |\nB: c\n", "A", "|"},
          {"block mapping", "A:\n  B: c\n  D: e\n\nF: g\n", "A", "B: c\n  D: e"},
          {"block mapping that ends without a value", "A:\n  B:\nF: g\n", "A", "B:"},
          {"block sequence", "A:\n  - b\n  - c # d\nE: f\n", "A", "- b\n  - c"},
          {"sequence that is not indented", "A:\n- b\n- c\nE: f\n", "A", "- b\n- c"},
          {"flow mapping", "A: {b: c } # d\n", "A", "{b: c }"},
          {"flow sequence", "A: [\n  b,\n]\n", "A", "[\n  b,\n]"},
          {"empty flow", "A: {}\n", "A", "{}"},
          {"pair in a flow sequence", "A: [b: c, d]\n", "A/0", "b: c"},
          {"tag", "A: !Ref b\n", "A", "!Ref b"},
          {"tag before a block", "A: !Join\n  - b\n  - c\nD: e\n", "A", "!Join\n  - b\n  - c"},
          {"tag before flow", "A: !If [b, c]\n", "A", "!If [b, c]"},
          {"tag alone", "A: !Ref\nB: c\n", "A", "!Ref"},
          {"key alone", "A:\n  ? B\n\n  # c\n\nD: e\n", "A", "? B"},
          {"anchor", "A: &x b\n", "A", "&x b"},
          {"nothing", "A:\nB: c\n", "A", ""},
          {"alias last in a block", "X: &x\n  y: 1\nA:\n  B: *x\nC: d\n", "A", "B: *x"},
          {"behind other letters", "Ä: \"ö☃😀\"\nB: c\n", "B", "c"},
          {"in a line with other letters", "{Ä: \"ö☃😀\", B: c}\n", "B", "c"},
          {"far behind other letters",
           "# ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"
           "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé\nA: b\n",
           "A", "b"},
          {"behind a byte-order mark",
           "\xEF\xBB\xBF"
           "A: b\n",
           "A", "b"},
          {"with CRLF", "A: b\r\nC:\r\n  - d\r\n", "C/0", "d"},
          {"with CRLF, a block", "A:\r\n  B: c\r\nD: e\r\n", "A", "B: c"},
          {"with CR", "A: b\rC: d\r", "C", "d"},
      },
      "t.yaml");
}

TEST_CASE("JSON spans") {
  check(
      {
          {"string", "{\"A\": \"b\"}", "A", "\"b\""},
          {"key", "{ \"A\" : 1}", "A:", "\"A\""},
          {"number", "{\"A\": -1.5e3 }", "A", "-1.5e3"},
          {"literal", "{\"A\":true}", "A", "true"},
          {"object", " {\"A\": { \"B\": 1 } }", "A", "{ \"B\": 1 }"},
          {"array", "[[1, 2] ,3]", "0", "[1, 2]"},
          {"root", "\n {\"A\": 1}\n", "", "{\"A\": 1}"},
          {"behind escapes and other letters", "{\"\\u00e9é\": \"😀\", \"B\": 2}", "B", "2"},
      },
      "t.json");
}
