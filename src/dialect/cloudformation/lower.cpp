// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/evaluate.hpp"
namespace slsaudit::dialect::cloudformation {
Lowered lower(const syntax::Document&, text::Arena&, const Inputs&) { return {}; }
} // namespace slsaudit::dialect::cloudformation
