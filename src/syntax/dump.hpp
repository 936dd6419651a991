// SPDX-License-Identifier: Apache-2.0
// A tree as one compact line, for table-driven tests and `slsaudit dump syntax`.
#pragma once

#include "syntax/node.hpp"

#include <string>

namespace slsaudit::syntax {

/// `{Key: plain, Quoted: "x", Tagged: !Ref x, List: [a, b]}`; quoted scalars in double quotes whatever their style,
/// unknown nodes as `?(text)`. With `spans`, each node is followed by `@begin-end` in bytes.
[[nodiscard]] std::string dump(const Node* node, bool spans = false);

} // namespace slsaudit::syntax
