// SPDX-License-Identifier: Apache-2.0
// Cross-origin requests: OPTIONS methods in REST APIs, an extension in HTTP APIs.
#pragma once

#include "dialect/sam/api_body.hpp"

namespace slsaudit::dialect::sam {

void add_rest_cors(Context& context, const Source& source, ApiBody& body);
void add_http_cors(Context& context, const Source& source, ApiBody& body);

} // namespace slsaudit::dialect::sam
