// SPDX-License-Identifier: Apache-2.0
#include "cel/fold.hpp"

#include <optional>

namespace slsaudit::cel {

namespace {

/// Nothing where an item is no constant, or stands elsewhere than behind the one before.
std::optional<DraftList> constants_in(const Draft& draft, const Node& list) {
  DraftList result{.first = 0, .count = list.child_count};
  for (std::uint32_t i = 0; i < list.child_count; ++i) {
    const Node& item = draft.nodes[draft.child(list, i)];
    if (item.kind != NodeKind::constant) return std::nullopt;
    if (i == 0) result.first = item.index;
    const std::size_t place = std::size_t{result.first} + i;
    if (item.index != place || place >= draft.constants.size()) return std::nullopt; // or it is a list itself
  }
  return result;
}

} // namespace

void fold_lists(Draft& draft) {
  for (Node& node : draft.nodes) {
    if (node.kind != NodeKind::list) continue;
    const auto list = constants_in(draft, node);
    if (!list) continue;
    node.kind = NodeKind::constant;
    node.index = static_cast<std::uint32_t>(draft.constants.size() + draft.lists.size());
    draft.lists.push_back(*list);
  }
}

} // namespace slsaudit::cel
