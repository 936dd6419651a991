// SPDX-License-Identifier: Apache-2.0
#include "rules/fixes.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::rules {
namespace {

using syntax::Entry;
using syntax::Node;

constexpr std::array<std::string_view, 12> sections{"AWSTemplateFormatVersion",
                                                    "Conditions",
                                                    "Description",
                                                    "Globals",
                                                    "Hooks",
                                                    "Mappings",
                                                    "Metadata",
                                                    "Outputs",
                                                    "Parameters",
                                                    "Resources",
                                                    "Rules",
                                                    "Transform"};

bool is_section(const Entry& entry) {
  return std::ranges::find(sections, entry.key) != sections.end();
}
bool is_resource(const Entry& entry) {
  return entry.value->get("Type") != nullptr || entry.value->get("Properties") != nullptr;
}

/// Recursion is as deep as the snippet, whose depth the reader limits.
const Node* merged(const Node* below, const Node& above, const syntax::Builder& builder) {
  if (!above.is_mapping() || (below != nullptr && !below->is_mapping()) || !above.tag.empty()) return &above;
  std::vector<Entry> entries;
  if (below != nullptr) entries.assign(below->children.begin(), below->children.end());
  for (const Entry& entry : above.children) {
    const auto old = std::ranges::find(entries, entry.key, &Entry::key);
    if (syntax::is_null(*entry.value)) {
      if (old != entries.end()) entries.erase(old);
    } else if (old != entries.end()) {
      old->value = merged(old->value, *entry.value, builder);
    } else {
      entries.push_back({entry.key, entry.key_span, merged(nullptr, *entry.value, builder), false});
    }
  }
  return builder.mapping(entries, below != nullptr ? below->span : above.span);
}

const Node* below(std::string_view key, const Node& inner, const syntax::Builder& builder) {
  return builder.mapping({builder.entry(key, &inner, inner.span)}, inner.span);
}

} // namespace

const Node* apply_fix(const Node& root, const Node& fix, dialect::Dialect dialect, std::string_view resource,
                      const syntax::Builder& builder) {
  if (dialect == dialect::Dialect::serverless || !fix.is_mapping()) return merged(&root, fix, builder);
  std::vector<Entry> at_root;
  std::vector<Entry> resources;
  std::vector<Entry> properties;
  for (const Entry& entry : fix.children) {
    const bool is_of_root = is_section(entry) || root.find(entry.key) != nullptr;
    (is_of_root ? at_root : is_resource(entry) ? resources : properties).push_back(entry);
  }
  const Node* whole = merged(&root, *builder.mapping(at_root, fix.span), builder);
  whole = merged(whole, *below("Resources", *builder.mapping(resources, fix.span), builder), builder);
  if (properties.empty()) return whole;
  const Node* inner = below("Properties", *builder.mapping(properties, fix.span), builder);
  return merged(whole, *below("Resources", *below(resource, *inner, builder), builder), builder);
}

} // namespace slsaudit::rules
