// SPDX-License-Identifier: Apache-2.0
// Editing an OpenAPI document (Swagger 2 or OpenAPI 3), the way SAM does: paths, methods and any part of them
// may stand inside Fn::If.
#pragma once

#include "dialect/sam/context.hpp"

namespace slsaudit::dialect::sam {

constexpr std::string_view integration_key = "x-amazon-apigateway-integration";
constexpr std::string_view any_method = "x-amazon-apigateway-any-method";

/// Lower case, and API Gateway's extension for "any".
[[nodiscard]] std::string normal_method(std::string_view method);
/// A tree itself, or both sides of its Fn::If without AWS::NoValue.
[[nodiscard]] std::vector<Tree*> alternatives(Tree* tree);
/// "/a/{id}/" → "/a/*": a path in the ARN of a permission. `greedy` covers {name+} too.
[[nodiscard]] std::string path_pattern(std::string_view path, bool greedy);

class ApiBody {
public:
  struct Method {
    std::string_view name; ///< Normal.
    Tree* definition = nullptr;
  };

  ApiBody(Context& context, Tree& document) : context_(context), document_(document) {}

  /// Has `paths` and a version that SAM edits.
  [[nodiscard]] bool is_valid();
  [[nodiscard]] bool is_openapi_3();
  [[nodiscard]] Tree& document() { return document_; }
  [[nodiscard]] std::vector<std::string_view> paths();
  [[nodiscard]] std::vector<Tree*> items(std::string_view path);
  [[nodiscard]] bool has_integration(std::string_view path, std::string_view method);
  void add_path(std::string_view path, std::string_view method, Span span);
  /// Puts an integration on a method; the method stands under `condition`, where there is one.
  void integrate(std::string_view path, std::string_view method, const Node* integration,
                 const Node* responses, std::string_view condition, Span span);
  /// Definitions that have an integration.
  [[nodiscard]] std::vector<Tree*> definitions(std::string_view path, std::string_view method);
  [[nodiscard]] std::vector<Method> all_methods(std::string_view path);
  /// Sets a key of the method's integration.
  void set_integration(std::string_view path, std::string_view method, std::string_view key,
                       const Node* value);
  void add_security(Tree& definition, std::string_view name, const Node* scopes, Span span);

private:
  Context& context_;
  Tree& document_;
};

} // namespace slsaudit::dialect::sam
