// SPDX-License-Identifier: Apache-2.0
// A lowered template as CloudFormation JSON: what `slsaudit expand` prints and what tests compare.
#pragma once

#include "dialect/template.hpp"

#include <string>

namespace slsaudit::dialect {

/// Deterministic JSON, indented by two, with a line end. Short tags become their long forms (`!Sub` →
/// `Fn::Sub`,
/// `!GetAtt A.B` → `{"Fn::GetAtt": ["A", "B"]}`); plain scalars are typed, except integers with leading
/// zeros, which stay strings so that nothing is lost; what could not be resolved is `{"slsaudit::unknown":
/// reason}`. Of duplicate keys the last one counts.
[[nodiscard]] std::string to_json(const Lowered& lowered);

/// One node in the same way, without a line end.
[[nodiscard]] std::string to_json(const syntax::Node& node);

/// The same for readers: lists and maps of one key that fit stand on one line.
[[nodiscard]] std::string to_short_json(const syntax::Node& node);

} // namespace slsaudit::dialect
