// SPDX-License-Identifier: Apache-2.0
#include "report/shown.hpp"

#include "report/escape.hpp"
#include "report/frame.hpp"

#include <algorithm>

namespace slsaudit::report {

std::size_t count(const audit::Result& result, rules::Severity severity) {
  return static_cast<std::size_t>(std::ranges::count(result.findings, severity, &rules::Finding::severity));
}

std::vector<std::string> failure_messages(const audit::Result& result) {
  std::vector<std::string> messages = result.failures;
  for (const std::string& failure : result.rule_failures) messages.push_back("rule " + failure);
  return messages;
}

std::string suppressed_by(const audit::Result& result, const rules::Suppression& by) {
  std::string text = "suppressed by " + by.origin;
  if (by.span.valid()) text += " (" + place(*result.sources, by.span) + ")";
  if (!by.reason.empty()) text += ": " + by.reason;
  if (!by.until.empty()) text += "; until " + by.until;
  return text;
}

bool points_at_secret(const rules::Finding& finding) {
  if (finding.code.starts_with("IAM")) return false; // Rules about who may read them stand at policies.
  constexpr std::array<std::string_view, 4> words{"secret", "password", "credential", "access-key"};
  return std::ranges::any_of(words, [&](auto word) { return finding.name.find(word) != std::string::npos; });
}

std::string rule_page(std::string_view docs_url, std::string_view code) {
  constexpr std::string_view hole = "CODE";
  std::string url(docs_url);
  if (const std::size_t at = url.rfind(hole); at != std::string::npos)
    url.replace(at, hole.size(), uri_path(code));
  return url;
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

} // namespace slsaudit::report
