// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "syntax/yaml_text.hpp"

#include <string>

using slsaudit::syntax::CodePoints;
using slsaudit::syntax::YamlText;

TEST_CASE("characters that YAML forbids are found wherever they stand") {
  for (std::size_t at = 0; at < 40; ++at) {
    CAPTURE(at);
    for (const char allowed : {'\t', '\n', '\r', ' ', '~'}) {
      std::string text(40, 'a');
      text[at] = allowed;
      CHECK(YamlText(text).forbidden().empty());
    }
    for (const char forbidden : {'\0', '\x01', '\x1f', '\x7f'}) {
      std::string text(40, '\n');
      text[at] = forbidden;
      CHECK(YamlText(text).forbidden() == std::vector<std::size_t>{at});
    }
    std::string text(40, ' ');
    text.insert(at, "\xC3\xA9");
    CHECK(YamlText(text).forbidden().empty());
    const CodePoints points(text);
    CHECK(points.byte_offset(at) == at);
    CHECK(points.byte_offset(at + 1) == at + 2);
    CHECK(points.byte_offset(100) == text.size());
  }
}
