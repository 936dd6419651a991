// SPDX-License-Identifier: Apache-2.0
// Parameter files, in each shape that the deployment tools read.
#pragma once

#include "text/file_system.hpp"
#include "text/result.hpp"

#include <map>
#include <string>
#include <string_view>

namespace slsaudit::audit {

using Parameters = std::map<std::string, std::string>;

/// JSON or YAML: a list of {ParameterKey, ParameterValue}, a list of "Key=Value", {"Parameters": {…}}, or a
/// plain map. samconfig.toml and samconfig.yaml: `parameter_overrides` of the environment `default`, command
/// `deploy`, then `global`.
[[nodiscard]] text::Result<Parameters> read_parameters(const text::FileSystem& files,
                                                       const std::string& path);

/// "Key=Value Other='two words' ParameterKey=K,ParameterValue=V", as in samconfig's `parameter_overrides`.
[[nodiscard]] Parameters parse_overrides(std::string_view text);

/// "KEY=VALUE" into its halves; false without '=' or without a key.
[[nodiscard]] bool split_assignment(std::string_view text, std::string& key, std::string& value);

} // namespace slsaudit::audit
