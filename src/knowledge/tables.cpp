// SPDX-License-Identifier: Apache-2.0
#include "knowledge/tables.hpp"

namespace slsaudit::knowledge::tables {

namespace {
#include "knowledge_tables.inc"
} // namespace

Actions actions() {
  return {action_text, action_rows, service_rows};
}
PolicyTemplates policy_templates() {
  return {template_text, template_rows, template_parameters};
}
Portabilities portabilities() {
  return {portability_text, portability_rows, portability_types};
}

} // namespace slsaudit::knowledge::tables
