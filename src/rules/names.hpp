// SPDX-License-Identifier: Apache-2.0
// How people call rules: by code, name, alias or group, in any case.
#pragma once

#include "rules/rule.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace slsaudit::rules {

/// Whether a term ("CON007", "visibility-timeout-too-short", "CON") names the rule.
[[nodiscard]] bool names(std::string_view term, const Rule& rule);

/// The candidate with the fewest edits to `word`, if they are few enough that a slip is likely; else empty.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

/// The nearest code, name, alias or group of any rule.
[[nodiscard]] std::string_view nearest_rule(const std::vector<const Rule*>& all, std::string_view term);

[[nodiscard]] bool same_word(std::string_view left, std::string_view right); ///< Letter case aside.

/// Whether a text is a day: "2026-01-31".
[[nodiscard]] bool is_date(std::string_view text);

} // namespace slsaudit::rules
