// SPDX-License-Identifier: Apache-2.0
#include "rules/authored.hpp"

#include "syntax/reader.hpp"

#include <algorithm>

namespace slsaudit::rules {
namespace {

using syntax::Node;

constexpr std::size_t longest_text = 4096;

/// "!GetAtt" of "Fn::GetAtt"; empty where the key is no intrinsic's.
std::string short_tag(std::string_view key) {
  if (key == "Ref") return "!Ref";
  return key.starts_with("Fn::") ? "!" + std::string(key.substr(4)) : std::string();
}

bool is_intrinsic(const Node& node) {
  if (!node.tag.empty()) return true;
  return node.is_mapping() && node.children.size() == 1 && !short_tag(node.children.front().key).empty();
}

bool has_reference(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

} // namespace

const Node* Authored::root(text::FileId file) {
  if (const syntax::Document* document = texts_.document(file)) return document->root;
  const auto [known, is_new] = roots_.emplace(file, nullptr);
  if (!is_new) return known->second;
  if (is_json(file)) known->second = syntax::read_json(texts_.sources, arena_, file).root;
  if (known->second == nullptr) known->second = syntax::read_yaml(texts_.sources, arena_, file).root;
  return known->second;
}

bool Authored::is_json(text::FileId file) const {
  const std::string_view text = texts_.sources.text(file);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

Authored::Found Authored::find(text::Span span) {
  if (!span.valid()) return {};
  Found found{root(span.file), nullptr};
  while (found.node != nullptr && found.node->span != span) {
    const auto inner = std::ranges::find_if(
        found.node->children, [&](const syntax::Entry& entry) { return entry.value->span.contains(span); });
    found = {inner == found.node->children.end() ? nullptr : inner->value, found.node};
  }
  return found;
}

const Node* Authored::at(text::Span span) {
  return find(span).node;
}

const Node* Authored::variable(text::Span key) {
  const Node* node = key.valid() ? root(key.file) : nullptr;
  while (node != nullptr) {
    const auto inner = std::ranges::find_if(node->children, [&](const syntax::Entry& entry) {
      return entry.key_span == key || entry.value->span.contains(key);
    });
    if (inner == node->children.end()) return nullptr;
    node = inner->value;
    if (inner->key_span == key) {
      const bool is_one =
          node->is_scalar() && node->tag.empty() && node->text.starts_with("${") && node->text.ends_with('}');
      return is_one ? node : nullptr;
    }
  }
  return nullptr;
}

bool Authored::is_item(text::Span span) {
  const Found found = find(span);
  return found.node != nullptr && found.parent != nullptr && found.parent->is_sequence();
}

/// A row's text may stand at something that it is not: at the resource that lacks a property.
const Node* Authored::written(const cel::Value& value) {
  const text::Span span = value.is_property() ? value.property()->span() : value.span();
  const Node* node = at(span);
  if (node == nullptr || value.from_template() || value.is_property()) return node;
  const auto text = value.string();
  if (!text) return nullptr;
  const bool same = node->is_scalar() && node->text == *text;
  return same || (is_intrinsic(*node) && has_reference(*text)) ? node : nullptr;
}

const Node* Authored::tree(const cel::Value& value) {
  const Node* node = written(value);
  return node != nullptr ? node : made(value);
}

const Node* Authored::made(const cel::Value& value) {
  if (value.list() != nullptr) return made(*value.list());
  if (value.map() != nullptr) return made(*value.map());
  if (value.is_property()) return made(*value.property());
  if (value.unknown() != nullptr) return builder_.plain("…", {});
  const bool is_text = value.string().has_value() || value.object() != nullptr;
  const std::string shown = value.is_null() ? "~" : value.display();
  return is_text ? builder_.string(shown, {}) : builder_.plain(shown, {});
}

const Node* Authored::made(const cel::List& items) {
  std::vector<const Node*> nodes;
  for (const cel::Value& item : items) nodes.push_back(tree(item));
  return builder_.sequence(nodes, {});
}

const Node* Authored::made(const cel::Map& entries) {
  if (entries.size() == 1 && entries.front().first.string().has_value()) {
    const std::string tag = short_tag(*entries.front().first.string());
    const Node* argument = tree(entries.front().second);
    if (!tag.empty() && argument->tag.empty()) {
      Node tagged = *argument;
      tagged.tag = arena_.copy(tag);
      return arena_.make<Node>(tagged);
    }
  }
  std::vector<syntax::Entry> nodes;
  for (const auto& [key, value] : entries) {
    // What a variable gives may mean nothing where it is written, and differs by stage.
    const Node* named = variable(key.span());
    nodes.push_back(builder_.entry(key.display(), named != nullptr ? named : tree(value), {}));
  }
  return builder_.mapping(nodes, {});
}

const Node* Authored::made(const value::Value& property) {
  if (property.is_list()) {
    cel::List items;
    for (const value::Value& item : property.items()) items.emplace_back(item);
    return made(items);
  }
  if (property.is_map()) {
    cel::Map entries;
    for (const value::Member& member : property.members())
      entries.emplace_back(cel::Value(member.key).at(member.value.key_span()), member.value);
    return made(entries);
  }
  if (property.is(value::Kind::conditional))
    return made(cel::Map{{"Fn::If", cel::List{property.condition(), cel::Value(property.when_true()),
                                              cel::Value(property.when_false())}}});
  const std::string shown = property.display(longest_text);
  return made(cel::Map{{"Fn::Sub", cel::Value(shown)}});
}

} // namespace slsaudit::rules
