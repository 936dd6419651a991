// SPDX-License-Identifier: Apache-2.0
// What formats made of JSON have in common; docs/formats.md documents the shapes.
#pragma once

#include "audit/result.hpp"

#include <nlohmann/json.hpp>

#include <ostream>
#include <string>

namespace slsaudit::report {

using Json = nlohmann::ordered_json;

/// Grows when a field of json or ndjson changes its meaning or goes; new fields don't count.
inline constexpr int format_version = 1;

/// Indented, or in one line; then a line feed. Invalid UTF-8 is replaced, hidden characters are escaped.
void write_json(const Json& json, std::ostream& out);
void write_json_line(const Json& json, std::ostream& out);
/// Indented, as a value at that level of nesting; no line feed.
void write_json_piece(const Json& json, std::size_t level, std::ostream& out);
/// In its quotes.
void add_json_text(std::string_view text, std::string& to);

/// "path", "start" and "end", or nothing where there is no text.
void add_place(Json& object, const text::SourceMap& sources, text::Span span);

[[nodiscard]] Json tool_json();
[[nodiscard]] Json finding_json(const text::SourceMap& sources, const rules::Finding& finding);
/// Why somebody has decided to live with a finding.
[[nodiscard]] Json suppression_json(const text::SourceMap& sources, const rules::Suppression& by);
[[nodiscard]] Json error_json(const text::SourceMap& sources, const text::Problem& problem);
/// Of what has no place in a text.
[[nodiscard]] Json failure_json(const std::string& message);
[[nodiscard]] Json summary_json(const audit::Result& result);

} // namespace slsaudit::report
