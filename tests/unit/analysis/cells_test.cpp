// SPDX-License-Identifier: Apache-2.0
#include "analysis/cells.hpp"
#include "support/catch.hpp"

#include <string>

using namespace slsaudit;

TEST_CASE("a pool keeps what is the same once") {
  const text::Span here{text::FileId(0), 3, 7};
  const value::Origin origin{.kind = value::Origin::Kind::parameter_default, .span = here, .name = "A"};
  // All different, though some compare equal.
  const std::vector<cel::Value> different{
      true,
      false,
      0,
      1,
      -1,
      0.0,
      -0.0,
      1.0,
      "",
      "a",
      "true",
      cel::Value().at(here),
      cel::Value("a").at(here),
      cel::Value("a").at({text::FileId(0), 3, 8}),
      cel::Value("a").at({text::FileId(1), 3, 7}),
      cel::Value("a").marked(),
      cel::Value("a").assuming(&origin),
      cel::Value().marked(),
      cel::List{},
      cel::List{1, "a"},
      cel::List{"a", 1},
      cel::List{1, cel::Value("a").at(here)},
      cel::List{cel::List{1}, "a"},
      cel::Value(cel::List{1, "a"}).at(here),
      cel::Value(cel::List{}).marked(),
  };
  analysis::CellPool pool;
  CHECK(pool.add({}) == analysis::CellPool::null);
  std::vector<std::uint32_t> places;
  for (const cel::Value& value : different) places.push_back(pool.add(value));
  for (std::size_t i = 0; i < different.size(); ++i) {
    CAPTURE(i);
    CHECK(places[i] == i + 1);
    CHECK(pool.add(different[i]) == places[i]);
  }
  for (int i = 0; i < 2000; ++i) places.push_back(pool.add("text " + std::to_string(i % 1000)));
  CHECK(places[different.size() + 5] == places[different.size() + 1005]);
  CHECK(pool.add({}) == analysis::CellPool::null);
  pool.finish();
  CHECK(*pool[places.back()].string() == "text 999");
  CHECK(pool[places[12]].span() == here);
  CHECK(pool[places[16]].assumption() == &origin);
}

TEST_CASE("values that aren't compared have places of their own") {
  analysis::CellPool pool;
  const cel::Value list = cel::List{1, cel::Value::unknown("why")};
  CHECK(pool.add(list) != pool.add(list));
  const cel::Value with_map = cel::List{cel::Map{{"a", 1}}};
  CHECK(pool.add(with_map) != pool.add(with_map));
  CHECK(pool.add(cel::Value::unknown("why")) != pool.add(cel::Value::unknown("why")));
}
