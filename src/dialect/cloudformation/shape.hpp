// SPDX-License-Identifier: Apache-2.0
// Checks of shapes that sections and resources share.
#pragma once

#include "syntax/node.hpp"
#include "text/problem.hpp"

#include <string_view>

namespace slsaudit::dialect::cloudformation {

/// "`Metadata` is a list; expected a mapping", as an error. A value that is missing altogether is told at its
/// key.
[[nodiscard]] text::Problem wrong_shape(std::string_view problem, const syntax::Entry& entry,
                                        std::string_view expected);

/// `Type`, `Properties`, `DependsOn` and their like: what stands in a resource's body, with SAM's own.
[[nodiscard]] bool is_resource_attribute(std::string_view name);

/// A mapping, or a value that nobody could resolve (which is said elsewhere).
[[nodiscard]] bool is_mapping_or_unknown(const syntax::Node& node);

} // namespace slsaudit::dialect::cloudformation
