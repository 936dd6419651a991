// SPDX-License-Identifier: Apache-2.0
// Short spellings for the nodes that lowering makes. Every node gets the span of the author's text that
// caused it.
#pragma once

#include "dialect/shape.hpp"
#include "syntax/node.hpp"

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::dialect::serverless {

using syntax::Node;

/// A property on its way into a mapping; a null value means that the property isn't there.
struct Property {
  std::string_view key;
  const Node* value = nullptr;
  text::Span key_span; ///< Invalid: the span of the maker.
};
using Properties = std::vector<Property>;

class Make {
public:
  Make(const syntax::Builder& builder, text::Span span) : builder_(builder), span_(span) {}

  [[nodiscard]] const Node* text(std::string_view text) const { return builder_.string(text, span_); }
  [[nodiscard]] const Node* number(std::int64_t number) const;
  /// Whether the author's setting is on; itself where that isn't known before it is deployed.
  [[nodiscard]] const Node* flag(const Node* written) const;
  [[nodiscard]] const Node* boolean(bool value) const {
    return builder_.plain(value ? "true" : "false", span_);
  }
  [[nodiscard]] const Node* unknown(std::string_view reason) const {
    return builder_.unknown({}, reason, span_);
  }
  /// Properties whose value is null are left out.
  [[nodiscard]] const Node* map(const Properties& properties) const;
  /// Null items are left out.
  [[nodiscard]] const Node* list(const std::vector<const Node*>& items) const;
  [[nodiscard]] const Node* texts(const std::vector<std::string_view>& items) const;
  [[nodiscard]] const Node* ref(std::string_view id) const;
  [[nodiscard]] const Node* get_att(std::string_view id, std::string_view attribute) const;
  /// What another stack or service puts out, told by the stack's name or the compose file's key.
  [[nodiscard]] const Node* output(std::string_view stack, std::string_view name) const;
  [[nodiscard]] const Node* join(std::string_view separator, const std::vector<const Node*>& items) const;
  [[nodiscard]] const Node* sub(std::string_view text) const;
  /// A Fn::Sub of texts, which may hold `${…}` of CloudFormation, and of nodes that aren't known texts: those
  /// become its variables, because Fn::Sub takes no function for its text.
  [[nodiscard]] const Node* sub(const std::vector<const Node*>& parts) const;
  /// Joins texts and unknown or symbolic nodes; one string where all are known.
  [[nodiscard]] const Node* concat(const std::vector<const Node*>& items) const;
  /// `arn:<partition><rest…>`
  [[nodiscard]] const Node* arn(std::vector<const Node*> rest) const;

  /// JSON text as nodes; "$name" becomes the hole of that name, and a null hole leaves its key or item out.
  [[nodiscard]] const Node* json(std::string_view text, Holes holes = {}) const {
    return read_shape(builder_, span_, text, holes);
  }

  [[nodiscard]] Make at(text::Span span) const { return Make(builder_, span); }
  [[nodiscard]] text::Span span() const { return span_; }
  [[nodiscard]] const syntax::Builder& builder() const { return builder_; }
  [[nodiscard]] std::string_view keep(std::string_view text) const { return builder_.arena().copy(text); }

private:
  syntax::Builder builder_;
  text::Span span_;
};

/// What a property is called in a service file, and in CloudFormation.
struct Renamed {
  std::string_view from;
  std::string_view to;
};

/// Appends those of the table's properties that `body` has.
void copy_properties(Properties& to, const Node* body, std::span<const Renamed> table);
inline void copy_properties(Properties& to, const Node* body, std::initializer_list<Renamed> table) {
  copy_properties(to, body, std::span<const Renamed>(table.begin(), table.size()));
}

/// The text of a string, number or boolean without intrinsic tag; nothing for anything else and for null.
[[nodiscard]] std::optional<std::string_view> known_text(const Node* node);
/// A known `true`, or a value that is neither null, false, 0 nor empty text: what the framework takes for
/// "set".
[[nodiscard]] bool is_set(const Node* node);
[[nodiscard]] bool is_true(const Node* node);
[[nodiscard]] bool is_false(const Node* node);
/// A mapping (or tagged scalar) that CloudFormation evaluates.
[[nodiscard]] bool is_intrinsic(const Node* node);
/// `node.a.b`, or null.
[[nodiscard]] const Node* dig(const Node* node, std::initializer_list<std::string_view> path);

/// Both mappings' entries; `over` wins. An unknown side makes all unknown; other shapes: the one that is a
/// mapping.
[[nodiscard]] const Node* merge_shallow(const Make& make, const Node* under, const Node* over);
/// As the framework merges templates: mappings by key, lists by index, anything else replaced.
[[nodiscard]] const Node* merge_deep(const Make& make, const Node* under, const Node* over);
/// The tree as JSON text, or nothing where a part of it is not known. Numbers and booleans as written.
[[nodiscard]] std::optional<std::string> json_text(const Node* node);
/// A role's trust in a service.
[[nodiscard]] const Node* trust_in(const Make& make, std::string_view principal);
/// A policy document of these statements; nulls are left out.
[[nodiscard]] const Node* policy_document(const Make& make, const std::vector<const Node*>& statements);
/// `[{Key, Value}…]` of a mapping.
[[nodiscard]] const Node* tag_list(const Make& make, const Node* mapping);

} // namespace slsaudit::dialect::serverless
