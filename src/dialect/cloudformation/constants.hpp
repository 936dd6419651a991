// SPDX-License-Identifier: Apache-2.0
// What a template's worlds share.
#pragma once

#include "syntax/node.hpp"
#include "value/value.hpp"

#include <unordered_map>

namespace slsaudit::dialect::cloudformation {

/// Values of lists and maps that come out the same whatever is chosen. Looked up only, never walked.
using Constants = std::unordered_map<const syntax::Node*, value::Value>;

} // namespace slsaudit::dialect::cloudformation
