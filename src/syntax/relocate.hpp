// SPDX-License-Identifier: Apache-2.0
// A document as it would be had its file another number, or more text before it.
#pragma once

#include "syntax/node.hpp"
#include "text/arena.hpp"

namespace slsaudit::syntax {

/// What a reader would give of that file if it held the same text, `shift` bytes further on: all of it lives
/// in the arena. Nodes that are shared stay so.
[[nodiscard]] Document relocated(const Document& document, text::FileId file, text::Arena& arena,
                                 std::uint32_t shift = 0);

} // namespace slsaudit::syntax
