// SPDX-License-Identifier: Apache-2.0
#include "dialect/detect.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect {

using syntax::Entry;
using syntax::Node;

namespace {

constexpr std::string_view sam_transform = "AWS::Serverless-";
constexpr std::string_view sam_type = "AWS::Serverless::";

bool is_text(const Node* node) {
  return node != nullptr && node->is_scalar() && !syntax::is_null(*node);
}

bool is_sam_transform(const Node& node) {
  if (node.is_scalar()) return node.text.starts_with(sam_transform);
  if (node.is_sequence()) {
    return std::ranges::any_of(node.children, [](const Entry& item) {
      return item.value->is_scalar() ? item.value->text.starts_with(sam_transform)
                                     : is_text(item.value->get("Name")) &&
                                           item.value->get("Name")->text.starts_with(sam_transform);
    });
  }
  const Node* inner = node.get("Fn::Transform");
  const Node* name = (inner != nullptr ? inner : &node)->get("Name");
  return is_text(name) && name->text.starts_with(sam_transform);
}

/// What the types of a section Resources say.
struct Types {
  bool any = false;
  bool sam = false;
};

Types types_of(const Node& resources) {
  Types types;
  std::vector<const Node*> pending{&resources};
  while (!pending.empty()) {
    const Node& section = *pending.back();
    pending.pop_back();
    if (!section.is_mapping()) continue;
    for (const Entry& entry : section.children) {
      const Node& body = *entry.value;
      const Node* type = body.get("Type");
      if (is_text(type) && type->text.find("::") != std::string_view::npos) {
        types.any = true;
        types.sam = types.sam || type->text.starts_with(sam_type);
      }
      const bool loop =
          entry.key.starts_with("Fn::ForEach") && body.is_sequence() && body.children.size() == 3;
      if (loop) pending.push_back(body.children[2].value);
    }
  }
  return types;
}

std::optional<Dialect> cloudformation_or_sam(const Node& root) {
  const Node* transform = root.get("Transform");
  const Node* resources = root.get("Resources");
  const Types types = resources != nullptr ? types_of(*resources) : Types{};
  const bool sam = transform != nullptr && is_sam_transform(*transform);
  if (sam || types.sam) return Dialect::sam;
  const bool marked =
      root.get("AWSTemplateFormatVersion") != nullptr || (transform != nullptr && resources != nullptr);
  return types.any || marked ? std::optional(Dialect::cloudformation) : std::nullopt;
}

/// `service` as a name, or as a mapping with a name (version 1 of the framework).
bool is_service_name(const Node& node) {
  if (node.kind == syntax::NodeKind::unknown) return true;
  return is_text(&node) || is_text(node.get("name"));
}

bool is_serverless(const Node& root) {
  const Node* service = root.get("service");
  const Node* provider = root.get("provider");
  if (service == nullptr) return false;
  // All three together are nothing else, whatever their shapes: a wrong one is told when it is read.
  if (provider != nullptr && root.get("functions") != nullptr) return true;
  if (!is_service_name(*service)) return false;
  if (is_text(provider) || (provider != nullptr && provider->get("name") != nullptr)) return true;
  const bool parts = root.get("functions") != nullptr || root.get("resources") != nullptr;
  return parts &&
         (provider != nullptr || root.get("plugins") != nullptr || root.get("frameworkVersion") != nullptr);
}

/// Files that people keep beside templates, by a top-level key, and what to say of them.
struct Neighbour {
  std::string_view key;
  std::string_view what;
};
constexpr std::array<Neighbour, 12> neighbours{{
    {"openapi", "an OpenAPI document"},
    {"swagger", "a Swagger document"},
    {"services", "a Docker Compose or Serverless Compose file"},
    {"apiVersion", "a Kubernetes manifest"},
    {"StartAt", "a state machine definition"},
    {"phases", "a CodeBuild build specification"},
    {"jobs", "a workflow of a continuous-integration service"},
    {"ResourceTypes", "a CloudFormation resource specification"},
    {"dependencies", "a package manifest"},
    {"functions", "a part of a Serverless Framework service; audit the file that includes it"},
    {"default", "a samconfig file"},
    {"Statement", "a policy document"},
}};

std::string explain(const Node& root) {
  if (!root.is_mapping()) {
    return "the document is " + std::string(syntax::describe(root)) +
           "; a template is a mapping with `Resources`, or with `service` and `provider`";
  }
  for (const Neighbour& neighbour : neighbours) {
    if (root.get(neighbour.key) != nullptr) return "it looks like " + std::string(neighbour.what);
  }
  for (const syntax::Entry& entry : root.children) {
    if (entry.value->is_mapping() && entry.value->get("component") != nullptr)
      return "it looks like a Serverless Components file, whose components deploy by themselves";
  }
  if (root.get("service") != nullptr) {
    return "the Serverless Framework's `service` has neither `provider` with a name nor `functions` beside "
           "it";
  }
  if (root.get("Resources") != nullptr)
    return "no entry of `Resources` has a `Type` such as `AWS::Lambda::Function`";
  return "neither CloudFormation's `Resources` nor the Serverless Framework's `service` and `provider` was "
         "found";
}

} // namespace

Detected detect(const syntax::Document& document) {
  if (document.root == nullptr) return {std::nullopt, "nothing could be read from the file"};
  const Node& root = *document.root;
  if (!root.is_mapping()) return {std::nullopt, explain(root)};
  if (const auto dialect = cloudformation_or_sam(root)) return {dialect, {}};
  if (is_serverless(root)) return {Dialect::serverless, {}};
  return {std::nullopt, explain(root)};
}

} // namespace slsaudit::dialect
