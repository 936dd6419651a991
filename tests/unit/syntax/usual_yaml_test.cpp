// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "support/yaml_readers.hpp"
#include "text/encoding.hpp"

#include <filesystem>
#include <fstream>
#include <string_view>

using namespace slsaudit;

TEST_CASE("what the reader of usual YAML takes, the library says the same of") {
  struct Case {
    std::string_view text;
    bool is_usual;
  };
  const std::vector<Case> cases{
      // Mappings and sequences.
      {"a: 1\n", true},
      {"a: 1", true},
      {"a:\n  b:\n    c: 1\nd: 2\n", true},
      {"a:\nb:\n", true},
      {"a: # what\n  b: 1 # which\n# where\nc: 2\n", true},
      {"- a\n- b:\n    c\n- - d\n  - e: 1\n    f: 2\n-\n- g\n", true},
      {"a:\n- b\n- c: 1\n  d: 2\ne: 3\n", true},
      {"a:\n- b\n-\n  - c\n-\nd:\n- \n", true},
      {"  a: 1\n  b:\n   - c\n", true},
      {"---\na: 1\n", true},
      {"# first\n--- # then\n- a\n", true},
      {"Fn::Sub: a:b\n'q': \"r\"\n\"s t\" : u\n", true},
      {"a: :b:c\n:d: ::e\n", true},
      {"a: -1\nb: -x\nc: a - b\nd: a#b\ne: x?y\n", true},
      {"\xC3\xA9: \xC3\xA4\nb:\n- \xF0\x9F\x98\x80: 1\n", true},
      {"a: 1\r\nb:\r\n  - c # d\r\n\r\n  - 'e'\r\n", true},
      // Tags, anchors and aliases.
      {"a: !Ref b\nc: !Sub \"${d}\"\ne: !If [f, g, !Ref h]\n", true},
      {"a: !If\n  - b\n  - !Ref c\n", true},
      {"a: !If\n- b\n- c\nd: !Equals [!Ref e, f]\n", true},
      {"a: &b\n  c: 1\nd: *b\ne:\n  <<: *b\nf: &g 1\nh: [*g, *b]\n", true},
      {"a: &b !Ref c\nd: !Ref &e f\n", true},
      {"- !Foo\n  a: 1\n- !Foo {a: 1}\n", true},
      {"a: !Fn::Sub.x b\n", true},
      {"a: !GetAZs\nb: &c\nd:\n- !Foo # e\n- !Bar &f\n", true},
      // Scalars on several lines.
      {"a: b\n  c\n\n  d\n\n\n  - e\nf: 1\n", true},
      {"a: b\n  c # d\ne: 1\n", true},
      {"a:\n  b\n  c\nd: 1\n", true},
      {"a: 'b\n  c'\nd: \"e  \n\n   f\\n\\t \n g\"\nh: 'it''s'\n", true},
      {"a: |\n  b\n   c\n\n  d\ne: >\n  f\n  g\n\n  h\n   i\n  j\n", true},
      {"a: |-\n  b\n\n\nc: |+\n  d\n\n\ne: >+\n  f\n\n", true},
      {"a: |2\n    b\n  c\nd: >1-\n  e\n", true},
      {"a: |\n\n \n  b\n# c\nd: 1\n", true},
      {"a: |\nb: >-\nc: 1\n", true},
      {"a: |\n  b", true},
      {"a: |\n  b\n ", true},
      {"a: |\n  b\n  ", true},
      {"a: |\n  b\n   ", true},
      {"- |\n a\n- >\n  b\n-   |\n   c\n", true},
      {"a: |\r\n  b\r\n\r\n  c\r\nd: \"e\r\n  f\"\r\n", true},
      // Flow collections.
      {"a: []\nb: {}\nc: [1, 'b', \"c\", [d], {e: f}, ]\n", true},
      {"a: {b: 1, 'c': 2, \"d\":3, e: [f], g: {h: i}}\n", true},
      {"a: [\n  b, # c\n  d\n]\ne: {\n  f: g\n  , h: i }\n", true},
      {"[a, b]\n", true},
      {"{\"a\": [1, 2],\n \"b\": null}\n", true},
      {"a: [b c, d:e, f#g, -h]\n", true},
      // Only the library reads these, or says what is wrong with them.
      {"", false},
      {"# nothing\n", false},
      {"a\n", false},
      {"'a'\n", false},
      {"a: b: c\n", false},
      {"a: b\n  c: d\n", false},
      {"a: - b\n", false},
      {"a:\n\t- b\n", false},
      {"a:\tb\n", false},
      {"a: b\tc\n", false},
      {"- a\nb: 1\n", false},
      {"a: 1\n- b\n", false},
      {"a: 1\n b: 2\n", false},
      {"  a: 1\nb: 2\n", false},
      {"a:\n    b: 1\n  c: 2\n", false},
      {"a: [b\n", false},
      {"a: [:b]\n", false},
      {"a: [!Ref]\n", false},
      {"a: [b: c]\n", false},
      {"a: [b, , c]\n", false},
      {"a: {b}\n", false},
      {"a: {b: }\n", false},
      {"a: {{b}}\n", false},
      {"a: [b\n c]\n", false},
      {"a: [b]c\n", false},
      {"a: [\n---\n]\n", false},
      {"a: 'b\n", false},
      {"a: 'b' c\n", false},
      {"a: 'b'#c\n", false},
      {"a: \"\\q\"\n", false},
      {"a: \"\\x41\"\n", false},
      {"a: \"b\\\n  c\"\n", false},
      {"a: 'b\n\n---\n'\n", false},
      {"a: !!str b\n", false},
      {"a: !<tag:x> b\n", false},
      {"a: ! b\n", false},
      {"!a b: c\n", false},
      {"a: !b c: d\n", false},
      {"a: !b !c d\n", false},
      {"? a\n: b\n", false},
      {"*a : b\n", false},
      {"a: &b *c\n", false},
      {"%YAML 1.1\n---\na: 1\n", false},
      {"a: 1\n---\nb: 2\n", false},
      {"a: 1\n...\n", false},
      {"---\n--- a: b\n", false},
      {"... a: b\n", false},
      {"a: |x\n  b\n", false},
      {"a: |\n\n   \n  b\n", false},
      {"a: |\n \tb\n", false},
      {"a: |\n\t b\n", false},
      {"a: @b\n", false},
      {"a: `b\n", false},
      {"a: 1\rb: 2\n", false},
      {"a: 1\xC2\x85"
       "b: 2\n",
       false},
      {"a: \xE2\x80\xA8 b\n", false},
      {"a: b\x01\n", false},
  };
  for (const Case& each : cases) {
    const test::Readers readers = test::compare_readers(each.text);
    CAPTURE(each.text);
    CHECK(readers.is_usual == each.is_usual);
    CHECK(readers.difference == "");
  }
  const std::string long_key(1'100, 'k');
  CHECK_FALSE(test::compare_readers(long_key + ": 1\n").is_usual);
  CHECK_FALSE(test::compare_readers("a: {" + long_key + ": 1}\n").is_usual);
}

TEST_CASE("public templates are usual YAML, nearly all, and both readers say the same of them") {
  const auto files = test::indexed_files();
  if (files.empty()) {
    WARN("skipped: the template collection is not here (set SLSAUDIT_SHARED)");
    return;
  }
  std::size_t all = 0;
  std::size_t usual = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test::shared_data() / "corpus")) {
    const std::string path = entry.path().string();
    if (!entry.is_regular_file() || !(path.ends_with(".yml") || path.ends_with(".yaml"))) continue;
    const text::Decoded decoded = text::to_utf8(test::read_file(path));
    CAPTURE(path);
    const test::Readers readers = test::compare_readers(decoded.text);
    CHECK(readers.difference == "");
    if (path.find("/malformed/") != std::string::npos) continue;
    ++all;
    if (readers.is_usual)
      ++usual;
    else
      UNSCOPED_INFO(path);
  }
  INFO(usual << " of " << all << " are usual");
  CHECK(usual * 100 > all * 95);
}
