// SPDX-License-Identifier: Apache-2.0
// Which resources record traces.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

enum class Traced : std::uint8_t {
  never,   ///< It makes no segments: a trace goes through it, or doesn't.
  no,      ///< Its setting is off.
  unknown, ///< Its setting isn't known, or a tracer that is not X-Ray's is at work.
  yes,
};

struct Tracing {
  Traced traced = Traced::never;
  std::string reason; ///< Of unknown.
  bool foreign =
      false; ///< A tracer that is not X-Ray's is at work there, which carries its context in its own way.
};

/// By node.
[[nodiscard]] std::vector<Tracing> tracing_of(const Facts& facts);

/// The tracer that a function brings along, by its layers, environment, wrapper, handler, the plugins of its
/// service or the macros of its template: "Datadog"; empty where none shows.
[[nodiscard]] std::string_view foreign_tracer(const graph::System& system, graph::NodeId function);

} // namespace slsaudit::analysis
