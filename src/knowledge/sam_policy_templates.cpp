// SPDX-License-Identifier: Apache-2.0
#include "knowledge/sam_policy_templates.hpp"

#include "knowledge/tables.hpp"

#include <algorithm>

namespace slsaudit::knowledge {

std::optional<PolicyTemplate> find_policy_template(std::string_view name) {
  const tables::PolicyTemplates all = tables::policy_templates();
  const auto found = std::lower_bound(all.rows.begin(), all.rows.end(), name,
                                      [&](const tables::TemplateRow& row, std::string_view wanted) {
                                        return row.name.of(all.text) < wanted;
                                      });
  if (found == all.rows.end() || found->name.of(all.text) != name) {
    return std::nullopt;
  }
  PolicyTemplate result{found->name.of(all.text), {}, found->statements.of(all.text)};
  for (std::uint32_t i = 0; i < found->parameter_count; ++i) {
    result.parameters.push_back(all.parameters[found->first_parameter + i].of(all.text));
  }
  return result;
}

} // namespace slsaudit::knowledge
