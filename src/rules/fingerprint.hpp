// SPDX-License-Identifier: Apache-2.0
// What makes two findings of different runs the same one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::rules {

/// 128 bits in hex over the parts, each told apart from its neighbours. Stable for ever: baselines keep it.
[[nodiscard]] std::string fingerprint(const std::vector<std::string_view>& parts);

} // namespace slsaudit::rules
