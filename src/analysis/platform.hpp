// SPDX-License-Identifier: Apache-2.0
// What tables with numbers share: the platform's rows, and numbers as text.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

/// The rows that count: those of the settings, else those compiled in.
[[nodiscard]] const knowledge::Base& platform(const Facts& facts);

/// Short for people, without losing what matters: "12", "1,250", "0.35", "0.0042".
[[nodiscard]] std::string shown(double number);
/// With every digit that matters, for unit prices: "3.5", "0.0000166667".
[[nodiscard]] std::string precisely(double number);
/// "$12.40"; "$0.0042" below a cent.
[[nodiscard]] std::string dollars(double usd);

} // namespace slsaudit::analysis
