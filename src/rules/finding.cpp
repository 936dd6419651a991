// SPDX-License-Identifier: Apache-2.0
#include "rules/finding.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace slsaudit::rules {
namespace {

constexpr std::array<std::string_view, 5> severities{"info", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 2> confidences{"assumed", "proved"};

} // namespace

std::string_view name(Severity severity) {
  return severities[static_cast<std::size_t>(severity)];
}

std::optional<Severity> severity_from(std::string_view name) {
  const auto found = std::find(severities.begin(), severities.end(), name);
  if (found == severities.end()) return std::nullopt;
  return static_cast<Severity>(found - severities.begin());
}

std::string_view name(Confidence confidence) {
  return confidences[static_cast<std::size_t>(confidence)];
}

bool before(const Finding& left, const Finding& right) {
  const auto order = [](const Finding& finding) {
    return std::tie(finding.span.file, finding.span.begin, finding.span.end, finding.code, finding.message,
                    finding.fingerprint);
  };
  return order(left) < order(right);
}

} // namespace slsaudit::rules
