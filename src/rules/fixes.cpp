// SPDX-License-Identifier: Apache-2.0
#include "rules/fixes.hpp"

#include <algorithm>
#include <array>
#include <vector>

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

/// One key of a snippet with the lines below it and the comments above.
struct Paragraph {
  std::string_view key;
  std::string_view text;
};

bool is_key_line(std::string_view line) {
  return !line.empty() && line.front() != ' ' && line.front() != '#' &&
         line.find(':') != std::string_view::npos;
}

std::vector<Paragraph> paragraphs(std::string_view snippet) {
  std::vector<Paragraph> result{{}};
  for (std::size_t begin = 0; begin < snippet.size();) {
    const std::size_t end = std::min(snippet.find('\n', begin), snippet.size() - 1) + 1;
    const std::string_view line = snippet.substr(begin, end - begin);
    if (is_key_line(line)) {
      if (!result.back().key.empty()) result.push_back({{}, snippet.substr(begin, 0)});
      result.back().key = line.substr(0, line.find(':'));
    }
    const char* start = result.back().text.data() == nullptr ? line.data() : result.back().text.data();
    result.back().text = {start, static_cast<std::size_t>(line.data() + line.size() - start)};
    begin = end;
  }
  return result;
}

bool is_resource(std::string_view paragraph) {
  return paragraph.find("\n  Type:") != std::string_view::npos ||
         paragraph.find("\n  Properties:") != std::string_view::npos ||
         paragraph.find("{Type:") != std::string_view::npos ||
         paragraph.find("{Properties:") != std::string_view::npos;
}

void add_indented(std::string_view text, std::size_t by, std::string& out) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    if (text[begin] != '\n') out.append(by, ' ');
    out += text.substr(begin, end - begin);
    begin = end;
  }
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

std::string below_resources(std::string_view snippet, std::string_view resource) {
  std::string others;
  std::string resources;
  std::string properties;
  for (const Paragraph& paragraph : paragraphs(snippet)) {
    if (paragraph.key == "Resources") {
      add_indented(paragraph.text.substr(paragraph.text.find('\n') + 1), 2, resources);
    } else if (std::ranges::find(sections, paragraph.key) != sections.end()) {
      add_indented(paragraph.text, 2, others);
    } else if (is_resource(paragraph.text)) {
      add_indented(paragraph.text, 4, resources);
    } else {
      add_indented(paragraph.text, 8, properties);
    }
  }
  if (!properties.empty())
    resources += "    " + std::string(resource) + ":\n      Properties:\n" + properties;
  return "resources:\n" + others + (resources.empty() ? "" : "  Resources:\n" + resources);
}

} // namespace slsaudit::rules
