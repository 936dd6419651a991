// SPDX-License-Identifier: Apache-2.0
// Rules as one string: how the build puts them into the binary. A table of pointers would have to be
// relocated at every start; this costs nothing until it is asked for, and then one pass.
#pragma once

#include "rules/rule.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::rules {

[[nodiscard]] std::string pack(const std::vector<Rule>& rules);
/// What pack() gave, which has to outlive the rules: they point into it. Anything else is a bug.
/// Examples, which only readers and tests of rules want, are most of the text.
[[nodiscard]] std::vector<Rule> unpack(std::string_view packed, bool with_examples = true);

} // namespace slsaudit::rules
