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

std::size_t spelling_of_fix(const Rule& rule, dialect::Dialect dialect, const dialect::Resource* resource) {
  const auto own = static_cast<std::size_t>(dialect);
  const std::string& fix = rule.fix[own];
  if (fix.empty()) return 0;
  // Nobody wrote it in the dialect's own words: the author's type is empty in plain CloudFormation.
  const bool is_plain = resource != nullptr && resource->author.type.empty() && !rule.fix[0].empty();
  if (!is_plain || dialect == dialect::Dialect::cloudformation) return own;
  const bool is_sam = dialect == dialect::Dialect::sam;
  // What functions inherit reaches the dialect's own alone.
  const bool inherits = fix.starts_with(is_sam ? "Globals:" : "provider:");
  if (inherits && resource->type == "AWS::Lambda::Function") return 0;
  const std::size_t id = fix.find("«id»:");
  if (id == std::string::npos) return own;
  const std::size_t next = fix.find_first_not_of(" \n", id + std::string_view("«id»:").size());
  const bool is_of_sam = next != std::string::npos && fix.compare(next, 21, "Type: AWS::Serverless") == 0;
  const bool is_function = fix.rfind("functions:", id) != std::string::npos;
  return (is_sam ? is_of_sam : is_function) ? 0 : own;
}

std::string with_own_type(std::string fix, std::string_view id, const dialect::Resource& resource) {
  const std::string head = std::string(id) + ":\n";
  const std::size_t at = fix.find(head);
  if (id.empty() || at == std::string::npos || (at > 0 && fix[at - 1] != ' ' && fix[at - 1] != '\n'))
    return fix;
  const std::size_t line = at + head.size();
  const std::size_t word = fix.find_first_not_of(' ', line);
  const std::string_view rest = std::string_view(fix).substr(std::min(word, fix.size()));
  constexpr std::string_view key = "Type: ";
  const std::size_t end = fix.find('\n', line);
  if (!rest.starts_with(key) || end == std::string::npos) return fix;
  const std::string_view type = std::string_view(fix).substr(word + key.size(), end - word - key.size());
  const std::size_t next = fix.find_first_not_of(' ', end + 1);
  const bool goes_on = next != std::string::npos && fix.compare(next, 11, "Properties:") == 0;
  // A dialect's own resource may have to become a plain one.
  if (type == resource.type || !resource.author.type.empty() || !goes_on) return fix;
  fix.erase(line, end + 1 - line);
  return fix;
}

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
