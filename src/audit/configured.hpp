// SPDX-License-Identifier: Apache-2.0
// What the configuration file changes about rules and findings.
#pragma once

#include "audit/configuration.hpp"
#include "rules/suppression.hpp"
#include "text/file_system.hpp"

namespace slsaudit::audit {

/// Sets severities and parameters, and takes rules that are enabled into every profile. Gives what is wrong:
/// "slsaudit.yaml:3:5: error: …".
[[nodiscard]] std::vector<std::string> configure(std::vector<rules::Rule>& all,
                                                 const Configuration& configuration);

/// Sets one rule's parameters; gives what is wrong.
[[nodiscard]] std::vector<std::string> set_parameters(rules::Rule& rule, const RuleSetting& setting);

/// The section `suppress`, for the files that were read. Adds the configuration's text to the sources.
[[nodiscard]] std::vector<rules::Suppression> configured_suppressions(const Configuration& configuration,
                                                                      const text::FileSystem& files,
                                                                      text::SourceMap& sources);

} // namespace slsaudit::audit
