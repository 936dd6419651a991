// SPDX-License-Identifier: Apache-2.0
// What must be made before what: CloudFormation makes a resource after those of its template that it depends
// on or refers to.
#pragma once

#include "analysis/open_routes.hpp"

#include <vector>

namespace slsaudit::analysis {

/// Answers for one system; Facts::shared keeps them.
class MakingOrder {
public:
  explicit MakingOrder(const Facts& facts);

  /// By node, ascending: what its properties, its update policy and its DependsOn name in its template, in
  /// whatever world. It may be the node itself.
  [[nodiscard]] const std::vector<std::vector<graph::NodeId>>& needs() const { return needs_; }
  /// Whether one resource needs another, over any between; unknown where there are too many of these.
  [[nodiscard]] Tri is_made_after(graph::NodeId later, graph::NodeId earlier) const;

private:
  std::vector<std::vector<graph::NodeId>> needs_;
};

} // namespace slsaudit::analysis
