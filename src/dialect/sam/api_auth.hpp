// SPDX-License-Identifier: Apache-2.0
// Who may call: authorizers, API keys and resource policies in an API's body; and what a method asks of
// requests.
#pragma once

#include "dialect/sam/api_body.hpp"
#include "dialect/sam/events.hpp"

namespace slsaudit::dialect::sam {

/// An event's `Auth` on its method of a REST API.
void add_method_auth(const Event& event, ApiState& api, ApiBody& body, std::string_view path,
                     std::string_view method);
/// The same for an HTTP API.
void add_http_method_auth(const Event& event, ApiState& api, ApiBody& body, std::string_view path,
                          std::string_view method);
void add_request_model(const Event& event, ApiState& api, ApiBody& body, std::string_view path,
                       std::string_view method);
void add_request_parameters(const Event& event, ApiBody& body, std::string_view path,
                            std::string_view method);

/// `Auth` of a REST API: security definitions, the default authorizer and the API key on each method, the
/// policy.
void add_rest_auth(Context& context, const Source& source, const Node* auth, ApiBody& body);
/// `Auth` of an HTTP API.
void add_http_auth(Context& context, const Source& source, const Node* auth, ApiBody& body);
/// <Api><Name>AuthorizerPermission for each authorizer function that needs one.
void emit_authorizer_permissions(Context& context, const Source& source, const Node* auth, bool http);
/// AwsAccountWhitelist and the other lists of a ResourcePolicy, for one path.
void add_resource_policy(Context& context, const Node* policy, ApiBody& body, std::string_view path,
                         const Node* stage, Span span);
void add_custom_statements(Context& context, const Node* policy, ApiBody& body, Span span);

} // namespace slsaudit::dialect::sam
