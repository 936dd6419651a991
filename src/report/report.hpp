// SPDX-License-Identifier: Apache-2.0
// Results as text for people and machines. Reporters are pure: the same result gives the same bytes.
#pragma once

#include "audit/result.hpp"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string_view>
#include <vector>

namespace slsaudit::report {

struct Style {
  bool colour = false;
  bool quiet = false;        ///< Text: one line a finding and no summary.
  bool verbose = false;      ///< Text: notes too.
  bool show_suppressed = false;          ///< Text: what is suppressed or in the baseline, too.
  bool sarif_include_suppressed = false; ///< SARIF: the same.
  bool summary = true;                   ///< Text: the line that counts.
  std::uint32_t width = 120; ///< Text: cells of a code line; longer ones are cut round what they show.
};

using Renderer = void (*)(const audit::Result& result, const Style& style, std::ostream& out);

/// "json", "sarif", "text": by name, or null.
[[nodiscard]] Renderer renderer(std::string_view format);
[[nodiscard]] const std::vector<std::string_view>& formats();

/// For people: each finding with its code, the place that shows it, its evidence and its fix; then a line
/// that counts.
void render_text(const audit::Result& result, const Style& style, std::ostream& out);
/// For programs; docs/formats.md documents the shape.
void render_json(const audit::Result& result, const Style& style, std::ostream& out);
/// SARIF 2.1.0 for code scanning and editors.
void render_sarif(const audit::Result& result, const Style& style, std::ostream& out);

} // namespace slsaudit::report
