// SPDX-License-Identifier: Apache-2.0
// What `slsaudit init --ci` prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::cli {

/// "codebuild", "github", "gitlab", "jenkins", "pre-commit"
[[nodiscard]] std::vector<std::string_view> ci_names();
/// With the version of this program; empty for a name that there isn't.
[[nodiscard]] std::string ci_snippet(std::string_view name);

} // namespace slsaudit::cli
