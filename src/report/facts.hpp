// SPDX-License-Identifier: Apache-2.0
// Tables of facts for programs.
#pragma once

#include "analysis/table.hpp"
#include "text/source_map.hpp"

#include <ostream>
#include <vector>

namespace slsaudit::report {

/// {"systems": [{"tables": {name: {"summary", "columns": […], "rows": [{column: value}]}}}]}. A cell that is not known is
/// {"unknown": [reason…]}; a row has "at" with path, line and column where it has a place.
void render_facts_json(const std::vector<graph::System>& systems, const analysis::Settings& settings,
                       const text::SourceMap& sources, std::ostream& out);

} // namespace slsaudit::report
