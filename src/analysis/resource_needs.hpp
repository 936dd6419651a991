// SPDX-License-Identifier: Apache-2.0
// What must be made before what: CloudFormation makes a resource after those of its template that it depends
// on or refers to.
#pragma once

#include "analysis/table.hpp"

#include <vector>

namespace slsaudit::analysis {

/// Answers for one system; Facts::shared keeps them.
struct ResourceNeeds {
  explicit ResourceNeeds(const Facts& facts);

  /// By node, ascending: what its properties, its update policy and its DependsOn name in its template, in
  /// whatever world. It may be the node itself.
  std::vector<std::vector<graph::NodeId>> of;
};

} // namespace slsaudit::analysis
