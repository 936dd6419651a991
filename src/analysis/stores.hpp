// SPDX-License-Identifier: Apache-2.0
// Which resources data stays in.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

[[nodiscard]] bool is_store(const Facts& facts, graph::NodeId node);
/// All of them that somebody wrote; ascending. What a dialect adds (a bucket for deployments) is left out.
[[nodiscard]] std::vector<graph::NodeId> stores_of(const Facts& facts);

} // namespace slsaudit::analysis
