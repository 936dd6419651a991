// SPDX-License-Identifier: Apache-2.0
// Fixes for what serverless-lift makes of `constructs`: spoken in the settings of the construct, not by the
// ids that the plugin gives its parts.
#pragma once

#include "graph/system.hpp"

#include <string>

namespace slsaudit::rules {

/// A filled fix of a Serverless Framework service in which what it says of a construct's worker
/// (`functions.jobsWorker`) and parts (`resources.extensions.jobsQueue…`) stands below `constructs`. Lines
/// that speak of nothing of the kind stay as they are.
[[nodiscard]] std::string in_constructs(std::string fix, const graph::System& system);

} // namespace slsaudit::rules
