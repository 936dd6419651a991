// SPDX-License-Identifier: Apache-2.0
// Reading and making CloudFormation nodes: intrinsics in either spelling, and a terse way to write generated
// ones.
#pragma once

#include "dialect/shape.hpp"
#include "syntax/entries.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace slsaudit::dialect::sam {

using syntax::Entry;
using syntax::kept_entries;
using syntax::Node;
using text::Span;

/// An intrinsic function: `name` is "Ref", "Condition" or the part after "Fn::". The argument of a tagged
/// node is the node itself; look at its text or children, never at its tag.
struct Call {
  std::string_view name;
  const Node* argument = nullptr;
  explicit operator bool() const { return argument != nullptr; }
};

[[nodiscard]] Call call_of(const Node* node);
[[nodiscard]] inline bool is_intrinsic(const Node* node) {
  return static_cast<bool>(call_of(node));
}
/// The argument's items; empty when the node isn't a call of `name` with a list.
[[nodiscard]] std::span<const Entry> arguments_of(const Node* node, std::string_view name);
[[nodiscard]] bool is_no_value(const Node* node);
/// What a Ref names; empty for anything else.
[[nodiscard]] std::string_view ref_of(const Node* node);
/// The resource that a Ref, a GetAtt or a Sub of nothing but one reference names; empty for anything else.
[[nodiscard]] std::string_view logical_id_of(const Node* node);
/// A scalar's text, when it is neither null nor an intrinsic; else empty.
[[nodiscard]] std::string_view text_of(const Node* node);
/// A scalar that is neither null nor an intrinsic.
[[nodiscard]] bool is_text(const Node* node);
/// A mapping that is no intrinsic.
[[nodiscard]] bool is_plain_map(const Node* node);
/// Something other than null, false, "", 0, {} and []: what the translator takes for given.
[[nodiscard]] bool truthy(const Node* node);
[[nodiscard]] bool is_true(const Node* node);
[[nodiscard]] bool is_false(const Node* node);
/// Null for null nodes, so that `Key:` without a value reads as absent.
[[nodiscard]] const Node* get(const Node* map, std::string_view key);
[[nodiscard]] Span key_span(const Node* map, std::string_view key, Span otherwise);
/// Equal but for the order of keys and the spelling of GetAtt.
[[nodiscard]] bool same(const Node* a, const Node* b);
[[nodiscard]] bool is_alphanumeric(std::string_view text);

/// A mapping under construction: setting a null value leaves the key out.
class Map {
public:
  explicit Map(text::Arena& arena) : builder_(arena) {}
  Map& set(std::string_view key, const Node* value, Span key_span = {});
  /// Takes over the entry with its key's span when `from` has it (and it isn't null).
  Map& copy(const Node* from, std::string_view key, std::string_view as = {});
  Map& add(const Node* from); ///< All entries of a mapping.
  [[nodiscard]] const Node* get(std::string_view key) const;
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] const Node* node(Span span) const { return builder_.mapping(entries_, span); }

private:
  syntax::Builder builder_;
  std::vector<Entry> entries_;
};

/// Makes nodes that all carry one span.
class Make {
public:
  using Pair = std::pair<std::string_view, const Node*>;
  Make(text::Arena& arena, Span span) : builder_(arena), span_(span) {}

  [[nodiscard]] Span span() const { return span_; }
  [[nodiscard]] text::Arena& arena() const { return builder_.arena(); }
  [[nodiscard]] const Node* text(std::string_view text) const { return builder_.string(text, span_); }
  [[nodiscard]] const Node* boolean(bool value) const {
    return builder_.plain(value ? "true" : "false", span_);
  }
  [[nodiscard]] const Node* plain(std::string_view text) const { return builder_.plain(text, span_); }
  /// Null items and pairs with null values are left out.
  [[nodiscard]] const Node* list(const std::vector<const Node*>& items) const;
  [[nodiscard]] const Node* map(std::initializer_list<Pair> pairs) const;
  [[nodiscard]] const Node* call(std::string_view name, const Node* argument) const {
    return map({{name, argument}});
  }
  [[nodiscard]] const Node* ref(std::string_view id) const { return call("Ref", text(id)); }
  [[nodiscard]] const Node* get_att(std::string_view id, std::string_view attribute) const;
  [[nodiscard]] const Node* sub(std::string_view text) const { return call("Fn::Sub", this->text(text)); }
  [[nodiscard]] const Node* sub(std::string_view text, const Node* variables) const;
  [[nodiscard]] const Node* no_value() const { return ref("AWS::NoValue"); }
  /// {"Fn::If": [condition, then, else]}; without `otherwise` AWS::NoValue.
  [[nodiscard]] const Node* when(std::string_view condition, const Node* then,
                                 const Node* otherwise = nullptr) const;
  /// JSON text as nodes. A string that is "$" and the name of a hole becomes the hole's node; null holes
  /// leave their key or item out. The text is the program's own: malformed text is a bug.
  [[nodiscard]] const Node* json(std::string_view text, Holes holes = {}) const {
    return read_shape(builder_, span_, text, holes);
  }
  [[nodiscard]] const syntax::Builder& builder() const { return builder_; }

private:
  syntax::Builder builder_;
  Span span_;
};

} // namespace slsaudit::dialect::sam
