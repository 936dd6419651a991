// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cel/draft.hpp"

#include <vector>

namespace slsaudit::cel {

/// Finds what each name and call means and writes it into the draft. All errors are told, in source order.
void check(Draft& draft, const Environment& environment, std::vector<ParseError>& errors);

} // namespace slsaudit::cel
