// SPDX-License-Identifier: Apache-2.0
// What a system costs: with load, and without any. List prices on demand; free tiers, discounts, data kept
// and what isn't in the templates are left out.
#pragma once

#include "analysis/demand.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slsaudit::analysis {

struct CostLine {
  graph::NodeId node;
  std::string dimension; ///< "requests", "duration", "idle" …
  const knowledge::Price* price = nullptr;
  double quantity = 0; ///< A month, in the price's unit.
  std::string why;     ///< How the quantity comes about: "25/s × 200 ms × 0.5 GB".
  text::Span at;

  [[nodiscard]] double usd() const { return quantity * price->usd / price->per; }
};

/// The dearest first.
void sort_by_cost(std::vector<CostLine>& lines);
/// USD a month.
[[nodiscard]] double sum(const std::vector<CostLine>& lines);
/// A cell's number, whole or not; nothing where it is none.
[[nodiscard]] std::optional<double> number(const cel::Value& cell);

/// What load costs a month; by node, then dimension. Where nothing is explained, `why` is left empty.
[[nodiscard]] std::vector<CostLine> costs_of_load(const Facts& facts, const Traffic& traffic,
                                                  bool explains = true);

/// What is paid whether anything happens or not.
struct IdleCosts {
  std::vector<CostLine> lines;
  std::vector<graph::NodeId> unpriced; ///< Resources that bill by the hour whose price isn't known.
};
[[nodiscard]] const IdleCosts& idle_costs(const Facts& facts);

/// The line as a sentence: "25/s × 200 ms × 0.5 GB: 6.57M GB-second at $0.0000167".
[[nodiscard]] std::string explain(const CostLine& line);

} // namespace slsaudit::analysis
