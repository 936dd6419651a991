// SPDX-License-Identifier: Apache-2.0
// The reference of tables, from their schemas.
#pragma once

#include <string>

namespace slsaudit::analysis {

/// What docs/facts.md holds; a test compares.
[[nodiscard]] std::string tables_as_markdown();

} // namespace slsaudit::analysis
