// SPDX-License-Identifier: Apache-2.0
// Figures: whether they differ, what the difference means, and how it is told.
#pragma once

#include "compare/traits.hpp"

#include <string>

namespace slsaudit::compare {

[[nodiscard]] bool same(const Figure& before, const Figure& after, double tolerance);

/// Where less is better, nothing set means no bound. What isn't known is not judged.
[[nodiscard]] Effect judged(const Figure& before, const Measure& after);

/// "`Jobs`: timeout 30 → 60 s".
[[nodiscard]] std::string difference_text(const Trait& trait, const Measure& before, const Measure& after);

/// "20", "99.89", "$3.20", "not known", or what the measure calls none.
[[nodiscard]] std::string shown(const Measure& measure);

} // namespace slsaudit::compare
