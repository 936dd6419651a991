// SPDX-License-Identifier: Apache-2.0
// A rule to start from.
#pragma once

#include <string>
#include <string_view>

namespace slsaudit::rules {

/// The text of a rule file that loads, and whose examples and fixes hold, if code and name are good.
[[nodiscard]] std::string scaffold(std::string_view code, std::string_view name);

} // namespace slsaudit::rules
