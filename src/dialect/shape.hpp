// SPDX-License-Identifier: Apache-2.0
// JSON text that ships with the program (shapes of generated resources, rows of knowledge) as nodes.
#pragma once

#include "syntax/node.hpp"

#include <functional>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace slsaudit::dialect {

/// What a string value of the text becomes; null leaves its key or item out. Keys are never asked for.
using StringReader = std::function<const syntax::Node*(std::string_view)>;
/// Holes of a shape: by name, without the "$" that they are written with.
using Holes = std::initializer_list<std::pair<std::string_view, const syntax::Node*>>;

/// The text is the program's own: malformed text is a bug. Escapes: \" \\ \/ \n \t.
[[nodiscard]] const syntax::Node* read_shape(const syntax::Builder& builder, text::Span span,
                                             std::string_view json, const StringReader& string);
/// JSON text as nodes. A string that is "$" and the name of a hole becomes the hole's node; null holes leave
/// their key or item out.
[[nodiscard]] const syntax::Node* read_shape(const syntax::Builder& builder, text::Span span,
                                             std::string_view json, Holes holes);

} // namespace slsaudit::dialect
