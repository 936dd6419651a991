// SPDX-License-Identifier: Apache-2.0
// Globals: lists concatenate (the global items first), maps merge, anything else in the resource wins.
#pragma once

#include "dialect/sam/context.hpp"

namespace slsaudit::dialect::sam {

/// Reports sections and properties that Globals doesn't take.
void check_globals(Context& context);

/// A resource's properties with its type's Globals. What came from Globals keeps its spans there.
[[nodiscard]] const Node* with_globals(Context& context, std::string_view type, const Node* body);

} // namespace slsaudit::dialect::sam
