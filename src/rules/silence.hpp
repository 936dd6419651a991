// SPDX-License-Identifier: Apache-2.0
// Rules whose findings make those of others needless.
#pragma once

#include "rules/merge.hpp"
#include "rules/rule.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace slsaudit::rules {

/// Leaves out what another rule says at least as gravely of the same resource, or at the same place: which of
/// two resources a finding names may depend on the dialect, the line to edit doesn't.
void silence(std::vector<std::vector<Draft>>& by_rule,
             const std::function<const Rule&(std::size_t)>& rule_of);

} // namespace slsaudit::rules
