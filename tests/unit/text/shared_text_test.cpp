// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/shared_text.hpp"

using slsaudit::text::SharedText;

TEST_CASE("a shared text is its copies' and outlives where it came from") {
  SharedText copy;
  CHECK(copy.empty());
  {
    const SharedText text(std::string("a text that no small buffer holds, of a rule's own file"));
    copy = text;
    CHECK(copy.view().data() == text.view().data());
  }
  CHECK(copy == "a text that no small buffer holds, of a rule's own file");
  CHECK(copy->ends_with("file"));
}

TEST_CASE("lasting bytes are not copied") {
  constexpr std::string_view bytes = "CON007 and more";
  const SharedText text = SharedText::of_lasting(bytes.substr(0, 6));
  CHECK(text.view().data() == bytes.data());
  CHECK(text == std::string("CON007"));
  CHECK(text != "CON008");
  CHECK(text < SharedText("CON008"));
  CHECK("`" + text + "`" == "`CON007`");
  CHECK(text.str().size() == text.size());
}
