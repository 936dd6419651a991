// SPDX-License-Identifier: Apache-2.0
// The entries of a mapping that count, where keys may be written twice.
#pragma once

#include "syntax/node.hpp"

#include <optional>
#include <vector>

namespace slsaudit::syntax {

/// Of keys that are written twice, the last: what Node::find gives. In source order.
[[nodiscard]] std::vector<Entry> kept_entries(const Node& map);

/// The document with kept_entries in each of its mappings; nothing where no key is written twice.
[[nodiscard]] std::optional<Document> with_kept_entries(const Document& document, text::Arena& arena);

} // namespace slsaudit::syntax
