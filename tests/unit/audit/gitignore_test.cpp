// SPDX-License-Identifier: Apache-2.0
#include "audit/gitignore.hpp"
#include "support/catch.hpp"

using slsaudit::audit::IgnoreRules;

namespace {
struct Case {
  const char* patterns;
  const char* path;
  bool directory;
  bool ignored;
};
} // namespace

TEST_CASE("patterns match as git's do") {
  const auto c = GENERATE(values<Case>({
      {"a.yaml", "a.yaml", false, true},
      {"a.yaml", "x/y/a.yaml", false, true},
      {"a.yaml", "xa.yaml", false, false},
      {"/a.yaml", "a.yaml", false, true},
      {"/a.yaml", "x/a.yaml", false, false},
      {"x/a.yaml", "x/a.yaml", false, true},
      {"x/a.yaml", "y/x/a.yaml", false, false},
      {"*.json", "deep/er/x.json", false, true},
      {"*.json", "x.jsonl", false, false},
      {"x*z", "xyz", false, true},
      {"x*z", "x/z", false, false},
      {"a/*", "a/b", false, true},
      {"a/*", "a/b/c", false, false},
      {"a?c", "abc", false, true},
      {"a?c", "a/c", false, false},
      {"build/", "build", true, true},
      {"build/", "build", false, false},
      {"build/", "x/build", true, true},
      {"/build/", "x/build", true, false},
      {"a/**/b", "a/b", false, true},
      {"a/**/b", "a/x/b", false, true},
      {"a/**/b", "a/x/y/b", false, true},
      {"a/**/b", "ab", false, false},
      {"a/**/b", "a/xb", false, false},
      {"**/foo", "foo", false, true},
      {"**/foo", "x/y/foo", false, true},
      {"**/foo", "xfoo", false, false},
      {"**/foo/bar", "x/foo/bar", false, true},
      {"abc/**", "abc/d", false, true},
      {"abc/**", "abc/d/e", false, true},
      {"abc/**", "abc", true, false},
      {"a**b", "axxb", false, true},
      {"a**b", "a/b", false, false},
      {"**", "any/thing", false, true},
      {"[a-c].yml", "b.yml", false, true},
      {"[a-c].yml", "d.yml", false, false},
      {"[!a-c].yml", "d.yml", false, true},
      {"[^a-c].yml", "b.yml", false, false},
      {"x[[:digit:]]", "x7", false, true},
      {"x[[:digit:]]", "xy", false, false},
      {"[]]", "]", false, true},
      {"[a", "[a", false, false},
      {"# note", "# note", false, false},
      {"\\#note", "#note", false, true},
      {"\\!note", "!note", false, true},
      {"a.yaml   ", "a.yaml", false, true},
      {"a\\ ", "a ", false, true},
      {"a.yaml\r\n", "a.yaml", false, true},
      {"*.yaml\n!keep.yaml", "keep.yaml", false, false},
      {"*.yaml\n!keep.yaml", "x/keep.yaml", false, false},
      {"!keep.yaml\n*.yaml", "keep.yaml", false, true},
      {"\xEF\xBB\xBF"
       "a",
       "a", false, true},
      {"\n\n/", "x", false, false},
  }));
  CAPTURE(c.patterns, c.path, c.directory);
  IgnoreRules rules;
  rules.add("", c.patterns);
  CHECK(rules.ignored(c.path, c.directory) == c.ignored);
}

TEST_CASE("deeper files win over those above") {
  IgnoreRules rules;
  rules.add("", "*.yaml\n/b/x.json\n");
  rules.add("a", "!t.yaml\n/only.json\n");
  CHECK_FALSE(rules.ignored("a/t.yaml", false));
  CHECK_FALSE(rules.ignored("a/b/t.yaml", false));
  CHECK(rules.ignored("b/t.yaml", false));
  CHECK(rules.ignored("a/only.json", false));
  CHECK_FALSE(rules.ignored("only.json", false));
  CHECK(rules.ignored("b/x.json", false));
}

TEST_CASE("hostile patterns take no exponential time") {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "*a";
  IgnoreRules rules;
  rules.add("", pattern + "b");
  CHECK_FALSE(rules.ignored(std::string(2000, 'a'), false));
}
