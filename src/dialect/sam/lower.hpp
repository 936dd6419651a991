// SPDX-License-Identifier: Apache-2.0
// AWS SAM to CloudFormation: what the SAM translator would deploy.
#pragma once

#include "dialect/limits.hpp"
#include "dialect/template.hpp"

namespace slsaudit::dialect::sam {

/// Lowers every `AWS::Serverless::*` resource (with Globals) and passes the others on. Logical ids are the
/// translator's; where it ends one in a hash of content, the hash is left out. Generated resources are
/// marked.
[[nodiscard]] Lowered lower(const syntax::Document& document, text::Arena& arena, const Inputs& inputs,
                            const Limits& limits = {});

} // namespace slsaudit::dialect::sam
