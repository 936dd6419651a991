// SPDX-License-Identifier: Apache-2.0
// Plugins that let `#{AWS::Region}` stand in any text, because the framework once took `${…}` for itself.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

/// Makes a Fn::Sub of each text with `#{…}`, where the service has such a plugin.
void substitute_pseudo_parameters(const Service& service, Lowered& lowered);

} // namespace slsaudit::dialect::serverless
