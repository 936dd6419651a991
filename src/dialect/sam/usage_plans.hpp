// SPDX-License-Identifier: Apache-2.0
// `Auth.UsagePlan` of REST APIs: a plan and a key for one API, or for all that share them.
#pragma once

#include "dialect/sam/context.hpp"

namespace slsaudit::dialect::sam {

void emit_usage_plan(Context& context, const Source& source, const Node* auth, std::string_view stage);

} // namespace slsaudit::dialect::sam
