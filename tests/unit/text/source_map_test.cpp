// SPDX-License-Identifier: Apache-2.0
#include "text/source_map.hpp"

#include "support/catch.hpp"

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
