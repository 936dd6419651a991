// SPDX-License-Identifier: Apache-2.0
#include "cli/systems.hpp"

#include "audit/pipeline.hpp"
#include "cli/problems.hpp"

#include <utility>

namespace slsaudit::cli {

void read_systems(const audit::Input& input, World& world, ReadSystems& result) {
  audit::Loaded loaded = audit::load(input, world.files, result.sources, result.arena);
  result.code = tell_problems(loaded, result.sources, world);
  result.systems = audit::build_systems(std::move(loaded.templates), loaded.systems, result.arena);
}

} // namespace slsaudit::cli
