// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/any_of.hpp"

#include <random>
#include <string>

using namespace slsaudit;

TEST_CASE("words are found wherever they stand") {
  constexpr text::AnyOf<3> words({"slsaudit", "cfn_nag", "trivy:ignore:"});
  STATIC_REQUIRE(words.occurs_in("slsaudit"));
  STATIC_REQUIRE_FALSE(words.occurs_in(""));
  CHECK(words.occurs_in("# cfn_nag"));
  CHECK(words.occurs_in("a\n  #trivy:ignore:AVD"));
  CHECK(words.occurs_in("slsaudislsaudit"));
  CHECK_FALSE(words.occurs_in("slsaudi"));
  CHECK_FALSE(words.occurs_in("trivy:ignore"));
  CHECK_FALSE(words.occurs_in(" trivy:ignore cfn-nag slsaudi t"));
}

TEST_CASE("any text and any words: the same as looking for one after the other") {
  std::mt19937 random(7); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  const auto text = [&](std::size_t length) {
    std::string result;
    for (std::size_t i = 0; i < length; ++i) result += "ab\xC3-"[random() % 4];
    return result;
  };
  for (int round = 0; round < 2000; ++round) {
    const std::string words[] = {text(2 + random() % 7), text(2 + random() % 7), text(2 + random() % 7)};
    const std::string where = text(random() % 60);
    bool occurs = false;
    for (const std::string& word : words) occurs = occurs || where.find(word) != std::string::npos;
    CAPTURE(words[0], words[1], words[2], where);
    CHECK(text::AnyOf<3>({words[0], words[1], words[2]}).occurs_in(where) == occurs);
  }
}
