// SPDX-License-Identifier: Apache-2.0
// Custom domains of all three kinds of API: the name, its mappings to the API, and its records.
#pragma once

#include "dialect/sam/context.hpp"

namespace slsaudit::dialect::sam {

/// `Domain` of a REST API. `stage` is the stage's logical id.
void emit_rest_domain(Context& context, const Source& source, std::string_view stage);
/// `Domain` of an HTTP or WebSocket API; `tag` is the kind's own tag ("httpapi:createdBy").
void emit_v2_domain(Context& context, const Source& source, std::string_view stage, std::string_view tag);

} // namespace slsaudit::dialect::sam
