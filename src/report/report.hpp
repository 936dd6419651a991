// SPDX-License-Identifier: Apache-2.0
// Results as text for people and machines. Reporters are pure: the same result gives the same bytes.
#pragma once

#include "audit/result.hpp"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::report {

struct Style {
  bool colour = false;
  bool quiet = false;           ///< Text: one line a finding and no summary.
  bool verbose = false;         ///< Text: notes too.
  bool show_suppressed = false; ///< For people and tables: what is suppressed or in the baseline, too.
  bool sarif_include_suppressed = false; ///< SARIF: the same.
  bool summary = true;                   ///< Text: the line that counts.
  bool ascii = false;                    ///< Text: no character of the tool's own beyond ASCII.
  bool wrap = false;                     ///< Text: lines of prose end at `width`.
  bool hyperlinks = false;               ///< Text: codes link to their pages (OSC 8), if `docs_url` is known.
  std::uint32_t width = 120; ///< Text: cells of a code line; longer ones are cut round what they show.
  /// Findings of this severity or worse fail the run: what JUnit and markdown call failed. Nothing: none
  /// does.
  std::optional<rules::Severity> fail_on{};
  /// The address of a rule's page, with `CODE` where the rule's code stands; empty: nobody knows it.
  std::string docs_url{};
  std::string sarif_category{}; ///< SARIF: tells several audits of one commit apart.
  unsigned jobs = 1; ///< Threads for long reports, whose bytes are the same for any number of them.
};

using Renderer = void (*)(const audit::Result& result, const Style& style, std::ostream& out);

/// By name, or null.
[[nodiscard]] Renderer renderer(std::string_view format);
/// The names, in order.
[[nodiscard]] const std::vector<std::string_view>& formats();
/// The format that a file's name says, as `.sarif` does; empty where it says none, or leaves a choice.
[[nodiscard]] std::string_view format_of_file(std::string_view path);

/// For people: each finding with its code, the place that shows it, its evidence and its fix; then a line
/// that counts.
void render_text(const audit::Result& result, const Style& style, std::ostream& out);
/// For editors and grep: one line each.
void render_compact(const audit::Result& result, const Style& style, std::ostream& out);
/// For programs; docs/formats.md documents the shapes. ndjson is one object a line, the summary last.
void render_json(const audit::Result& result, const Style& style, std::ostream& out);
void render_ndjson(const audit::Result& result, const Style& style, std::ostream& out);
/// SARIF 2.1.0 for code scanning and editors.
void render_sarif(const audit::Result& result, const Style& style, std::ostream& out);
/// For test reports: a suite for each file, a case for each finding.
void render_junit(const audit::Result& result, const Style& style, std::ostream& out);
/// Workflow commands, which GitHub shows as annotations.
void render_github(const audit::Result& result, const Style& style, std::ostream& out);
/// GitLab's code quality report.
void render_gitlab(const audit::Result& result, const Style& style, std::ostream& out);
/// For job summaries and comments on pull requests.
void render_markdown(const audit::Result& result, const Style& style, std::ostream& out);
/// For spreadsheets.
void render_csv(const audit::Result& result, const Style& style, std::ostream& out);

} // namespace slsaudit::report
