// SPDX-License-Identifier: Apache-2.0
// For commands that look at the systems themselves instead of judging them.
#pragma once

#include "audit/load.hpp"
#include "cli/exit_code.hpp"
#include "cli/world.hpp"
#include "graph/system.hpp"

#include <vector>

namespace slsaudit::cli {

/// The systems of a run, with what their texts and values live in.
struct ReadSystems {
  text::SourceMap sources;
  text::Arena arena;
  std::vector<graph::System> systems;
  ExitCode code = ExitCode::clean; ///< `input` where something could not be read: that has been told.
};

void read_systems(const audit::Input& input, World& world, ReadSystems& result);

} // namespace slsaudit::cli
