// SPDX-License-Identifier: Apache-2.0
// Tables of facts, and values that were asked of them, for programs and for people.
#pragma once

#include "analysis/table.hpp"
#include "text/source_map.hpp"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace slsaudit::report {

struct FactsInput {
  const std::vector<graph::System>& systems;
  const analysis::Settings& settings;
  const text::SourceMap& sources;
  std::vector<std::string> tables{}; ///< Names; empty for all.
};

/// docs/formats.md documents the shape. A cell that is not known is {"unknown": [reason…]}.
void render_facts_json(const FactsInput& input, std::ostream& out);

/// Aligned columns where they fit `width` cells, else each row as a block of lines. Empty tables are left out
/// where no table was asked for by name.
void render_facts_text(const FactsInput& input, std::uint32_t width, std::ostream& out);

/// What a query gave for each system: {"format", "format_version", "systems": [{"value"}]}.
void render_values_json(const std::vector<cel::Value>& values, std::ostream& out);
/// The items of lists one a line, everything else on one line.
void render_values_text(const std::vector<cel::Value>& values, std::ostream& out);

} // namespace slsaudit::report
