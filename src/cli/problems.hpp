// SPDX-License-Identifier: Apache-2.0
// For commands that print something else than findings: what went wrong goes to standard error.
#pragma once

#include "audit/load.hpp"
#include "cli/exit_code.hpp"
#include "cli/world.hpp"

namespace slsaudit::cli {

/// Tells errors and failures; `input` if there are any, else `clean`.
ExitCode tell_problems(const audit::Loaded& loaded, const text::SourceMap& sources, World& world);

} // namespace slsaudit::cli
