// SPDX-License-Identifier: Apache-2.0
// JSON of others, read with bounds.
#pragma once

#include "report/json_parts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace slsaudit::report {

inline constexpr std::size_t max_line_bytes = 256U << 20U;

/// Nothing for what is no JSON, or lies deeper than anything that slsaudit writes.
[[nodiscard]] std::optional<Json> parse_foreign(std::string_view text);

/// A line of a shard as it is kept: known fields in one order, secrets masked. With `wrong` set it can't be
/// used.
struct CanonicalLine {
  std::string root;
  std::string wrong; ///< "`findings` has an entry without `code`"
  Json json;
};
[[nodiscard]] CanonicalLine canonical_line(const Json& line);

/// A run of a SARIF log of slsaudit as the line of a system; `name` is its root where the run has no
/// category.
[[nodiscard]] CanonicalLine line_of_sarif(const Json& run, const std::string& name);

} // namespace slsaudit::report
