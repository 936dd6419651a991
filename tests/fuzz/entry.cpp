// SPDX-License-Identifier: Apache-2.0
// What libFuzzer and AFL++ call. Compiled once for each target, which SLSAUDIT_FUZZ_TARGET names.
#include "fuzz/targets.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  slsaudit::fuzz::run_in_time(slsaudit::fuzz::SLSAUDIT_FUZZ_TARGET,
                              std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
