// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/lasting.hpp"

using slsaudit::text::lasting;

TEST_CASE("lengths of time are said in the largest unit that fits, from ten minutes on") {
  struct Case {
    std::int64_t seconds;
    const char* expected;
  };
  const Case cases[] = {{0, "0 s"},
                        {3, "3 s"},
                        {120, "120 s"},
                        {599, "599 s"},
                        {600, "10 minutes"},
                        {601, "601 s"},
                        {900, "15 minutes"},
                        {3600, "1 hour"},
                        {5400, "90 minutes"},
                        {43'200, "12 hours"},
                        {86'400, "1 day"},
                        {345'600, "4 days"},
                        {-86'400, "-86400 s"},
                        {90'000, "25 hours"},
                        {1'209'600, "14 days"}};
  for (const Case& c : cases) {
    CAPTURE(c.seconds);
    CHECK(lasting(c.seconds) == c.expected);
  }
}
