// SPDX-License-Identifier: Apache-2.0
// Intrinsic functions as they are written: `!Join [...]`, `{"Fn::Join": [...]}`.
#pragma once

#include "syntax/node.hpp"

#include <optional>
#include <string_view>

namespace slsaudit::dialect::cloudformation {

/// One use of an intrinsic. A tagged node is its own argument, so that the argument's tag must then be
/// ignored.
struct Call {
  std::string_view name; ///< Without "Fn::" and "!": "Ref", "Join".
  const syntax::Node* argument = nullptr;
  bool tagged = false;
  text::Span span; ///< The whole use.

  /// The argument's items when it is a plain list; else nothing.
  [[nodiscard]] std::optional<std::span<const syntax::Entry>> list() const;
  /// The argument's text when it is a plain string or number; else nothing.
  [[nodiscard]] std::optional<std::string_view> text() const;
};

/// Whether the name (as in Call) is an intrinsic function of CloudFormation.
[[nodiscard]] bool is_intrinsic(std::string_view name);
/// The intrinsic with the most similar name, or empty when none is similar.
[[nodiscard]] std::string_view nearest_intrinsic(std::string_view name);

/// What the node's tag or only key says; `Condition` only as a tag, because policies have a key of that name.
[[nodiscard]] std::optional<Call> as_call(const syntax::Node& node);
/// As as_call, and `{Condition: Name}` too: for places where a condition stands.
[[nodiscard]] std::optional<Call> as_condition_call(const syntax::Node& node);

/// Whether a tool that runs before CloudFormation replaces it, such as Rain's `!Rain::Embed`.
[[nodiscard]] bool is_preprocessor_call(const Call& call);

/// A tag of YAML's own core schema, which says nothing about intrinsics.
[[nodiscard]] bool is_core_tag(std::string_view tag);

} // namespace slsaudit::dialect::cloudformation
