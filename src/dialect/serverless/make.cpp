// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/make.hpp"

#include "syntax/entries.hpp"
#include "text/json_escape.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

const Node* Make::number(std::int64_t number) const {
  return builder_.plain(std::to_string(number), span_);
}

const Node* Make::map(const Properties& properties) const {
  std::vector<syntax::Entry> entries;
  entries.reserve(properties.size());
  for (const Property& property : properties) {
    if (property.value == nullptr) continue;
    entries.push_back(
        builder_.entry(property.key, property.value, property.key_span.valid() ? property.key_span : span_));
  }
  return builder_.mapping(entries, span_);
}

const Node* Make::list(const std::vector<const Node*>& items) const {
  std::vector<const Node*> kept;
  kept.reserve(items.size());
  for (const Node* item : items) {
    if (item != nullptr) kept.push_back(item);
  }
  return builder_.sequence(kept, span_);
}

const Node* Make::texts(const std::vector<std::string_view>& items) const {
  std::vector<const Node*> nodes;
  nodes.reserve(items.size());
  for (const std::string_view item : items) nodes.push_back(text(item));
  return list(nodes);
}

const Node* Make::ref(std::string_view id) const {
  return map({{"Ref", text(id), {}}});
}

const Node* Make::get_att(std::string_view id, std::string_view attribute) const {
  return map({{"Fn::GetAtt", texts({id, attribute}), {}}});
}

const Node* Make::output(std::string_view stack, std::string_view name) const {
  return map({{"slsaudit::output", texts({stack, name}), {}}});
}

const Node* Make::join(std::string_view separator, const std::vector<const Node*>& items) const {
  return map({{"Fn::Join", list({text(separator), list(items)}), {}}});
}

const Node* Make::sub(std::string_view body) const {
  return map({{"Fn::Sub", text(body), {}}});
}

const Node* Make::flag(const Node* written) const {
  if (written != nullptr && (written->kind == syntax::NodeKind::unknown || is_intrinsic(written)))
    return written;
  return boolean(is_set(written));
}

const Node* Make::sub(const std::vector<const Node*>& parts) const {
  std::string body;
  Properties variables;
  for (const Node* part : parts) {
    if (const auto known = known_text(part)) {
      body += *known;
      continue;
    }
    const std::string_view name = keep("SlsVariable" + std::to_string(variables.size() + 1));
    ((body += "${") += name) += "}";
    variables.push_back({name, part, {}});
  }
  return variables.empty() ? sub(body) : map({{"Fn::Sub", list({text(body), map(variables)}), {}}});
}

const Node* Make::concat(const std::vector<const Node*>& items) const {
  std::vector<const Node*> parts;
  std::string pending;
  const auto flush = [&] {
    if (!pending.empty()) parts.push_back(text(pending));
    pending.clear();
  };
  for (const Node* item : items) {
    if (item == nullptr) continue;
    if (const auto known = known_text(item)) {
      pending += *known;
      continue;
    }
    flush();
    parts.push_back(item);
  }
  if (parts.empty()) return text(pending);
  flush();
  if (parts.size() == 1) return parts.front();
  return join("", parts);
}

const Node* Make::arn(std::vector<const Node*> rest) const {
  rest.insert(rest.begin(), {text("arn:"), ref("AWS::Partition")});
  return join("", rest);
}

void copy_properties(Properties& to, const Node* body, std::span<const Renamed> table) {
  if (body == nullptr) return;
  for (const Renamed& renamed : table) {
    const syntax::Entry* entry = body->find(renamed.from);
    if (entry == nullptr || syntax::is_null(*entry->value)) continue;
    to.push_back({renamed.to, entry->value, entry->key_span});
  }
}

std::optional<std::string_view> known_text(const Node* node) {
  if (node == nullptr || !node->is_scalar() || !node->tag.empty() || syntax::is_null(*node))
    return std::nullopt;
  return node->text;
}

bool is_true(const Node* node) {
  return node != nullptr && node->is_scalar() && node->tag.empty() && syntax::as_boolean(*node) == true;
}

bool is_false(const Node* node) {
  return node != nullptr && node->is_scalar() && node->tag.empty() && syntax::as_boolean(*node) == false;
}

bool is_set(const Node* node) {
  if (node == nullptr) return false;
  if (!node->is_scalar() || !node->tag.empty()) return true;
  if (syntax::is_null(*node) || is_false(node)) return false;
  if (node->is_quoted()) return !node->text.empty();
  return syntax::as_number(*node) != 0.0;
}

bool is_intrinsic(const Node* node) {
  if (node == nullptr) return false;
  if (!node->tag.empty() && !node->tag.starts_with("!!") && !node->tag.starts_with("tag:yaml.org"))
    return true;
  if (!node->is_mapping() || node->children.size() != 1) return false;
  const std::string_view key = node->children.front().key;
  return key == "Ref" || key == "Condition" || key.starts_with("Fn::") || key == "slsaudit::output";
}

