// SPDX-License-Identifier: Apache-2.0
// Answers of `slsaudit what-if`.
#pragma once

#include "analysis/what_if.hpp"
#include "text/source_map.hpp"

#include <ostream>

namespace slsaudit::report {

struct WhatIfInput {
  const graph::System& system;
  const analysis::WhatIf& answer;
  const text::SourceMap& sources;
};

void render_what_if_text(const WhatIfInput& input, std::ostream& out);
/// {"format": "slsaudit-what-if", "format_version": 1, "event", "node", "chapters": [{"name", "title",
/// "items":
/// [{"resource", "type", "text", "seconds", "certain", "path", "line", "evidence": […]}]}]}
void render_what_if_json(const WhatIfInput& input, std::ostream& out);

} // namespace slsaudit::report
