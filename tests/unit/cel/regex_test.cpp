// SPDX-License-Identifier: Apache-2.0
#include "cel/regex.hpp"
#include "support/catch.hpp"

#include <random>
#include <string>
#include <vector>

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
    // The first texts and later ones go different ways.
    for (int time = 0; time < 12; ++time) CHECK(regex->matches(each.text) == each.wanted);
  }
}

TEST_CASE("what texts a pattern has seen makes no difference") {
  std::minstd_rand random; // NOLINT(cert-msc51-cpp): the same each time
  const auto up_to = [&](std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most)(random);
  };
  const std::vector<std::string> pieces{"a",     "b",    "ab",   ".",   "[a-b]", "[^a]",  "a*",    "(a|b)",
                                        "(ab)+", "b?",   "^",    "$",   "|",     "(^|b)", "(a|$)", "\\b",
                                        "é",     "a{2}", "(b|)", "\\.", "c+",    "[]"};
  const std::vector<std::string> letters{"a", "b", "c", ".", "é", "ab", "aab", "\n"};
  const auto any_of = [&](const std::vector<std::string>& all, std::size_t most) {
    std::string result;
    for (std::size_t i = up_to(most); i > 0; --i) result += all[up_to(all.size() - 1)];
    return result;
  };
  std::size_t compiled = 0;
  for (int round = 0; round < 1500; ++round) {
    const std::string pattern = any_of(pieces, 6);
    std::string error;
    const auto seen = Regex::compile(pattern, error);
    if (!seen) continue;
    ++compiled;
    for (int i = 0; i < 30; ++i) {
      const std::string text = any_of(letters, 8);
      CAPTURE(pattern, text);
      REQUIRE(seen->matches(text) == Regex::compile(pattern, error)->matches(text));
    }
  }
  CHECK(compiled > 500);
}

TEST_CASE("a pattern with more states than are kept matches as others do") {
  // The automaton of "the twelfth letter from the end is a" has 4,096 states.
  std::string error;
  const auto regex = Regex::compile("a[ab]{11}$", error);
  REQUIRE(regex.has_value());
  std::minstd_rand random; // NOLINT(cert-msc51-cpp)
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += random() % 2 == 0 ? 'a' : 'b';
    CHECK(regex->matches(text) == (text[text.size() - 12] == 'a'));
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