const Node* dig(const Node* node, std::initializer_list<std::string_view> path) {
  for (const std::string_view step : path) {
    if (node == nullptr) return nullptr;
    node = node->get(step);
  }
  return node != nullptr && syntax::is_null(*node) ? nullptr : node;
}

const Node* merge_shallow(const Make& make, const Node* under, const Node* over) {
  const auto usable = [](const Node* node) {
    return node != nullptr && (node->is_mapping() || node->kind == syntax::NodeKind::unknown);
  };
  if (!usable(under)) return usable(over) ? over : nullptr;
  if (!usable(over)) return under;
  if (under->kind == syntax::NodeKind::unknown) return under;
  if (over->kind == syntax::NodeKind::unknown) return over;
  if (is_intrinsic(over)) return over;
  std::vector<syntax::Entry> entries;
  for (const syntax::Entry& entry : syntax::kept_entries(*under)) {
    if (over->find(entry.key) == nullptr) entries.push_back(entry);
  }
  const std::vector<syntax::Entry> of_over = syntax::kept_entries(*over);
  entries.insert(entries.end(), of_over.begin(), of_over.end());
  return make.builder().mapping(entries, over->span);
}

// Recursion follows the nesting of trees that the reader or the resolver has bounded.
const Node* merge_deep(const Make& make, const Node* under, const Node* over) {
  if (under == nullptr || over == nullptr) return over == nullptr ? under : over;
  if (under->kind != over->kind || under->is_scalar() || under->kind == syntax::NodeKind::unknown)
    return over;
  if (under->is_sequence()) {
    std::vector<const Node*> items;
    for (std::size_t i = 0; i < std::max(under->children.size(), over->children.size()); ++i) {
      const Node* left = i < under->children.size() ? under->children[i].value : nullptr;
      const Node* right = i < over->children.size() ? over->children[i].value : nullptr;
      items.push_back(merge_deep(make, left, right));
    }
    return make.builder().sequence(items, over->span);
  }
  std::vector<syntax::Entry> entries;
  for (const syntax::Entry& entry : under->children) {
    syntax::Entry merged = entry;
    if (const syntax::Entry* other = over->find(entry.key)) {
      merged = *other;
      merged.value = merge_deep(make, entry.value, other->value);
    }
    entries.push_back(merged);
  }
  for (const syntax::Entry& entry : over->children) {
    if (under->find(entry.key) == nullptr) entries.push_back(entry);
  }
  return make.builder().mapping(entries, over->span);
}

namespace {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  text::append_json_escaped(out, text);
  out += '"';
}

// Recursion as in merge_deep.
bool append_json(std::string& out, const Node& node) {
  if (node.kind == syntax::NodeKind::unknown || !node.tag.empty() || is_intrinsic(&node)) return false;
  if (node.is_scalar()) {
    const syntax::ScalarType type = node.is_quoted() ? syntax::ScalarType::string : syntax::scalar_type(node);
    if (type == syntax::ScalarType::null)
      out += "null";
    else if (type == syntax::ScalarType::boolean)
      out += syntax::as_boolean(node) == true ? "true" : "false";
    else if (type == syntax::ScalarType::string)
      append_json_string(out, node.text);
    else
      out += node.text;
    return true;
  }
  out += node.is_mapping() ? '{' : '[';
  bool first = true;
  for (const syntax::Entry& entry : node.children) {
    if (!first) out += ',';
    first = false;
    if (node.is_mapping()) {
      append_json_string(out, entry.key);
      out += ':';
    }
    if (!append_json(out, *entry.value)) return false;
  }
  out += node.is_mapping() ? '}' : ']';
  return true;
}

} // namespace

std::optional<std::string> json_text(const Node* node) {
  std::string out;
  if (node == nullptr || !append_json(out, *node)) return std::nullopt;
  return out;
}

const Node* policy_document(const Make& make, const std::vector<const Node*>& statements) {
  return make.map({{"Version", make.text("2012-10-17"), {}}, {"Statement", make.list(statements), {}}});
}

const Node* trust_in(const Make& make, std::string_view principal) {
  const Node* statement = make.map({{"Effect", make.text("Allow"), {}},
                                    {"Principal", make.map({{"Service", make.text(principal), {}}}), {}},
                                    {"Action", make.text("sts:AssumeRole"), {}}});
  return policy_document(make, {statement});
}

const Node* tag_list(const Make& make, const Node* mapping) {
  if (mapping == nullptr) return nullptr;
  if (!mapping->is_mapping()) return mapping->kind == syntax::NodeKind::unknown ? mapping : nullptr;
  std::vector<const Node*> tags;
  for (const syntax::Entry& entry : mapping->children) {
    const Make here = make.at(entry.key_span);
    tags.push_back(here.map({{"Key", here.text(entry.key), {}}, {"Value", entry.value, entry.key_span}}));
  }
  return make.at(mapping->span).list(tags);
}

} // namespace slsaudit::dialect::serverless
