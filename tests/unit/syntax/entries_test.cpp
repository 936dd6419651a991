// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "syntax/entries.hpp"
#include "syntax/reader.hpp"

#include <string>

using namespace slsaudit;

TEST_CASE("of keys that are written twice, the last counts") {
  for (const int others : {0, 1, 8, 40}) {
    CAPTURE(others);
    std::string text = "a: 1\nb: 2\n";
    for (int i = 0; i < others; ++i) text += "k" + std::to_string(i) + ": x\n";
    text += "a: 3\n";
    text::SourceMap sources;
    text::Arena arena;
    const syntax::Document document = syntax::read(sources, arena, "t.yaml", text);
    REQUIRE(document.root != nullptr);
    const std::vector<syntax::Entry> kept = syntax::kept_entries(*document.root);
    REQUIRE(kept.size() == static_cast<std::size_t>(others) + 2);
    CHECK(kept.front().key == "b");
    CHECK(kept.back().key == "a");
    CHECK(kept.back().value->text == "3");
    CHECK(syntax::kept_entries(*kept.back().value).empty());
  }
}
