// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/source_map.hpp"

using slsaudit::text::FileId;
using slsaudit::text::SourceMap;

TEST_CASE("offsets become lines and columns") {
  SourceMap sources;
  const FileId file = sources.add("a.yaml", "ab\r\n\xC3\xA9\xF0\x9F\x98\x80x\rlast");
  CHECK(sources.line_count(file) == 3);
  CHECK(sources.position(file, 0).line == 1);
  CHECK(sources.position(file, 4).line == 2);
  CHECK(sources.position(file, 10).column == 3);
  CHECK(sources.position(file, 10).utf16_column == 4);
  CHECK(sources.position(file, 12).line == 3);
  CHECK(sources.line(file, 1) == "ab");
  CHECK(sources.line(file, 3) == "last");
}

TEST_CASE("columns of long lines are those of short ones") {
  std::string text = "first\n";
  for (int i = 0; i < 3000; ++i) text += i % 3 == 0 ? "\xF0\x9F\x98\x80" : i % 3 == 1 ? "\xC3\xA9" : "x";
  text += "\r\nlast";
  SourceMap sources;
  const FileId file = sources.add("a.json", text);
  std::uint32_t offset = 6;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const auto at = sources.position(file, offset);
    REQUIRE(at.line == 2);
    REQUIRE(at.column == i + 1);
    REQUIRE(at.utf16_column == i + 1 + (i + 2) / 3);
    offset += i % 3 == 0 ? 4 : i % 3 == 1 ? 2 : 1;
  }
  CHECK(sources.position(file, static_cast<std::uint32_t>(text.size())).column == 5);
  CHECK(sources.line(file, 2).size() == 7000);
}

TEST_CASE("files stay where they are while others join") {
  SourceMap sources;
  std::vector<FileId> files;
  std::vector<std::string_view> texts;
  for (int i = 0; i < 1000; ++i) {
    files.push_back(sources.add("file" + std::to_string(i), "text " + std::to_string(i)));
    texts.push_back(sources.text(files.back()));
  }
  CHECK(sources.size() == files.size());
  std::size_t same = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    same += sources.text(files[i]).data() == texts[i].data() && texts[i] == "text " + std::to_string(i) &&
            sources.path(files[i]) == "file" + std::to_string(i);
  }
  CHECK(same == files.size());
}
