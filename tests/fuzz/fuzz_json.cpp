// SPDX-License-Identifier: Apache-2.0
#include "fuzz/syntax_checks.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  slsaudit::fuzz::check("fuzz.json", std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
