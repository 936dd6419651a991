// SPDX-License-Identifier: Apache-2.0
// What stands beside a function: log group, version and alias, URL, settings of asynchronous calls.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

/// The entry with that key, unless it is null.
[[nodiscard]] const syntax::Entry* entry_of(const Node* node, std::string_view key);
/// The function's entry, else the provider's.
[[nodiscard]] const syntax::Entry* inherited(const Service& service, const Function& function,
                                             std::string_view key);

void lower_log_group(Service& service, const Function& function);
void lower_version(Service& service, const Function& function);
void lower_url(Service& service, const Function& function);
void lower_invoke_config(Service& service, const Function& function);

} // namespace slsaudit::dialect::serverless
