// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/condition_names.hpp"

#include "dialect/cloudformation/call.hpp"

#include <set>

namespace slsaudit::dialect::cloudformation {

using syntax::Node;

namespace {

/// The condition that a call names: the argument of Condition, the first item of If.
const Node* condition_name(const Call& call) {
  if (call.name == "Condition" && call.text()) return call.argument;
  if (call.name != "If" || !call.list() || call.list()->empty()) return nullptr;
  const Node* first = call.list()->front().value;
  return first->is_scalar() && first->tag.empty() ? first : nullptr;
}

} // namespace

std::vector<std::string_view> conditions_below(const Node& root) {
  std::vector<std::string_view> names;
  std::vector<const Node*> pending{&root};
  std::set<const Node*> seen; // aliases share nodes
  while (!pending.empty()) {
    const Node& node = *pending.back();
    pending.pop_back();
    if (!node.children.empty() && !seen.insert(&node).second) continue;
    const auto call = as_condition_call(node);
    const Node* name = call ? condition_name(*call) : nullptr;
    if (name != nullptr) names.push_back(name->text);
    for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
      pending.push_back(child->value);
  }
  return names;
}

} // namespace slsaudit::dialect::cloudformation
