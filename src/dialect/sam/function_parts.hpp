// SPDX-License-Identifier: Apache-2.0
// Parts of a function that have resources of their own.
#pragma once

#include "dialect/sam/events.hpp"

namespace slsaudit::dialect::sam {

/// FunctionUrlConfig; without authorization the whole world may call.
void emit_function_url(Context& context, const Source& source, const Target& target);
/// EventInvokeConfig with the queues and topics that SAM makes, and the grants for the role.
void emit_event_invoke_config(Context& context, const Source& source, std::string_view alias, Role& role);

} // namespace slsaudit::dialect::sam
