// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/encoding.hpp"

#include <string>
#include <vector>

using namespace slsaudit;

TEST_CASE("bytes become valid UTF-8") {
  struct Case {
    const char* name;
    std::string bytes;
    std::string text;
    std::size_t bad;
    std::size_t first_bad;
  };
  const std::string fffd = "\xEF\xBF\xBD";
  const std::vector<Case> cases = {
      {"empty", "", "", 0, 0},
      {"ASCII", "hello", "hello", 0, 0},
      {"mark",
       "\xEF\xBB\xBF"
       "a",
       "a", 0, 0},
      {"two, three and four bytes", "é☃😀", "é☃😀", 0, 0},
      {"Latin-1", "caf\xE9!", "caf" + fffd + "!", 1, 3},
      {"two bad bytes", "\xFFxx\xFE", fffd + "xx" + fffd, 2, 0},
      {"overlong", "a\xC0\xAF", "a" + fffd + fffd, 2, 1},
      {"overlong, three bytes", "\xE0\x80\x80", fffd + fffd + fffd, 3, 0},
      {"surrogate", "\xED\xA0\x80", fffd + fffd + fffd, 3, 0},
      {"above the last", "\xF4\x90\x80\x80", fffd + fffd + fffd + fffd, 4, 0},
      {"cut off", "a\xE2\x98", "a" + fffd + fffd, 2, 1},
      {"long ASCII, then bad", std::string(100, 'x') + "\x80", std::string(100, 'x') + fffd, 1, 100},
      {"UTF-16 little-endian",
       std::string("\xFF\xFE"
                   "a\0b\0",
                   6),
       "ab", 0, 0},
      {"UTF-16 big-endian", std::string("\xFE\xFF\0a\0b", 6), "ab", 0, 0},
      {"UTF-16 little-endian without mark", std::string("a\0b\0", 4), "ab", 0, 0},
      {"UTF-16 big-endian without mark", std::string("\0a\0b", 4), "ab", 0, 0},
      {"UTF-16 pair", std::string("\xFE\xFF\xD8\x3D\xDE\x00", 6), "😀", 0, 0},
      {"UTF-16 lone surrogate", std::string("\xFE\xFF\xD8\x3D\0a", 6), fffd + "a", 1, 0},
      {"UTF-16 cut off", std::string("\xFE\xFF\0a\0", 5), "a" + fffd, 1, 1},
      {"a zero in UTF-8", std::string("ab\0d", 4), std::string("ab\0d", 4), 0, 0},
  };
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const text::Decoded decoded = text::to_utf8(c.bytes);
      CHECK(decoded.text == c.text);
      CHECK(decoded.bad_count == c.bad);
      if (c.bad > 0) CHECK(decoded.first_bad == c.first_bad);
    }
  }
}

TEST_CASE("code points are written and read back") {
  for (const char32_t c : {U'a', U'\x7f', U'\x80', U'\x7ff', U'\x800', U'\xffff', U'\x10000', U'\x10ffff'}) {
    std::string text;
    text::append_utf8(text, c);
    CHECK(text::sequence_length(text, 0) == text.size());
    CHECK(text::code_point(text, 0) == c);
  }
  std::string text;
  text::append_utf8(text, 0xD800);
  text::append_utf8(text, 0x110000);
  CHECK(text == "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("a text is cut between characters") {
  const std::string text = "aé☃😀";
  const std::vector<std::string_view> beginnings = {"",    "a",   "a",   "aé",  "aé", "aé",
                                                    "aé☃", "aé☃", "aé☃", "aé☃", text, text};
  for (std::size_t most = 0; most < beginnings.size(); ++most) {
    CAPTURE(most);
    CHECK(text::beginning(text, most) == beginnings[most]);
  }
}
