// SPDX-License-Identifier: Apache-2.0
// A function of expressions for the fixes of names.
#pragma once

#include "cel/value.hpp"

#include <span>

namespace slsaudit::rules {

/// `resource.mentions(['orders'])`: what else in its template says one of these names as a text, where a name
/// or an ARN is looked for: outputs, variables of environments, policies, names of what something refers to.
/// Texts to be shown, each standing at its value.
[[nodiscard]] cel::Value mentions(std::span<const cel::Value> arguments);

} // namespace slsaudit::rules
