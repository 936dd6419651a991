// SPDX-License-Identifier: Apache-2.0
// How often EventBridge's schedule expressions fire.
#pragma once

#include <optional>
#include <string_view>

namespace slsaudit::analysis {

/// Hours of an average month, as prices count them.
inline constexpr double hours_per_month = 730;
inline constexpr double seconds_per_month = hours_per_month * 3600;

/// Firings in an average month of "rate(5 minutes)", "cron(0 12 * * ? *)" or "at(2030-01-01T00:00:00)" (0: it
/// fires once). Of a cron expression that names years, in the years that it names. Nothing for what is none
/// of these.
[[nodiscard]] std::optional<double> firings_per_month(std::string_view expression);

} // namespace slsaudit::analysis
