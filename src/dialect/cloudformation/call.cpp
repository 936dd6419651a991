// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/call.hpp"

#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace slsaudit::dialect::cloudformation {

using syntax::Node;

namespace {

constexpr std::array<std::string_view, 23> names{
    "And",    "Base64", "Cidr",        "Condition",    "Equals",    "FindInMap", "ForEach", "GetAZs",
    "GetAtt", "If",     "ImportValue", "Join",         "Length",    "Not",       "Or",      "Ref",
    "Select", "Split",  "Sub",         "ToJsonString", "Transform", "Contains",  "ValueOf"};

std::string_view bare(std::string_view key) {
  if (key == "Ref" || key == "slsaudit::output") return key;
  const bool loop = key.starts_with("Fn::ForEach"); // stands for entries of its mapping, not for a value
  return key.starts_with("Fn::") && !loop ? key.substr(4) : std::string_view{};
}

std::optional<Call> tagged_call(const Node& node) {
  if (node.tag.size() < 2 || is_core_tag(node.tag)) return std::nullopt;
  const std::string_view name = node.tag.starts_with('!') ? node.tag.substr(1) : node.tag;
  return Call{.name = name, .argument = &node, .tagged = true, .span = node.span};
}

} // namespace

std::optional<std::span<const syntax::Entry>> Call::list() const {
  const bool plain = tagged || argument->tag.empty() || is_core_tag(argument->tag);
  if (!argument->is_sequence() || !plain) return std::nullopt;
  return argument->children;
}

std::optional<std::string_view> Call::text() const {
  const bool plain = tagged || argument->tag.empty() || is_core_tag(argument->tag);
  if (!argument->is_scalar() || !plain) return std::nullopt;
  if (!tagged && syntax::is_null(*argument)) return std::nullopt;
  return argument->text;
}

bool is_intrinsic(std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view nearest_intrinsic(std::string_view name) {
  std::string_view best;
  std::size_t least = 3;
  if (name.size() > 32) return best;
  for (const std::string_view candidate : names) {
    const std::size_t edits = text::edit_distance(name, candidate);
    if (edits >= least || edits * 2 > candidate.size()) continue;
    least = edits;
    best = candidate;
  }
  return best;
}

std::optional<Call> as_call(const Node& node) {
  if (!node.tag.empty()) {
    if (auto call = tagged_call(node)) return call;
  }
  if (!node.is_mapping() || node.children.size() != 1) return std::nullopt;
  const std::string_view name = bare(node.children[0].key);
  if (name.empty()) return std::nullopt;
  return Call{.name = name, .argument = node.children[0].value, .tagged = false, .span = node.span};
}

std::optional<Call> as_condition_call(const Node& node) {
  if (auto call = as_call(node)) return call;
  if (!node.is_mapping() || node.children.size() != 1 || node.children[0].key != "Condition")
    return std::nullopt;
  return Call{.name = "Condition", .argument = node.children[0].value, .tagged = false, .span = node.span};
}

bool is_preprocessor_call(const Call& call) {
  const std::size_t colon = call.name.find(':');
  const bool words = colon != std::string_view::npos && call.name.substr(colon, 2) == "::";
  return call.tagged && words && !call.name.starts_with("Fn::");
}

bool is_core_tag(std::string_view tag) {
  static constexpr std::array<std::string_view, 8> core{"str",  "int", "float", "bool",
                                                        "null", "seq", "map",   "timestamp"};
  if (tag == "!") return true;
  constexpr std::string_view long_prefix = "tag:yaml.org,2002:";
  if (tag.starts_with("!!"))
    tag.remove_prefix(2);
  else if (tag.starts_with(long_prefix))
    tag.remove_prefix(long_prefix.size());
  else
    return false;
  return std::find(core.begin(), core.end(), tag) != core.end();
}

} // namespace slsaudit::dialect::cloudformation
