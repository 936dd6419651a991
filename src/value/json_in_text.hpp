// SPDX-License-Identifier: Apache-2.0
// Maps that are written as JSON in a text: definitions of state machines, policies, patterns.
#pragma once

#include "text/arena.hpp"
#include "text/source_map.hpp"
#include "value/value.hpp"

namespace slsaudit::value {

/// What a text says as JSON; references in it survive. Absent where the value is no text, or the text no JSON
/// object. What is inside stands where the author wrote it, if `sources` has the text and it isn't put
/// together; else no two containers of one another stand in the same place.
[[nodiscard]] Value read_json(const Value& written, text::Arena& arena,
                              const text::SourceMap* sources = nullptr);

} // namespace slsaudit::value
