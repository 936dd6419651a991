// SPDX-License-Identifier: Apache-2.0
// Lengths of time as people say them.
#pragma once

#include <cstdint>
#include <string>

namespace slsaudit::text {

/// "30 s", "15 minutes", "12 hours", "4 days": from ten minutes in the largest unit of which it is a whole
/// number.
[[nodiscard]] std::string lasting(std::int64_t seconds);

} // namespace slsaudit::text
