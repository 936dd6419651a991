// SPDX-License-Identifier: Apache-2.0
// Sorting what is large: each item is moved once at most.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace slsaudit::text {

/// Items that are equal stay in their order.
template <class Item, class Before> std::vector<Item> in_order(std::vector<Item> items, Before before) {
  if (std::ranges::is_sorted(items, before)) return items;
  std::vector<Item*> order;
  order.reserve(items.size());
  for (Item& item : items) order.push_back(&item);
  std::ranges::stable_sort(order, [&](const Item* a, const Item* b) { return before(*a, *b); });
  std::vector<Item> result;
  result.reserve(items.size());
  for (Item* item : order) result.push_back(std::move(*item));
  return result;
}

} // namespace slsaudit::text
