// SPDX-License-Identifier: Apache-2.0
// The TOML form of a samconfig file. The only floor that knows the TOML library is the .cpp beside this.
#pragma once

#include "dialect/cloudformation/parameter_file.hpp"
#include "dialect/project.hpp"
#include "dialect/template.hpp"

namespace slsaudit::dialect::cloudformation {

/// parameter_overrides of `<environment>.global.parameters`, and over them of
/// `<environment>.deploy.parameters`.
[[nodiscard]] text::Result<ParameterValues> read_sam_config_toml(std::string_view path, std::string_view text,
                                                                 std::string_view environment);

/// Adds the environments that the samconfig.toml beside a template deploys it to, as sections "stages.NAME",
/// where they are stacks of one account and region as far as it says; and "stages account" where they have
/// one profile. Neither has a place: the file is none of the templates'.
void add_sam_stages(const Project& project, std::string_view path, text::Arena& arena, Sections& sections);

} // namespace slsaudit::dialect::cloudformation
