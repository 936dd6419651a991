// SPDX-License-Identifier: Apache-2.0
// Files of parameter values: CloudFormation's shapes, and parameter_overrides of a samconfig file.
#pragma once

#include "text/result.hpp"

#include <map>
#include <string>
#include <string_view>

namespace slsaudit::dialect::cloudformation {

/// Values by parameter name; a list's items are joined with commas, as CloudFormation takes them.
using ParameterValues = std::map<std::string, std::string>;

/// Reads the text of a file of parameters. A path that ends in .toml is a samconfig file; other files are
/// JSON or YAML in one of these shapes:
///   [{"ParameterKey": "K", "ParameterValue": "V"}, …]   (an entry with UsePreviousValue only is left out)
///   {"Parameters": {"K": "V", …}}
///   {"K": "V", …}
///   ["K=V", …]
///   a samconfig file in YAML
/// `environment` names the table of a samconfig file. The message of a failure names the path.
[[nodiscard]] text::Result<ParameterValues> read_parameter_file(std::string_view path, std::string_view text,
                                                                std::string_view environment = "default");

/// Reads what stands after --parameter-overrides: `Key=Value Key2="v 2"`, or CloudFormation's older
/// `ParameterKey=K,ParameterValue=V`. Quotes are single or double; a backslash in double quotes takes the
/// next character.
[[nodiscard]] text::Result<ParameterValues> read_overrides(std::string_view text);

} // namespace slsaudit::dialect::cloudformation
