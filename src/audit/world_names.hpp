// SPDX-License-Identifier: Apache-2.0
// What the worlds of a finding have in common, as people are told it: "when `IsProd` is true".
#pragma once

#include "audit/worlds.hpp"
#include "rules/finding.hpp"

#include <vector>

namespace slsaudit::audit {

/// Says of a finding that holds in some worlds only (`inside`, by world) in which: in its message, as its
/// world, and in steps that point at the conditions. Outcomes of conditions that what it is about depends on
/// come first; where worlds stand for others and only an outcome without such a tie fits, or several
/// together, it is an example. What only holds outside of production gets a step milder.
void name_worlds(const Worlds& worlds, const std::vector<bool>& inside, rules::Finding& finding);

} // namespace slsaudit::audit
