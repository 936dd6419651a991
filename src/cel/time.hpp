// SPDX-License-Identifier: Apache-2.0
// Points in time and spans of it, as CEL has them: no clock, no time zones by name.
#pragma once

#include "cel/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace slsaudit::cel {

/// RFC 3339 with Z or an offset, years 1 to 9999; nothing for anything else.
[[nodiscard]] std::optional<Timestamp> read_timestamp(std::string_view text);
/// Within the years 1 to 9999.
[[nodiscard]] bool in_range(Timestamp time);
/// "1h30m", "-1.5s", "100ms" …; nothing too where nanoseconds overflow.
[[nodiscard]] std::optional<Duration> read_duration(std::string_view text);
/// "2009-02-13T23:31:30.5Z"
[[nodiscard]] std::string to_text(Timestamp time);
/// "7200s", "0.5s"
[[nodiscard]] std::string to_text(Duration duration);
/// Minutes east of UTC: "UTC", "+05:30", "-02:00", "02:00"; nothing for names.
[[nodiscard]] std::optional<int> read_offset(std::string_view text);

[[nodiscard]] std::optional<Timestamp> plus(Timestamp time, Duration duration);
[[nodiscard]] std::optional<Duration> minus(Timestamp left, Timestamp right);

} // namespace slsaudit::cel
