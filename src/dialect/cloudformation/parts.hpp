// SPDX-License-Identifier: Apache-2.0
// Composing values out of values: text out of parts, conditionals moved outwards, origins carried along.
#pragma once

#include "dialect/cloudformation/interpreter.hpp"

#include <functional>
#include <span>

namespace slsaudit::dialect::cloudformation {

using Parts = std::vector<value::Part>;

[[nodiscard]] value::Part literal_part(std::string_view text);
[[nodiscard]] value::Part reference_part(value::ReferenceKind kind, std::string_view name,
                                         std::string_view attribute = {});

/// What the value is as a piece of text. What has no known text becomes an unknown part with its reason.
void append_text(Parts& parts, const value::Value& value, text::Arena& arena);

/// The parts as one string value: `{{resolve:…}}` becomes a dynamic reference (whose name shows references
/// inside it as
/// `${Name}`), and text beyond the interpreter's budget unknown.
[[nodiscard]] value::Value text_value(Interpreter& interpreter, const Parts& parts, text::Span span);

/// Parts for people and names: references as `${Name}` and `${Name.Attribute}`.
[[nodiscard]] std::string render(std::span<const value::Part> parts);

/// Why the value is not known, for the reason of something made from it.
[[nodiscard]] std::string why_unknown(const value::Value& value);

/// Applies `compute` to the inputs; where some are conditional, to each combination of their sides (up to
/// 16), and the result is conditional. More than that reaches `compute` as it is. Origins of the inputs are
/// carried to the result.
using Compute = std::function<value::Value(std::span<const value::Value>)>;
[[nodiscard]] value::Value distribute(Interpreter& interpreter, std::vector<value::Value> inputs,
                                      text::Span span, const Compute& compute);

/// The value with the origins of what it was made from, each once.
[[nodiscard]] value::Value carry_origins(text::Arena& arena, const value::Value& value,
                                         std::span<const value::Value> inputs);
[[nodiscard]] value::Value carry_origins(text::Arena& arena, const value::Value& value,
                                         const std::vector<value::Origin>& origins);
/// Whether one of the values is what it is because of a parameter's default.
[[nodiscard]] bool rests_on_default(std::span<const value::Value> values);
void collect_origins(std::vector<value::Origin>& origins, const value::Value& value);

} // namespace slsaudit::dialect::cloudformation
