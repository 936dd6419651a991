// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/words.hpp"

using namespace slsaudit::text;

TEST_CASE("letter case is ASCII's") {
  CHECK(lower("Get-\xC3\x84Z9") == "get-\xC3\x84z9");
  CHECK(upper("get-\xC3\xA4z9") == "GET-\xC3\xA4Z9");
}

TEST_CASE("edits between words, case aside") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("CON007", "con007") == 0);
  CHECK(edit_distance("chekc", "check") == 2);
  CHECK(edit_distance("GetAt", "GetAtt") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("a name's words, whichever way it is written") {
  using Words = std::vector<std::string>;
  for (const char* name : {"IsNonProd", "IS_NON_PROD", "is-non-prod", "isNonProd", "is.non3prod"}) {
    CAPTURE(name);
    CHECK(words_of(name) == Words{"is", "non", "prod"});
  }
  CHECK(words_of("HTTPServer2") == Words{"http", "server"});
  CHECK(words_of("OrdersAPI") == Words{"orders", "api"});
  CHECK(words_of("").empty());
  CHECK(words_of("2_9").empty());
}
