// SPDX-License-Identifier: Apache-2.0
#include "rules/finding.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace slsaudit::rules {

namespace {

constexpr std::array<std::string_view, 5> severity_names{"info", "low", "medium", "high", "critical"};

} // namespace

std::string_view name(Severity severity) {
  return severity_names[static_cast<std::size_t>(severity)];
}

std::optional<Severity> severity_from(std::string_view name) {
  const auto found = std::ranges::find(severity_names, name);
  if (found == severity_names.end()) return std::nullopt;
  return static_cast<Severity>(found - severity_names.begin());
}

std::string_view name(Confidence confidence) {
  return confidence == Confidence::proved ? "proved" : "assumed";
}

bool before(const Finding& left, const Finding& right) {
  return std::tie(left.span.file, left.span.begin, left.span.end, left.code, left.message, left.fingerprint) <
         std::tie(right.span.file, right.span.begin, right.span.end, right.code, right.message,
                  right.fingerprint);
}

} // namespace slsaudit::rules
