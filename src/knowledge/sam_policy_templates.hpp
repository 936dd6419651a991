// SPDX-License-Identifier: Apache-2.0
// AWS SAM's policy templates. Rows: rules/knowledge/sam-policy-templates.yaml.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace slsaudit::knowledge {

struct PolicyTemplate {
  std::string_view name;
  std::vector<std::string_view> parameters;
  /// A JSON list of {"effect"?, "actions": […], "resources": […], "condition"?}; `{Param}` in a string stands
  /// for the parameter's value and `${AWS::…}` for a pseudo parameter.
  std::string_view statements;
};

/// Nothing for a name that SAM doesn't have.
[[nodiscard]] std::optional<PolicyTemplate> find_policy_template(std::string_view name);

} // namespace slsaudit::knowledge
