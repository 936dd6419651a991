// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/pseudo_parameters.hpp"

#include <algorithm>
#include <unordered_map>

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view pseudo_parameters = "serverless-pseudo-parameters";
/// Leaves the text of a Fn::Sub with variables of its own a text.
constexpr std::string_view sub_variables = "serverless-cloudformation-sub-variables";

/// `#{…}` as `${…}`, where the text has one that is closed.
std::optional<std::string> substituted(std::string_view text) {
  std::string out;
  bool found = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = std::min(text.find("#{", at), text.size());
    const std::size_t end = text.find('}', begin);
    out += text.substr(at, begin - at);
    if (begin == text.size()) break;
    if (end == text.npos || end == begin + 2) {
      out += text.substr(begin);
      break;
    }
    (out += '$') += text.substr(begin + 1, end - begin);
    found = true;
    at = end + 1;
  }
  return found ? std::optional(std::move(out)) : std::nullopt;
}

class Rewriter {
public:
  Rewriter(const Make& make, bool knows_lists) : make_(make), knows_lists_(knows_lists) {}

  // Recursion follows the nesting of a tree that the resolver has bounded; what aliases share is done once.
  const Node* rewrite(const Node* node, bool in_sub = false) {
    if (node->is_scalar()) return scalar(node, in_sub);
    if (node->children.empty()) return node;
    if (const auto known = done_.find(node); known != done_.end()) return known->second;
    std::vector<syntax::Entry> entries(node->children.begin(), node->children.end());
    bool changed = false;
    for (syntax::Entry& entry : entries) {
      // The first item of a Fn::Sub's list is its text, too, where serverless-pseudo-parameters makes a
      // Fn::Sub of it that CloudFormation refuses; to that, only the plain form is an intrinsic's own text.
      // So is one that the resolver took apart because of its variables: then the list stands where the
      // text does.
      const bool first = node->is_sequence() && &entry == &entries.front();
      const bool taken_apart = first && in_sub && entry.value->span == node->span;
      const bool own_text =
          first && knows_lists_ && (in_sub || node->tag == "!Sub" || node->tag == "!Fn::Sub");
      const bool below_sub = node->is_mapping() && entry.key == "Fn::Sub";
      const Node* now = rewrite(entry.value, taken_apart || own_text || below_sub);
      changed = changed || now != entry.value;
      entry.value = now;
    }
    const Node* result = node;
    if (changed) {
      Node copy = *node;
      copy.children = make_.builder().arena().copy(entries);
      result = make_.builder().arena().make<Node>(copy);
    }
    done_.emplace(node, result);
    return result;
  }

private:
  const Node* scalar(const Node* node, bool in_sub) const {
    const bool plain = node->tag.empty() || node->tag == "!Sub";
    const auto text = plain ? substituted(node->text) : std::nullopt;
    if (!text) return node;
    const Make at = make_.at(node->span);
    if (node->tag.empty() && !in_sub) return at.map({{"Fn::Sub", at.text(*text), {}}});
    Node copy = *node;
    copy.text = at.keep(*text);
    return at.builder().arena().make<Node>(copy);
  }

  Make make_;
  bool knows_lists_;
  std::unordered_map<const Node*, const Node*> done_;
};

} // namespace

void substitute_pseudo_parameters(const Service& service, Lowered& lowered) {
  const bool knows_lists = service.has_plugin(sub_variables);
  if (!knows_lists && !service.has_plugin(pseudo_parameters)) return;
  Rewriter rewriter(service.make, knows_lists);
  for (LoweredResource& resource : lowered.resources) resource.body = rewriter.rewrite(resource.body);
  for (const Node** part : {&lowered.outputs, &lowered.conditions}) {
    if (*part != nullptr) *part = rewriter.rewrite(*part);
  }
}

} // namespace slsaudit::dialect::serverless
