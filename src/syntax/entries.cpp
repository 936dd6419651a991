// SPDX-License-Identifier: Apache-2.0
#include "syntax/entries.hpp"

#include <unordered_map>

namespace slsaudit::syntax {

std::vector<Entry> kept_entries(const Node& map) {
  constexpr std::size_t few = 12; // below this, looking for each is cheaper than hashing
  std::vector<Entry> kept;
  if (!map.is_mapping()) return kept;
  if (map.children.size() <= few) {
    for (const Entry& entry : map.children) {
      if (map.find(entry.key) == &entry) kept.push_back(entry);
    }
    return kept;
  }
  std::unordered_map<std::string_view, const Entry*> last; // looked up only, never walked
  for (const Entry& entry : map.children) last[entry.key] = &entry;
  for (const Entry& entry : map.children) {
    if (last[entry.key] == &entry) kept.push_back(entry);
  }
  return kept;
}

} // namespace slsaudit::syntax
