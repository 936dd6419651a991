// SPDX-License-Identifier: Apache-2.0
// What `cloudFront` events ask of other parts of a service.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

/// Whether CloudFront calls the function: it then has other defaults, and is always versioned.
[[nodiscard]] bool runs_at_edge(const Function& function);
/// `provider.cloudFront.cachePolicies`.
void lower_cache_policies(Service& service);

} // namespace slsaudit::dialect::serverless
