// SPDX-License-Identifier: Apache-2.0
// The conditions that a part of a template names.
#pragma once

#include "syntax/node.hpp"

#include <string_view>
#include <vector>

namespace slsaudit::dialect::cloudformation {

/// Of all `Condition`s and `Fn::If`s below the node, in source order. A resource's own is no such call.
[[nodiscard]] std::vector<std::string_view> conditions_below(const syntax::Node& root);

} // namespace slsaudit::dialect::cloudformation
