// SPDX-License-Identifier: Apache-2.0
// Systems as graphs for programs and for drawings.
#pragma once

#include "graph/system.hpp"
#include "text/source_map.hpp"

#include <ostream>
#include <string_view>
#include <vector>

namespace slsaudit::report {

struct GraphInput {
  const std::vector<graph::System>& systems;
  const text::SourceMap& sources;
  bool all = false; ///< Drawings: references, roles and log groups too, not only what flows.
};

using GraphRenderer = void (*)(const GraphInput& input, std::ostream& out);

/// "dot", "json", "mermaid": by name, or null.
[[nodiscard]] GraphRenderer graph_renderer(std::string_view format);
[[nodiscard]] const std::vector<std::string_view>& graph_formats();

/// Everything, with evidence and places; docs/formats.md documents the shape.
void render_graph_json(const GraphInput& input, std::ostream& out);
void render_graph_dot(const GraphInput& input, std::ostream& out);
void render_graph_mermaid(const GraphInput& input, std::ostream& out);

} // namespace slsaudit::report
