// SPDX-License-Identifier: Apache-2.0
// A lowered template to the letter as the translator deploys it, for `slsaudit expand`.
#pragma once

#include "dialect/template.hpp"

namespace slsaudit::dialect::sam {

/// Lowering keeps the inline definition of a state machine as an object, so that each state has its place in
/// the text. Here it is what the translator makes of it: a string of JSON lines, with intrinsics taken out
/// into DefinitionSubstitutions. Everything else is shared with `lowered`.
[[nodiscard]] Lowered as_deployed(const Lowered& lowered, text::Arena& arena);

} // namespace slsaudit::dialect::sam
