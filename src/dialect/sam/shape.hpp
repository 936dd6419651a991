// SPDX-License-Identifier: Apache-2.0
// JSON text that ships with the program (shapes of generated resources, rows of knowledge) as nodes.
#pragma once

#include "dialect/sam/nodes.hpp"

#include <functional>

namespace slsaudit::dialect::sam {

/// What a string value of the text becomes; null leaves its key or item out. Keys are never asked for.
using StringReader = std::function<const Node*(std::string_view)>;

/// The text is the program's own: malformed text is a bug. Escapes: \" \\ \/ \n \t.
[[nodiscard]] const Node* read_shape(const Make& make, std::string_view json, const StringReader& string);

} // namespace slsaudit::dialect::sam
