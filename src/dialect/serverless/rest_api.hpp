// SPDX-License-Identifier: Apache-2.0
// `http` events: one REST API for all of them.
#pragma once

#include "dialect/serverless/events.hpp"

#include <map>
#include <string>

namespace slsaudit::dialect::serverless {

struct Cors {
  std::vector<std::string> headers;
  std::vector<std::string> methods;
  std::vector<std::string> origins; ///< When there are any, the first one is sent by default.
  bool allow_credentials = false;
  const Node* max_age = nullptr;
  const Node* cache_control = nullptr;
  const Event* event = nullptr; ///< The first that asked for it.
};

struct Authorizer {
  std::string type; ///< "AWS_IAM", "TOKEN", "REQUEST", "COGNITO_USER_POOLS"; empty: by the ARN.
  std::string name; ///< Empty for AWS_IAM and for one that is given by id.
  const Node* arn = nullptr;
  const Node* id = nullptr; ///< Of one made elsewhere.
  const Node* scopes = nullptr;
  const Node* written = nullptr;
  const Function* function = nullptr;
  bool cognito = false;
};

struct HttpEvent {
  const Use* use = nullptr;
  const Node* body = nullptr; ///< Mapping, or null for the short form.
  std::string method;         ///< Lower case.
  std::string path;           ///< Without slashes at its ends.
  std::string integration;    ///< "AWS_PROXY", "AWS", "HTTP", "HTTP_PROXY", "MOCK"
  std::optional<Authorizer> authorizer;
  bool cors = false;
};

struct RestApi {
  const Node* id = nullptr;   ///< Ref, or what restApiId gives.
  const Node* root = nullptr; ///< Id of the root resource.
  bool external = false;
  std::vector<HttpEvent> events;
  std::map<std::string, const Node*> resources; ///< Path → resource id.
  std::vector<std::string> predefined;          ///< Paths whose resources another stack made.
  std::vector<std::string> methods;             ///< Logical ids.
};

/// AWS::ApiGateway::Method and the permission of one event.
void lower_method(Service& service, RestApi& api, const HttpEvent& event);
/// What `cors` of the event says, with the framework's defaults.
[[nodiscard]] Cors read_cors(const HttpEvent& event);
[[nodiscard]] std::string joined(const std::vector<std::string>& items); ///< By commas.
void lower_preflight(Service& service, RestApi& api);
/// Request validators and models of `request.schemas` and required parameters.
void lower_validation(Service& service, const RestApi& api, const HttpEvent& event);
void lower_usage_plans(Service& service, const RestApi& api, const std::string& deployment);
[[nodiscard]] std::string method_id(std::string_view path, std::string_view method);

/// Names the address of the API in the outputs.
void put_out_endpoint(Service& service, const Make& at, const Node* api);

} // namespace slsaudit::dialect::serverless
