// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/lower.hpp"
namespace slsaudit::dialect::sam {
Lowered lower(const syntax::Document&, text::Arena&, const Inputs&) { return {}; }
} // namespace slsaudit::dialect::sam
