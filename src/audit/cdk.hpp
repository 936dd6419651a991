// SPDX-License-Identifier: Apache-2.0
// What the CDK puts out (`cdk.out`): its manifest says which of the files there are stacks' templates.
#pragma once

#include "text/file_system.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slsaudit::audit {

/// The templates of all stacks of the assembly in a directory, those of its stages too, in order of path.
/// Templates of nested stacks are not among them: their parents name them. Nothing when the directory has no
/// manifest of the CDK.
[[nodiscard]] std::optional<std::vector<std::string>> cdk_templates(const text::FileSystem& files,
                                                                    const std::string& directory);

} // namespace slsaudit::audit
