// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/nodes.hpp"

#include "dialect/print.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

Call call_of(const Node* node) {
  if (node == nullptr) return {};
  const std::string_view tag = node->tag;
  if (tag.size() > 1 && tag[0] == '!' && tag[1] != '!' && tag[1] != '<') return {tag.substr(1), node};
  if (!node->is_mapping() || node->children.size() != 1) return {};
  const Entry& only = node->children[0];
  if (only.value == nullptr) return {};
  if (only.key == "Ref" || only.key == "Condition") return {only.key, only.value};
  if (only.key.starts_with("Fn::")) return {only.key.substr(4), only.value};
  return {};
}

std::span<const Entry> arguments_of(const Node* node, std::string_view name) {
  const Call call = call_of(node);
  if (!call || call.name != name || !call.argument->is_sequence()) return {};
  return call.argument->children;
}

std::string_view ref_of(const Node* node) {
  const Call call = call_of(node);
  return call && call.name == "Ref" && call.argument->is_scalar() ? call.argument->text : std::string_view{};
}

bool is_no_value(const Node* node) {
  return ref_of(node) == "AWS::NoValue";
}

std::string_view logical_id_of(const Node* node) {
  const Call call = call_of(node);
  if (!call) return {};
  if (call.name == "Ref") return ref_of(node);
  if (call.name != "GetAtt") return {};
  if (call.argument->is_scalar()) return call.argument->text.substr(0, call.argument->text.find('.'));
  if (!call.argument->is_sequence() || call.argument->children.empty()) return {};
  return text_of(call.argument->children[0].value);
}

bool is_text(const Node* node) {
  return node != nullptr && node->is_scalar() && !is_intrinsic(node) && !syntax::is_null(*node);
}

std::string_view text_of(const Node* node) {
  return is_text(node) ? node->text : std::string_view{};
}

bool is_plain_map(const Node* node) {
  return node != nullptr && node->is_mapping() && !is_intrinsic(node);
}

bool truthy(const Node* node) {
  if (node == nullptr) return false;
  if (is_intrinsic(node)) return true;
  if (!node->is_scalar()) return node->kind == syntax::NodeKind::unknown || !node->children.empty();
  if (syntax::is_null(*node) || node->text.empty()) return false;
  return !is_false(node) && !(syntax::as_number(*node) == 0.0);
}

bool is_true(const Node* node) {
  return is_text(node) && syntax::as_boolean(*node) == true;
}
bool is_false(const Node* node) {
  return is_text(node) && syntax::as_boolean(*node) == false;
}

const Node* get(const Node* map, std::string_view key) {
  if (map == nullptr) return nullptr;
  const Node* value = map->get(key);
  return value == nullptr || syntax::is_null(*value) ? nullptr : value;
}

Span key_span(const Node* map, std::string_view key, Span otherwise) {
  const Entry* entry = map != nullptr ? map->find(key) : nullptr;
  return entry != nullptr && entry->key_span.valid() ? entry->key_span : otherwise;
}

/// Recursion follows the trees' own nesting, whose depth the readers limit.
bool same(const Node* a, const Node* b) {
  if (a == b || a == nullptr || b == nullptr) return a == b;
  const Call left = call_of(a);
  const Call right = call_of(b);
  if (static_cast<bool>(left) != static_cast<bool>(right)) return false;
  if (left) {
    if (left.name != right.name) return false;
    // Spellings differ: a tag, "A.B" or [A, B].
    if (left.name == "GetAtt" || left.argument == a || right.argument == b) return to_json(*a) == to_json(*b);
    return same(left.argument, right.argument);
  }
  if (a->kind != b->kind || a->children.size() != b->children.size()) return false;
  if (a->children.empty()) return to_json(*a) == to_json(*b);
  for (std::size_t i = 0; i < a->children.size(); ++i) {
    const Node* other = a->is_mapping() ? b->get(a->children[i].key) : b->children[i].value;
    if (!same(a->children[i].value, other)) return false;
  }
  return true;
}

bool is_alphanumeric(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

Map& Map::set(std::string_view key, const Node* value, Span key_span) {
  const auto existing =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
  if (value == nullptr) {
    if (existing != entries_.end()) entries_.erase(existing);
    return *this;
  }
  const Entry entry = builder_.entry(key, value, key_span.valid() ? key_span : value->span);
  if (existing != entries_.end()) {
    *existing = entry;
  } else {
    entries_.push_back(entry);
  }
  return *this;
}

Map& Map::copy(const Node* from, std::string_view key, std::string_view as) {
  const Entry* entry = from != nullptr ? from->find(key) : nullptr;
  if (entry == nullptr || syntax::is_null(*entry->value)) return *this;
  return set(as.empty() ? key : as, entry->value, entry->key_span);
}

Map& Map::add(const Node* from) {
  if (from == nullptr || !from->is_mapping()) return *this;
  for (const Entry& entry : from->children) set(entry.key, entry.value, entry.key_span);
  return *this;
}

const Node* Map::get(std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (entry.key == key) return entry.value;
  }
  return nullptr;
}

const Node* Make::list(const std::vector<const Node*>& items) const {
  std::vector<const Node*> present;
  std::copy_if(items.begin(), items.end(), std::back_inserter(present),
               [](const Node* item) { return item != nullptr; });
  return builder_.sequence(present, span_);
}

const Node* Make::map(std::initializer_list<Pair> pairs) const {
  std::vector<Entry> entries;
  for (const Pair& pair : pairs) {
    if (pair.second != nullptr) entries.push_back(builder_.entry(pair.first, pair.second, span_));
  }
  return builder_.mapping(entries, span_);
}

const Node* Make::get_att(std::string_view id, std::string_view attribute) const {
  return call("Fn::GetAtt", list({text(id), text(attribute)}));
}

const Node* Make::sub(std::string_view text, const Node* variables) const {
  return call("Fn::Sub", list({this->text(text), variables}));
}

const Node* Make::when(std::string_view condition, const Node* then, const Node* otherwise) const {
  return call("Fn::If", list({text(condition), then, otherwise != nullptr ? otherwise : no_value()}));
}

} // namespace slsaudit::dialect::sam
