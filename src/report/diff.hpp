// SPDX-License-Identifier: Apache-2.0
// What `slsaudit diff` prints.
#pragma once

#include "compare/comparison.hpp"
#include "report/report.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::report {

struct DiffInput {
  const compare::Comparison& comparison;
  const audit::Result& before; ///< Whole, as audited; so that texts of what is gone are at hand.
  const audit::Result& after;
  std::string before_label; ///< "main (1a2b3c4d5e6f)"
  std::string after_label;
  std::string load; ///< Where the figures of cost and concurrency come from: "size small, since …".
  std::vector<std::string> notes;         ///< What else must be known to read it: sentences without period.
  std::optional<rules::Severity> fail_on; ///< Nothing: new findings never fail.
};

/// Whether a new finding is at or above the severity that fails.
[[nodiscard]] bool fails(const DiffInput& input);

using DiffRenderer = void (*)(const DiffInput& input, const Style& style, std::ostream& out);

/// "json", "markdown", "sarif", "text": by name, or null.
[[nodiscard]] DiffRenderer diff_renderer(std::string_view format);
[[nodiscard]] const std::vector<std::string_view>& diff_formats();

/// For people at a prompt.
void render_diff_text(const DiffInput& input, const Style& style, std::ostream& out);
/// For a pull request: short enough for a comment, and made of nothing that a template could have put there.
void render_diff_markdown(const DiffInput& input, const Style& style, std::ostream& out);
/// For programs; docs/schemas/diff.schema.json tells the shape.
void render_diff_json(const DiffInput& input, const Style& style, std::ostream& out);
/// SARIF 2.1.0 with the new findings alone.
void render_diff_sarif(const DiffInput& input, const Style& style, std::ostream& out);

// --- What the formats have in common ---

/// The new side's result with the new findings as its only ones.
[[nodiscard]] audit::Result fresh_result(const DiffInput& input);

/// "+" of what is gained, "-" of what is lost, "~" of what changes.
[[nodiscard]] std::string_view sign(compare::Turn turn);

/// "2 new findings: 1 high, 1 low; 1 fixed, 21 unchanged".
[[nodiscard]] std::string diff_summary(const DiffInput& input);

/// What figures of concurrency and cost rest on.
[[nodiscard]] std::string basis_of(const DiffInput& input);

/// "1 → 2 templates, 20 → 22 resources"; of equal numbers one.
[[nodiscard]] std::string diff_sizes(const DiffInput& input);

} // namespace slsaudit::report
