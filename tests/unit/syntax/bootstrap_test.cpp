// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "syntax/dump.hpp"
#include "syntax/reader.hpp"

using namespace slsaudit;

TEST_CASE("a template is read") {
  text::SourceMap sources;
  text::Arena arena;
  const auto document = syntax::read(sources, arena, "t.yaml", "A: !Ref x\nB: [1, 'two']\n");
  CHECK(syntax::dump(document.root) == "{A: !Ref x, B: [1, \"two\"]}");
}
