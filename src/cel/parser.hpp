// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cel/draft.hpp"

#include <string_view>
#include <vector>

namespace slsaudit::cel {

/// How deep expressions may nest; deeper ones are a ParseError.
inline constexpr std::size_t deepest_expression = 250;

/// Stops at the first error, which goes to `errors`; the tree is then useless.
[[nodiscard]] Draft parse(std::string_view expression, std::vector<ParseError>& errors);

} // namespace slsaudit::cel
