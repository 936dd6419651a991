// SPDX-License-Identifier: Apache-2.0
#include "cli/build.hpp"

#include "slsaudit/version.hpp"

namespace slsaudit::cli {

const Build& build() {
  static constexpr Build made{
      version,
#include "build_info.inc"
  };
  return made;
}

std::string version_line() {
  std::string line = "slsaudit " + std::string(build().version);
  std::string origin(build().commit);
  if (!build().date.empty()) origin += (origin.empty() ? "" : " ") + std::string(build().date);
  return origin.empty() ? line : line + " (" + origin + ")";
}

} // namespace slsaudit::cli
