// SPDX-License-Identifier: Apache-2.0
// Properties that CloudFormation takes as a map or as JSON in a text.
#pragma once

#include "dialect/template.hpp"
#include "text/source_map.hpp"

namespace slsaudit::dialect {

/// Makes a map of each policy, pattern and the like that is written as a text (`PolicyDocument: !Sub '{…}'`),
/// in the resources of a template that is worked out. What begins as JSON and isn't is unknown from now on.
void read_json_properties(Template& made, const text::SourceMap& sources, text::Arena& arena);

} // namespace slsaudit::dialect
