// SPDX-License-Identifier: Apache-2.0
// Which slsaudit this is. The same for all builds of one commit.
#pragma once

#include <string>
#include <string_view>

namespace slsaudit::cli {

struct Build {
  std::string_view version; ///< "0.1.0"
  std::string_view commit;  ///< Twelve digits, "-modified" after them where sources differ; empty: not known.
  std::string_view date;    ///< Of the commit, or of SOURCE_DATE_EPOCH: "2026-01-31"; empty: not known.
};

[[nodiscard]] const Build& build();

/// "slsaudit 0.1.0 (0123456789ab 2026-01-31)", with what is known.
[[nodiscard]] std::string version_line();

/// What tells this very program from all others: the version, and the build ids that linkers have written
/// into it and into the libraries that it has loaded. Empty where the program has none.
[[nodiscard]] std::string program_identity();

} // namespace slsaudit::cli
