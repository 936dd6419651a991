// SPDX-License-Identifier: Apache-2.0
#include "knowledge/tables.hpp"

namespace slsaudit::knowledge::tables {

namespace {
#include "knowledge_tables.inc"
} // namespace

Actions actions() {
  return {action_text, action_rows, service_rows};
}
ResourceTypes resource_types() {
  return {type_text, type_rows, type_names};
}
PolicyTemplates policy_templates() {
  return {template_text, template_rows, template_parameters};
}
KeyFormats key_formats() {
  return {key_text, key_rows};
}
Rows rows_of(rows::TableId table) {
  return row_tables[static_cast<std::size_t>(table)];
}

} // namespace slsaudit::knowledge::tables
