// SPDX-License-Identifier: Apache-2.0
// Events: one row a type says who lowers them. A lowering gets all events of its type in the service at once,
// because some share resources (one API, one bucket, one statement).
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

struct Use {
  const Function* function = nullptr;
  const Event* event = nullptr;
  std::size_t ordinal = 0;  ///< Among the function's events of this type, from 1.
  std::size_t position = 0; ///< Among all of the function's events, from 1.
};
using Uses = std::vector<Use>;

struct EventRow {
  std::string_view type;
  void (*lower)(Service&, const Uses&);
};

/// Whether the framework itself has an event of that name.
[[nodiscard]] bool is_event_type(std::string_view name);
/// The one of its events that the name is but for a slip; empty where there is none.
[[nodiscard]] std::string_view closest_event_type(std::string_view name);

void lower_http(Service& service, const Uses& uses);
void lower_http_api(Service& service, const Uses& uses);
void lower_websocket(Service& service, const Uses& uses);
void lower_sqs(Service& service, const Uses& uses);
void lower_stream(Service& service, const Uses& uses);
void lower_msk(Service& service, const Uses& uses);
void lower_kafka(Service& service, const Uses& uses);
void lower_activemq(Service& service, const Uses& uses);
void lower_rabbitmq(Service& service, const Uses& uses);
void lower_sns(Service& service, const Uses& uses);
void lower_s3(Service& service, const Uses& uses);
void lower_schedule(Service& service, const Uses& uses);
void lower_event_bridge(Service& service, const Uses& uses);
void lower_cloudwatch_event(Service& service, const Uses& uses);
void lower_cloudwatch_log(Service& service, const Uses& uses);
void lower_iot(Service& service, const Uses& uses);
void lower_iot_fleet_provisioning(Service& service, const Uses& uses);
void lower_alexa_skill(Service& service, const Uses& uses);
void lower_alexa_smart_home(Service& service, const Uses& uses);
void lower_cognito_user_pool(Service& service, const Uses& uses);
void lower_alb(Service& service, const Uses& uses);
void lower_cloudfront(Service& service, const Uses& uses);

/// The body's value at `key`, or the body itself when it is written short (a text, or an intrinsic).
[[nodiscard]] const Node* short_or(const Node* body, std::string_view key);
/// A name for logical ids: of a text its part behind the last `separator`, of an intrinsic what it refers to.
/// "Unknown" where nothing says.
[[nodiscard]] std::string source_name(const Node* arn, char separator);
/// `{Pattern: "<json>"}…` of filterPatterns; null when there are none.
[[nodiscard]] const Node* filter_criteria(const Make& at, const Node* body);
/// DependsOn of an event source mapping: the role whose permissions it needs, and the alias.
void depend_on_role(Draft& draft, const Function& function);
/// The Lambda, its role and log group that act on resources which the stack doesn't own; `statements` for its
/// role.
std::string add_custom_resource_handler(Service& service, const Author& author, std::string_view name,
                                        const std::vector<const Node*>& statements);
/// What lets API Gateway write logs at all, for the whole account: a resource of the framework's own, made
/// where an API has logs.
void ensure_logging_role(Service& service, const Author& author);
/// CloudWatch log group settings of the provider.
void add_retention(const Service& service, Properties& properties);

} // namespace slsaudit::dialect::serverless
