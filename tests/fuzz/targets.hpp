// SPDX-License-Identifier: Apache-2.0
// The fuzz targets. Each takes any bytes, does with them what the program would, and ends the process where
// something does not hold that should hold of every input.
#pragma once

#include <string_view>

namespace slsaudit::fuzz {

// clang-format off
#define SLSAUDIT_FUZZ_TARGETS(TARGET) \
  TARGET(baseline) TARGET(cache) TARGET(cel) TARGET(cloudformation) TARGET(configuration) TARGET(graph) TARGET(intrinsics) \
  TARGET(json) TARGET(notations) TARGET(parameters) TARGET(pipeline) TARGET(policies) TARGET(rules) TARGET(sam) \
  TARGET(serverless) TARGET(states) TARGET(variables) TARGET(yaml) TARGET(yaml_readers) TARGET(yaml_reference)
// clang-format on

#define SLSAUDIT_FUZZ_DECLARE(name) void run_##name(std::string_view bytes);
SLSAUDIT_FUZZ_TARGETS(SLSAUDIT_FUZZ_DECLARE)
#undef SLSAUDIT_FUZZ_DECLARE

using Target = void (*)(std::string_view bytes);

/// Runs a target, and ends the process where that takes more than a second of the processor's time (where
/// sanitizers or no optimisation slow everything down, ten).
void run_in_time(Target target, std::string_view bytes);

} // namespace slsaudit::fuzz
