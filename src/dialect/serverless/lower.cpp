// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/lower.hpp"
namespace slsaudit::dialect::serverless {
Lowered lower(const syntax::Document&, text::Arena&, const Inputs&, const Project&) { return {}; }
} // namespace slsaudit::dialect::serverless
