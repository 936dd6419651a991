// SPDX-License-Identifier: Apache-2.0
// The entries of a mapping that count, where keys may be written twice.
#pragma once

#include "syntax/node.hpp"

#include <vector>

namespace slsaudit::syntax {

/// Of keys that are written twice, the last: what Node::find gives. In source order.
[[nodiscard]] std::vector<Entry> kept_entries(const Node& map);

} // namespace slsaudit::syntax
