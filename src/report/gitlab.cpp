// SPDX-License-Identifier: Apache-2.0
#include "report/escape.hpp"
#include "report/json_parts.hpp"
#include "report/redact.hpp"
#include "report/report.hpp"
#include "report/shown.hpp"

#include <fmt/format.h>

#include <map>

namespace slsaudit::report {

namespace {

std::string_view gitlab_severity(rules::Severity severity) {
  switch (severity) {
  case rules::Severity::critical:
    return "blocker";
  case rules::Severity::high:
    return "critical";
  case rules::Severity::medium:
    return "major";
  case rules::Severity::low:
    return "minor";
  case rules::Severity::info:
    return "info";
  }
  return {};
}

class GitlabReport {
public:
  explicit GitlabReport(const audit::Result& result) : sources_(*result.sources) {
    for (const text::Problem& problem : result.errors) {
      if (problem.span.valid())
        add(problem.span, problem.name, problem.message, "blocker", "error:" + problem.name);
    }
    for (const rules::Finding& finding : result.findings) {
      text::Span span = finding.span;
      if (!span.valid() && finding.template_file.valid()) span = {finding.template_file, 0, 0};
      std::string message = finding.message;
      if (!finding.assumption.empty()) message += " (assumed: " + finding.assumption + ")";
      if (span.valid())
        add(span, finding.code, message, gitlab_severity(finding.severity), finding.fingerprint);
    }
  }

  [[nodiscard]] const Json& entries() const { return entries_; }

private:
  void add(text::Span span, std::string_view check, const std::string& message, std::string_view severity,
           const std::string& fingerprint) {
    const std::string path(sources_.path(span.file));
    // GitLab drops all but the first of those that share a fingerprint.
    const std::string key = fingerprint.starts_with("error:") ? fingerprint + ":" + path : fingerprint;
    const std::size_t same = ++seen_[key];
    entries_.push_back({{"description", one_line(redact(message))},
                        {"check_name", check},
                        {"fingerprint", same == 1 ? key : fmt::format("{}:{}", key, same)},
                        {"severity", severity},
                        {"location",
                         {{"path", path},
                          {"lines",
                           {{"begin", sources_.position(span.file, span.begin).line},
                            {"end", sources_.position(span.file, span.end).line}}}}}});
  }

  const text::SourceMap& sources_;
  Json entries_ = Json::array();
  std::map<std::string, std::size_t> seen_;
};

} // namespace

void render_gitlab(const audit::Result& result, const Style&, std::ostream& out) {
  write_json(GitlabReport(result).entries(), out);
}

} // namespace slsaudit::report
