// SPDX-License-Identifier: Apache-2.0
// Plugins whose effect is read; plugins.cpp says which is whose.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

/// Whether a plugin may give the service resources whose names aren't in sight.
[[nodiscard]] bool may_add_names(const Service& service);
void lower_step_functions(Service& service);
/// Throttling and caching of a REST API's stage.
void lower_stage_plugins(Service& service);
/// The alias that serverless-plugin-canary-deployments shifts traffic with; nothing where the function has
/// none.
[[nodiscard]] std::optional<std::string_view> canary_alias(const Service& service, const Function& function);
void lower_canary_deployments(Service& service);
void lower_dead_letters(Service& service);
/// What serverless-lift's constructs make, with their functions and events …
void add_constructs(Service& service);
/// … and what it lets all functions do with them.
void grant_constructs(Service& service);
/// Routes from the REST API to other services.
void lower_service_proxies(Service& service);
void lower_alerts(Service& service);
void lower_log_retention(Service& service);
void lower_log_subscription(Service& service);
void lower_concurrency_autoscaling(Service& service);
/// The access control list that serverless-associate-waf puts before the REST API once that is deployed.
void lower_waf_association(Service& service);
/// Functions that stand inside of an AppSync API.
void add_appsync_functions(Service& service);
void lower_appsync(Service& service);

} // namespace slsaudit::dialect::serverless
