// SPDX-License-Identifier: Apache-2.0
// AppSync APIs of a service: what their parts share.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

/// An API while it is lowered.
struct GraphQlApi {
  Service& service;
  std::string prefix;            ///< Of logical ids; empty where the service has one API.
  const Node* id_node = nullptr; ///< What `ApiId` of its parts is.

  [[nodiscard]] std::string id(std::string_view name) const;
  [[nodiscard]] std::string source_id(std::string_view name) const { return "GraphQlDs" + id(name); }
  [[nodiscard]] static Author author(text::Span span, bool generated = false);
};

/// What a data source or an authorizer invokes.
[[nodiscard]] const Node* function_arn(const Service& service, const Make& at, const Node* config,
                                       std::string_view embedded);
/// The first of two spellings of a setting.
[[nodiscard]] const Node* either(const Node* body, std::string_view now, std::string_view before);
/// A data source and its role.
void lower_data_source(const GraphQlApi& api, std::string_view name, text::Span span, const Node* body);

} // namespace slsaudit::dialect::serverless
