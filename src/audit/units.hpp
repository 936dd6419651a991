// SPDX-License-Identifier: Apache-2.0
// Quantities as people write them: "50/s", "1.5s", "4KB", "10x".
#pragma once

#include <optional>
#include <string_view>

namespace slsaudit::audit {

/// A number that is not negative, maybe with a factor: "3000", "2.5k", "1M".
[[nodiscard]] std::optional<double> parse_amount(std::string_view text);
/// Events a second: "50/s", "3000/min", "1M/day"; a bare number is per second.
[[nodiscard]] std::optional<double> parse_rate(std::string_view text);
/// Milliseconds: "200ms", "1.5s", "2min". A bare number has no unit and is none.
[[nodiscard]] std::optional<double> parse_duration(std::string_view text);
/// Kilobytes: "512B", "4KB", "1MB".
[[nodiscard]] std::optional<double> parse_size(std::string_view text);
/// A factor: "10x" or "10".
[[nodiscard]] std::optional<double> parse_factor(std::string_view text);

} // namespace slsaudit::audit
