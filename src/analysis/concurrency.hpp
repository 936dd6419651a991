// SPDX-License-Identifier: Apache-2.0
// Concurrency settings that are not written on the function itself.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

struct Provisioned {
  graph::NodeId function; ///< Invalid when not known.
  graph::NodeId holder;   ///< The version or alias.
  value::Value value;
};

/// Provisioned concurrency of versions and aliases; aliases first, each in order.
[[nodiscard]] std::vector<Provisioned> provisioned_concurrency(const Facts& facts);

} // namespace slsaudit::analysis
