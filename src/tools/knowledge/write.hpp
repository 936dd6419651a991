// SPDX-License-Identifier: Apache-2.0
// One function for each kind of table. `directory` is rules/knowledge/; each throws std::runtime_error with
// place and reason where a file can't be used.
#pragma once

#include <iosfwd>
#include <string>

namespace slsaudit::tools {

/// iam-actions.csv
void write_actions(const std::string& directory, std::ostream& out);
/// resource-types.csv
void write_resource_types(const std::string& directory, std::ostream& out);
/// sam-policy-templates.yaml
void write_policy_templates(const std::string& directory, std::ostream& out);
/// key-formats.csv
void write_key_formats(const std::string& directory, std::ostream& out);
/// What knowledge/rows/layout.hpp describes.
void write_rows(const std::string& directory, std::ostream& out);

} // namespace slsaudit::tools
