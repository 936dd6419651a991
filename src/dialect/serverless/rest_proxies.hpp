// SPDX-License-Identifier: Apache-2.0
// Routes of the REST API that call another AWS service without a function in between.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

struct RestProxy {
  const Node* route = nullptr; ///< Mapping with `path` and `method`.
  std::string uri; ///< What follows the region: "sqs:path/…"; may hold `${…}` of CloudFormation.
  const Node* uri_end = nullptr;  ///< What follows that; null for nothing.
  std::string_view action;        ///< What the API's role may do …
  const Node* resource = nullptr; ///< … and with what.
  std::string role_id;
  std::string_view policy_name;           ///< Of that role.
  bool logs = false;                      ///< Whether that role may write logs, too.
  const Node* role = nullptr;             ///< The author's own role instead.
  std::string_view called_with = "POST";  ///< How the API calls the service.
  std::string_view passthrough = "NEVER"; ///< Empty: the service's default.
  const Node* target = nullptr;           ///< What the request's template names; null where the URI does.
};

/// The method, the resources of its path and the role; and the API where no event makes one.
void add_rest_proxy(Service& service, const Author& author, const RestProxy& proxy);

} // namespace slsaudit::dialect::serverless
