// SPDX-License-Identifier: Apache-2.0
// Nodes never change. What several SAM resources write to in turn (an API's body, a bucket's notifications)
// is a Tree while it grows; what nobody touched stays the author's node.
#pragma once

#include "dialect/sam/nodes.hpp"

#include <deque>

namespace slsaudit::dialect::sam {

class Forest;

/// A map, a list, or a node taken over as it is. Intrinsics written with tags open as maps ({"Fn::If": […]}).
class Tree {
public:
  struct Member {
    std::string_view key;
    Span key_span;
    Tree* value = nullptr;
  };
  Tree(Forest& forest, const Node* source) : forest_(forest), source_(source), span_(source->span) {}

  [[nodiscard]] bool is_map();
  [[nodiscard]] bool is_list();
  [[nodiscard]] Span span() const { return span_; }
  /// Members in order; empty keys in a list. Opens the tree.
  std::vector<Member>& members();
  [[nodiscard]] Tree* get(std::string_view key);
  [[nodiscard]] bool has(std::string_view key) { return get(key) != nullptr; }
  /// Sets a member of a map; returns the value's tree. A tree that is no map becomes one.
  Tree& set(std::string_view key, const Node* value, Span key_span = {});
  Tree& set(std::string_view key, Tree& value, Span key_span = {});
  /// The member, made as an empty map when absent or null.
  Tree& at(std::string_view key, Span key_span);
  Tree& list_at(std::string_view key, Span key_span);
  void erase(std::string_view key);
  void push(const Node* item);
  /// A new map with `inner` as its only member.
  [[nodiscard]] Tree& wrap(Tree& inner, std::string_view key, Span span);
  /// Wraps what this tree is now in {"Fn::If": [condition, this, AWS::NoValue]}.
  void make_conditional(std::string_view condition, Span span);
  [[nodiscard]] const Node* node();

private:
  void open();
  Forest& forest_;
  const Node* source_ = nullptr; ///< Null once opened.
  syntax::NodeKind kind_ = syntax::NodeKind::mapping;
  Span span_;
  std::vector<Member> members_;
};

class Forest {
public:
  explicit Forest(text::Arena& arena) : builder_(arena) {}
  Tree& plant(const Node* node) { return trees_.emplace_back(*this, node); }
  [[nodiscard]] const syntax::Builder& builder() const { return builder_; }

private:
  syntax::Builder builder_;
  std::deque<Tree> trees_;
};

} // namespace slsaudit::dialect::sam
