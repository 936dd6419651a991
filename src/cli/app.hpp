// SPDX-License-Identifier: Apache-2.0
// The command: `slsaudit COMMAND …`.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/world.hpp"

#include <string>
#include <vector>

namespace slsaudit::cli {

/// Runs one command; `arguments` are those after the program's name. Never throws.
[[nodiscard]] int run(const std::vector<std::string>& arguments, World& world);

} // namespace slsaudit::cli
