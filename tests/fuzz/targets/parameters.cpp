// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of parameters, in each of its formats.
#include "dialect/cloudformation/parameter_file.hpp"
#include "fuzz/targets.hpp"
#include "text/assert.hpp"

#include <string>

namespace slsaudit::fuzz {

void run_parameters(std::string_view bytes) {
  using namespace dialect::cloudformation;
  for (const std::string path : {"parameters.json", "parameters.yaml", "samconfig.toml", "samconfig.yaml"}) {
    const auto read = read_parameter_file(path, bytes, "default");
    if (!read.ok()) SLSAUDIT_ASSERT(read.error().find(path) != std::string::npos);
  }
  const auto overrides = read_overrides(bytes);
  if (!overrides.ok()) SLSAUDIT_ASSERT(!overrides.error().empty());
}

} // namespace slsaudit::fuzz
