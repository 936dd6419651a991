// SPDX-License-Identifier: Apache-2.0
// Properties that a type can't be without.
#pragma once

#include "dialect/template.hpp"

namespace slsaudit::dialect::cloudformation {

/// Tells of the properties that the resource's type needs and its author didn't write. Types of SAM's take
/// theirs from other places, too, and are left to it.
void check_required_properties(const LoweredResource& resource, std::string_view type,
                               text::Problems& problems);

} // namespace slsaudit::dialect::cloudformation
