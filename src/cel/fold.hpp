// SPDX-License-Identifier: Apache-2.0
// What of an expression is worked out before it is evaluated.
#pragma once

#include "cel/draft.hpp"

namespace slsaudit::cel {

/// Makes constants of the lists whose items all are: `r.type in ['A', 'B']` is asked of each resource. Comes
/// last: who looks at an expression's lists sees none of them behind it.
void fold_lists(Draft& draft);

} // namespace slsaudit::cel
