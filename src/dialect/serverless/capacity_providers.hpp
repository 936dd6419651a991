// SPDX-License-Identifier: Apache-2.0
// `provider.capacityProviders`.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

[[nodiscard]] std::string capacity_provider_id(std::string_view name);
/// Whether the service itself makes the capacity provider of that name.
[[nodiscard]] bool makes_capacity_provider(const Service& service, std::string_view name);
void lower_capacity_providers(Service& service);

} // namespace slsaudit::dialect::serverless
