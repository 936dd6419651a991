// SPDX-License-Identifier: Apache-2.0
// What `slsaudit load` prints.
#pragma once

#include "analysis/table.hpp"
#include "text/source_map.hpp"

#include <ostream>
#include <string_view>
#include <vector>

namespace slsaudit::report {

struct LoadInput {
  const std::vector<graph::System>& systems;
  const analysis::Settings& settings;
  const text::SourceMap& sources;
  bool assumed_size = false; ///< Nobody gave a profile or a size.
};

void render_load_text(const LoadInput& input, std::ostream& out);
/// {"format": "slsaudit-load", "systems": [{"entries", "limits", "functions", "costs", "assumptions"}]}.
void render_load_json(const LoadInput& input, std::ostream& out);

} // namespace slsaudit::report
