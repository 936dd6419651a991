// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/required.hpp"

#include "dialect/cloudformation/misnamed.hpp"
#include "knowledge/resource_types.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace slsaudit::dialect::cloudformation {

using syntax::Entry;
using syntax::Node;

namespace {

/// Nothing behind the colon. A null that a variable came to may be meant.
bool is_left_empty(const Node& node) {
  return syntax::is_null(node) && node.text.empty() && node.tag.empty();
}

/// Whether something that isn't seen adds properties.
bool is_open(const Node& body) {
  if (body.find("Fn::Transform") != nullptr) return true;
  const Node* properties = body.get("Properties");
  if (properties == nullptr || is_left_empty(*properties)) return false;
  return !properties->is_mapping() || !properties->tag.empty() ||
         std::ranges::any_of(properties->children,
                             [](const Entry& entry) { return entry.key.starts_with("Fn::"); });
}

} // namespace

void check_required_properties(const LoweredResource& resource, std::string_view type,
                               text::Problems& problems) {
  const auto known = knowledge::find_resource_type(type);
  if (!known || type.starts_with("AWS::Serverless::") || !resource.body->is_mapping() ||
      is_open(*resource.body))
    return;
  const Node* properties = resource.body->get("Properties");
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < known->required.size(); ++i) {
    const Node* value = properties == nullptr ? nullptr : properties->get(known->required[i]);
    if (value == nullptr || is_left_empty(*value)) missing.push_back(quoted(known->required[i]));
  }
  if (missing.empty()) return;
  // A name that the type doesn't have may be one of them, misspelt: that is told then.
  if (properties != nullptr && std::ranges::any_of(properties->children, [&](const Entry& entry) {
        return !known->properties.contains(entry.key);
      }))
    return;
  std::string names;
  for (std::size_t i = 0; i < missing.size(); ++i)
    names += (i == 0 ? "" : i + 1 == missing.size() ? " and " : ", ") + missing[i];
  problems.push_back({text::ProblemLevel::finding,
                      "missing-property",
                      quoted(resource.logical_id) + ", " + quoted(type) + ", has no " + names,
                      resource.id_span,
                      "give " + names,
                      {}});
}

} // namespace slsaudit::dialect::cloudformation
