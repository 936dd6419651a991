// SPDX-License-Identifier: Apache-2.0
// Which loops of an expression choose items by what they equal.
#pragma once

#include "cel/draft.hpp"

namespace slsaudit::cel {

/// Notes the joins of each loop over a member of a variable: `system.resources.filter(r, r.type == 'T' &&
/// r.api == api)` has two. The tree must have been checked.
void plan_joins(Draft& draft);

} // namespace slsaudit::cel
