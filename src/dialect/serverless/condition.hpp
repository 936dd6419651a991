// SPDX-License-Identifier: Apache-2.0
// Plugins that take parts of a service away or replace them, by conditions of the author.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

/// The service's tree as the plugins leave it that take parts away or replace them
/// (serverless-plugin-conditional-functions, serverless-disable-functions, serverless-plugin-ifelse). Where
/// a condition isn't known, everything stays, and a note says so.
[[nodiscard]] const Node* apply_conditions(Service& service);

} // namespace slsaudit::dialect::serverless
