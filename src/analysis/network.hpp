// SPDX-License-Identifier: Apache-2.0
// Who reaches what inside a VPC, as far as security groups of the templates say.
#pragma once

#include "analysis/table.hpp"

namespace slsaudit::analysis {

/// Whether a security group of the function may send to one of the target's: a rule of the target's names it
/// as its source. `groups` is the target's property with its security groups.
[[nodiscard]] bool shares_network(const Facts& facts, graph::NodeId function, graph::NodeId target,
                                  std::string_view groups);

} // namespace slsaudit::analysis
