// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "text/in_order.hpp"
#include "text/sign.hpp"

#include <memory>
#include <utility>

using namespace slsaudit;

TEST_CASE("items that can only be moved come in order, equals as they came") {
  using Item = std::pair<int, std::unique_ptr<int>>;
  std::vector<Item> items;
  for (const auto& [key, place] : {std::pair(2, 0), {1, 1}, {2, 2}, {0, 3}, {1, 4}})
    items.emplace_back(key, std::make_unique<int>(place));
  const auto before = [](const Item& a, const Item& b) { return a.first < b.first; };
  items = text::in_order(std::move(items), before);
  std::vector<int> places;
  for (const Item& item : items) places.push_back(*item.second);
  CHECK(places == std::vector{3, 1, 4, 0, 2});
  items = text::in_order(std::move(items), before); // as they are
  CHECK(*items.front().second == 3);
  CHECK(text::in_order(std::vector<Item>(), before).empty());
}

TEST_CASE("signs tell most names of the platform apart") {
  STATIC_REQUIRE(text::sign_of("") == 0);
  STATIC_REQUIRE(text::sign_of("Timeout") == text::sign_of("Timeout"));
  STATIC_REQUIRE(text::sign_of("Timeout") != text::sign_of("Runtime"));
  STATIC_REQUIRE(text::sign_of("Handler") != text::sign_of("Layers"));
}
