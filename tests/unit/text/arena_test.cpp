// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/arena.hpp"

#include <string>

using namespace slsaudit;

TEST_CASE("texts of a shorter arena outlive it") {
  text::Arena arena;
  std::string_view kept;
  std::string_view nested;
  const std::string long_text(100'000, 'x');
  {
    const auto shorter = arena.shorter();
    CHECK(*shorter->make<int>(7) == 7);
    kept = shorter->copy("text");
    nested = shorter->shorter()->copy(long_text);
    CHECK(shorter->copy(std::string_view()).empty());
  }
  CHECK(kept == "text");
  CHECK(nested == long_text);
}
