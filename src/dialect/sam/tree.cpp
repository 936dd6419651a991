// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/tree.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

/// The call of a tagged node as the map that the long form would be.
const Node* long_form(const syntax::Builder& builder, const Node* node) {
  const Call call = call_of(node);
  if (!call || call.argument != node) return node;
  Node bare = *node;
  bare.tag = {};
  const Node* argument = builder.arena().make<Node>(bare);
  const std::string name = call.name == "Ref" || call.name == "Condition" ? std::string(call.name)
                                                                          : "Fn::" + std::string(call.name);
  return builder.mapping({builder.entry(name, argument, node->span)}, node->span);
}

} // namespace

void Tree::open() {
  if (source_ == nullptr) return;
  source_ = long_form(forest_.builder(), source_);
  kind_ = source_->kind;
  if (!source_->is_mapping() && !source_->is_sequence()) return;
  for (const Entry& entry : source_->children) {
    const auto existing = std::find_if(members_.begin(), members_.end(), [&](const Member& member) {
      return source_->is_mapping() && member.key == entry.key;
    });
    Tree* value = &forest_.plant(entry.value);
    if (existing != members_.end()) {
      *existing = {entry.key, entry.key_span, value};
    } else {
      members_.push_back({entry.key, entry.key_span, value});
    }
  }
  source_ = nullptr;
}

bool Tree::is_map() {
  open();
  return kind_ == syntax::NodeKind::mapping;
}

bool Tree::is_list() {
  open();
  return kind_ == syntax::NodeKind::sequence;
}

std::vector<Tree::Member>& Tree::members() {
  open();
  return members_;
}

Tree* Tree::get(std::string_view key) {
  if (!is_map()) return nullptr;
  for (const Member& member : members_) {
    if (member.key == key) return member.value;
  }
  return nullptr;
}

Tree& Tree::set(std::string_view key, const Node* value, Span key_span) {
  return set(key, forest_.plant(value), key_span.valid() ? key_span : value->span);
}

Tree& Tree::set(std::string_view key, Tree& value, Span key_span) {
  if (!is_map()) {
    kind_ = syntax::NodeKind::mapping;
    source_ = nullptr;
    members_.clear();
  }
  for (Member& member : members_) {
    if (member.key != key) continue;
    member.value = &value;
    return value;
  }
  members_.push_back({forest_.builder().arena().copy(key), key_span, &value});
  return value;
}

Tree& Tree::at(std::string_view key, Span key_span) {
  Tree* existing = get(key);
  const bool null =
      existing != nullptr && existing->source_ != nullptr && syntax::is_null(*existing->source_);
  if (existing != nullptr && !null) return *existing;
  return set(key, forest_.builder().mapping({}, key_span), key_span);
}

Tree& Tree::list_at(std::string_view key, Span key_span) {
  Tree* existing = get(key);
  if (existing != nullptr && existing->is_list()) return *existing;
  return set(key, forest_.builder().sequence({}, key_span), key_span);
}

void Tree::erase(std::string_view key) {
  auto& all = members();
  all.erase(std::remove_if(all.begin(), all.end(), [&](const Member& member) { return member.key == key; }),
            all.end());
}

void Tree::push(const Node* item) {
  if (!is_list()) return;
  members_.push_back({{}, {}, &forest_.plant(item)});
}

Tree& Tree::wrap(Tree& inner, std::string_view key, Span span) {
  Tree& outer = forest_.plant(forest_.builder().mapping({}, span));
  outer.set(key, inner, span);
  return outer;
}

void Tree::make_conditional(std::string_view condition, Span span) {
  const Make make(forest_.builder().arena(), span);
  Tree& inner = forest_.plant(make.no_value());
  std::swap(inner.source_, source_);
  std::swap(inner.kind_, kind_);
  std::swap(inner.span_, span_);
  inner.members_.swap(members_);
  source_ = make.when(condition, make.no_value());
  open();
  members_[0].value->members()[1].value = &inner;
}

const Node* Tree::node() {
  if (source_ != nullptr) return source_;
  std::vector<Entry> entries;
  entries.reserve(members_.size());
  for (const Member& member : members_)
    entries.push_back({member.key, member.key_span, member.value->node()});
  if (kind_ == syntax::NodeKind::mapping) return forest_.builder().mapping(entries, span_);
  std::vector<const Node*> items;
  for (const Entry& entry : entries) items.push_back(entry.value);
  return forest_.builder().sequence(items, span_);
}

} // namespace slsaudit::dialect::sam
