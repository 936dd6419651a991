// SPDX-License-Identifier: Apache-2.0
// The TOML form of a samconfig file. The only floor that knows the TOML library is the .cpp beside this.
#pragma once

#include "dialect/cloudformation/parameter_file.hpp"

namespace slsaudit::dialect::cloudformation {

/// parameter_overrides of `<environment>.global.parameters`, and over them of
/// `<environment>.deploy.parameters`.
[[nodiscard]] text::Result<ParameterValues> read_sam_config_toml(std::string_view path, std::string_view text,
                                                                 std::string_view environment);

} // namespace slsaudit::dialect::cloudformation
