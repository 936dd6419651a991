// SPDX-License-Identifier: Apache-2.0
#include "cel/regex.hpp"
#include "support/catch.hpp"

using slsaudit::cel::Regex;

TEST_CASE("what patterns find") {
  struct Case {
    const char* pattern;
    const char* text;
    bool wanted;
  };
  static constexpr Case cases[] = {
      {"", "", true},
      {"b", "abc", true},
      {"^b", "abc", false},
      {"^abc$", "abc", true},
      {"a.c", "a\nc", false},
      {"(?s)a.c", "a\nc", true},
      {"(?i)ABC", "xaBcx", true},
      {"(?i:A)b", "AB", false},
      {"gr(a|e)y", "grey", true},
      {"^(?:a|b)+$", "abba", true},
      {"^(?P<name>x)*$", "xxx", true},
      {"^a{2,3}$", "aaaa", false},
      {"^a{2,}$", "aaaa", true},
      {"^a{2}$", "aa", true},
      {"^a{,2}$", "a{,2}", true},
      {"^a??b+?c*?$", "bb", true},
      {"[a-c]+", "xyz", false},
      {"[^a-c]+", "abcx", true},
      {"^[]a]$", "]", true},
      {"^[a-]$", "-", true},
      {"^[\\d\\-x]+$", "12-x", true},
      {"^[[:alpha:]]+$", "Abc", true},
      {"^[[:^digit:]]$", "5", false},
      {"^\\w+\\s\\W$", "ab_1 -", true},
      {"\\bcat\\b", "a cat.", true},
      {"\\bcat\\b", "concat", false},
      {"\\Bcat", "concat", true},
      {"(?m)^b$", "a\nb\nc", true},
      {"\\Ab\\z", "a\nb", false},
      {"^\\x41\\x{1F600}$", "A😀", true},
      {"^é.$", "éü", true},
      {"^\\Qa.b\\E$", "a.b", true},
      {"^\\Qa.b\\E$", "axb", false},
      {"^(a*)*$", "aaaa", true},
      {"^arn:aws[a-z-]*:iam::(\\d{12}|aws):", "arn:aws-cn:iam::123456789012:role/x", true},
      {"(x+x+)+y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", false},
      {"(^|[_-])status$", "status", true},
      {"(^|[_-])status$", "orderstatus", false},
      {"(^|[_-])status$", "order_status", true},
      {"(?m)(^|x)b", "a\nb", true},
      {"(^a|^b)c", "abc", false},
      {"^a|c", "bc", true},
      {"é|ü", "abcü", true},
      {"x*", "abc", true},
      {"\\bcat", "a cat", true},
      {"(a?){40}a{40}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true},
  };
  for (const Case& each : cases) {
    std::string error;
    const auto regex = Regex::compile(each.pattern, error);
    INFO(each.pattern << " in " << each.text << " " << error);
    REQUIRE(regex.has_value());
    CHECK(regex->matches(each.text) == each.wanted);
  }
}

TEST_CASE("patterns that are not understood") {
  for (const char* pattern : {"(",
                              ")",
                              "[",
                              "[a",
                              "[b-a]",
                              "*",
                              "a**",
                              "(?=a)",
                              "(?!a)",
                              "(?<=a)",
                              "\\1",
                              "\\",
                              "a{3,2}",
                              "a{1001}",
                              "[[:what:]]",
                              "\\x{110000}",
                              "\\xg",
                              "(?P<>a)",
                              "(a{1000}){1000}",
                              "((((){1000}){1000}){1000}){1000}",
                              "\xff"}) {
    std::string error;
    INFO(pattern);
    CHECK_FALSE(Regex::compile(pattern, error).has_value());
    CHECK_FALSE(error.empty());
  }
}
