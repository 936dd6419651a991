// SPDX-License-Identifier: Apache-2.0
// A system's costs on each basis.
#pragma once

#include "analysis/cost_model.hpp"

namespace slsaudit::analysis {

struct Costs {
  std::string_view basis;      ///< See the table "costs".
  std::vector<CostLine> lines; ///< The dearest first; never empty.
  double total = 0;            ///< USD a month.
};

/// "fixed", then "profile", or "limit" and "per-million" without one; a basis on which nothing costs is left
/// out.
[[nodiscard]] const std::vector<Costs>& costs_of(const Facts& facts);

} // namespace slsaudit::analysis
