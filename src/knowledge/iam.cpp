// SPDX-License-Identifier: Apache-2.0
#include "knowledge/iam.hpp"
#include "knowledge/portability.hpp"
#include "knowledge/sam_policy_templates.hpp"
namespace slsaudit::knowledge {
std::vector<Action> actions_matching(std::string_view) { return {}; }
bool knows_service(std::string_view) { return false; }
bool wildcard_match(std::string_view, std::string_view) { return false; }
const PolicyTemplate* find_policy_template(std::string_view) { return nullptr; }
const Portability* portability_of(std::string_view) { return nullptr; }
} // namespace slsaudit::knowledge
